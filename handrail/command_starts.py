"""Where commands start in a piece of shell text: after separators and keywords, inside substitutions; never in quotes,
comments or here-documents."""

from __future__ import annotations

import re

# After these words another command starts.
_LEADING = frozenset((
    "if", "then", "elif", "else", "while", "until", "do", "{", "!", "time", "sudo", "nohup", "exec", "command", "env",
))
# Words before which nothing has started yet: X=1, and the 2 of 2>file.
_BEFORE = re.compile(r"[A-Za-z_]\w*\+?=|\d+(?=[<>])")
_WORD = re.compile(r"[^\s;&|()<>'\"`$\\]+")
_HERE = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|\\?([\w.-]+))")
_REDIRECT = re.compile(r"(?:<<<|[<>]{1,2}[&|]?)[ \t]*(?!\()")
_PARAMETER = re.compile(r"\$\{[^}]*\}")


def command_starts(text: str) -> list[int]:
    """The offsets at which a command's first word begins, in order. Any text is fine."""
    return _Scan(text).starts()


class _Scan:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: list[int] = []
        self.inside: list[tuple[str, bool]] = []  # what closes it, and whether the word around it leads to a command
        self.closing = ""
        self.expecting = True
        self.in_word = False
        self.leads = False  # the word being read is an assignment or a keyword: the command is still to come
        self.bodies: list[tuple[str, bool]] = []  # here-documents that begin after this line

    def starts(self) -> list[int]:
        while self.at < len(self.text):
            if self.closing == '"':
                self.quoted()
            else:
                self.plain()
        return self.found

    def quoted(self) -> None:
        """One step inside double quotes, where only substitutions are commands."""
        character = self.text[self.at]
        if character == "\\":
            self.at += 2
        elif character == '"':
            self.leave()
        elif not self.substitution():
            self.at += 1

    def plain(self) -> None:
        character = self.text[self.at]
        if character in " \t\r":
            self.word_ends()
            self.at += 1
        elif character == "\n":
            self.separator()
            self.at += 1
            self.skip_bodies()
        elif character == "\\":
            if not self.text.startswith(("\\\n", "\\\r\n"), self.at):
                self.word_starts()
            self.at += 2
        elif character == "#" and not self.in_word:
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
        elif character in ";&|":
            self.separator()
            self.at += 1
        elif character == "(":
            self.enter(")")
        elif character == self.closing:
            self.leave()
        elif character == ")":
            self.separator()  # the end of a case pattern
            self.at += 1
        elif character in "<>":
            self.redirection()
        elif character == "'":
            self.word_starts()
            end = self.text.find("'", self.at + 1)
            self.at = len(self.text) if end < 0 else end + 1
        elif character == '"':
            self.word_starts()
            self.enter('"')
        else:
            self.word_starts()
            if not self.substitution():
                word = _WORD.match(self.text, self.at)
                self.at = word.end() if word else self.at + 1

    def substitution(self) -> bool:
        if self.text.startswith("$(", self.at):
            self.at += 1
            self.enter(")")
        elif self.text[self.at] == "`":
            if any(closing == "`" for closing, _ in self.inside) or self.closing == "`":
                return False
            self.enter("`")
        elif parameter := _PARAMETER.match(self.text, self.at):
            self.at = parameter.end()
        else:
            return False
        return True

    def enter(self, closing: str) -> None:
        self.inside.append((self.closing, self.leads))
        self.closing = closing
        self.at += 1
        self.expecting, self.in_word, self.leads = closing != '"', False, False

    def leave(self) -> None:
        self.closing, self.leads = self.inside.pop()
        self.at += 1
        self.expecting, self.in_word = False, True

    def word_starts(self) -> None:
        if self.in_word:
            return
        self.in_word, self.leads = True, False
        if self.expecting:
            word = _WORD.match(self.text, self.at)
            if (word is not None and word[0] in _LEADING) or _BEFORE.match(self.text, self.at):
                self.leads = True
            else:
                self.found.append(self.at)
        self.expecting = False

    def word_ends(self) -> None:
        if self.in_word:
            self.in_word, self.expecting = False, self.leads

    def separator(self) -> None:
        self.in_word, self.leads, self.expecting = False, False, True

    def redirection(self) -> None:
        here = _HERE.match(self.text, self.at)
        if here is not None and not self.text.startswith("<<<", self.at):
            self.bodies.append((here[2] or here[3] or here[4], bool(here[1])))
            self.at = here.end()
            return
        expecting = self.expecting or (self.in_word and self.leads)
        sign = _REDIRECT.match(self.text, self.at)
        self.at = sign.end() if sign else self.at + 1
        self.in_word = False
        self.expecting = False
        if sign is not None:
            self.in_word, self.leads = True, expecting  # its target is a word that may stand before the command

    def skip_bodies(self) -> None:
        for word, tabs in self.bodies:
            while self.at < len(self.text):
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                line = self.text[self.at : end]
                self.at = end + 1
                if (line.lstrip("\t") if tabs else line).rstrip("\r") == word:
                    break
        self.bodies.clear()
