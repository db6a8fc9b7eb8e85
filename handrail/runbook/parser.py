"""The parser behind `syntax`: one pass over shell text that never raises and never goes back."""

from __future__ import annotations

import re

from . import effort
from .shell_text import ANGLE_BLANK, LONGEST, Region, Simple
from .shell_words import Words

_ASSIGN = re.compile(r"[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=")
_HEREDOC = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]*)'|\"([^\"\n]*)\"|\\?([\w.+-]+))")
_REDIRECT = re.compile(r"(?:&>>?|>>|>\||>&|<&|<>|>|<)")

#: Words behind a program's name in which no sign means anything, and what stands between them. None ends with a
#: digit before a redirection: that is the number of what is redirected.
_PLAIN_WORDS = re.compile(r"(?:(?:[^\s;&|<>()$`'\"\\#\[{]+|\[(?=[ \t]))(?:[ \t]+|(?=[\n;|)])|$))+")

_SUBSTITUTED = re.compile(r"\\.|\$\((?!\()|`", re.S)

#: `$service.Stop(`, `(Get-Service x).Stop(`, `[IO.File]::Delete(`: a method is called, which no shell of Unix knows.
_METHOD = re.compile(r"(?:\.|::)([A-Za-z]\w*)$")
_VERB_NOUN = re.compile(r"[A-Za-z]+-[A-Z][a-z]+")
_FUNCTION_HEAD = re.compile(r"\(\s*\)\s*\{")

_OPENERS = frozenset({"if", "for", "while", "until", "case", "select", "{"})
_LOOPS = frozenset({"while", "until", "for"})
_CLOSERS = frozenset({"fi", "done", "esac", "}"})
_BETWEEN = frozenset({"then", "do", "else", "elif", "in", "!", "time", "function", "coproc"})
#: What to start on a text costs, in words.
_OPENING = 3
_TOO_LONG = "more-than-is-followed"
_DEEPEST = 24
#: Loops and conditions inside one another; who opens more of them writes no commands.
_MOST_OPEN = 40


class Parser(Words):
    def __init__(self, text: str, at: int, *, alone: bool, depth: int = 0, level: int = 0, stop: int = -1) -> None:
        self.text = text
        self.at = at
        self.stop = min(len(text), at + LONGEST) if stop < 0 else stop
        self.alone = alone
        self.depth = depth
        self.level = level
        self.closer = ""
        self.found: list[Simple] = []
        self.nest: list[str] = []
        self.loops = 0
        self.waiting: list[tuple[re.Match[str], Simple]] = []
        self.regions: list[Region] = []
        self.broken = False
        self.effort = effort.current()
        self.effort.words -= _OPENING

    def commands_until(self, closer: str) -> bool:
        """Read commands up to `closer` (")", "`" or the end). True when nothing was left open."""
        text = self.text
        self.closer = closer
        current = Simple(depth=self.depth)
        joined = False
        started = self.at
        while self.at < self.stop:
            ch = text[self.at]
            if self.effort.words < 0:
                self._give_up(current)
            elif ch in " \t\r":
                self.at += 1
            elif ch == "\n":
                self.at += 1
                if self.waiting:
                    self._bodies()
                current = self._end(current)
                if self.alone and not self.nest and not joined and text[started : self.at].strip():
                    return not self.broken
            elif text.startswith(("\\\n", "\\\r\n"), self.at):
                self.at = text.index("\n", self.at) + 1
            elif ch == "#" and self._starts_word():
                end = text.find("\n", self.at, self.stop)
                end = self.stop if end < 0 else end
                self.regions.append(Region(self.at, end, "comment"))
                self.at = end
            elif ch == closer and not (closer == ")" and self.nest and self.nest[-1] == "case"):
                self.at += 1
                self._end(current)
                return True
            elif ch in ";&|" and not text.startswith("&>", self.at):
                current, joined = self._operator(current)
            elif ch == "(":
                current = self._parenthesis(current)
                joined = False
            elif ch == ")":
                self.at += 1
                current = Simple(depth=self.depth)
            elif ch in "<>&":
                self._redirect(current)
                joined = False
            else:
                self._word(current)
                joined = False
        if self.waiting:
            self.broken = True
            self._bodies()
        self._end(current)
        return not closer and not self.nest and not joined and not self.broken

    def _give_up(self, current: Simple) -> None:
        """Take the rest for one command that nobody knows, which is a change."""
        current.words = [_TOO_LONG]
        self.waiting = []
        self.broken = True
        self.at = self.stop

    def _end(self, current: Simple) -> Simple:
        """Close the command, unless it is empty; answer the one to go on with."""
        if not (current.words or current.assigns or current.redirects or current.fed):
            return current
        if current.name not in ("for", "case", "select"):
            current.looped = self.loops > 0
            self.found.append(current)
        return Simple(depth=self.depth)

    def _operator(self, current: Simple) -> tuple[Simple, bool]:
        for operator in ("&&", "||", ";;", "|&", "|", "&", ";"):
            if self.text.startswith(operator, self.at):
                break
        self.at += len(operator)
        current.background = operator == "&"
        following = self._end(current)
        if operator in ("|", "|&") and following is not current:
            following.upstream = current
        return following, operator in ("&&", "||", "|", "|&")

    def _parenthesis(self, current: Simple) -> Simple:
        text = self.text
        if not current.words and text.startswith("((", self.at) and self.skip_arithmetic():
            return current
        method = _METHOD.search(current.words[-1]) if current.words and text[self.at - 1] not in " \t" else None
        if method and not _FUNCTION_HEAD.match(text, self.at):
            return self._method(current, method[1])
        self.at += 1
        if current.words:
            end = self.at
            while end < self.stop and text[end] in " \t":
                end += 1
            if text.startswith(")", end):  # the head of a function
                self.at = end + 1
                return Simple(depth=self.depth)
        self.inside(")", substitution=False)
        return current

    def _method(self, current: Simple, name: str) -> Simple:
        """A method is a command of its own, `::Stop`; of what it is given only cmdlets and methods run."""
        current.words.pop()
        self.found.append(Simple(words=[f"::{name}"], depth=self.depth + 1))
        self.at += 1
        before = len(self.found)
        self.inside(")", substitution=True)
        given = self.found[before:]
        self.found[before:] = [one for one in given if one.name.startswith("::") or _VERB_NOUN.match(one.name)]
        return current

    def inside(self, closer: str, *, substitution: bool) -> None:
        if self.level >= _DEEPEST:
            self.broken = True
            self.at = self.stop
            return
        begin = self.at
        inner = self._nested(self.at, self.stop, int(substitution))
        if not inner.commands_until(closer):
            self.broken = True
        self.at = inner.at
        self.found.extend(inner.found)
        self.regions.append(Region(begin, self.at, "backticks" if closer == "`" else "code"))

    def _nested(self, at: int, stop: int, deeper: int = 1) -> Parser:
        inner = Parser(self.text, at, alone=False, depth=self.depth + deeper, level=self.level + 1, stop=stop)
        inner.regions = self.regions
        return inner

    def _starts_word(self) -> bool:
        return self.at == 0 or self.text[self.at - 1] in " \t\n;&|()"

    def _redirect(self, current: Simple) -> None:
        text = self.text
        self.effort.words -= 1
        if text[self.at] == "<" and self._reads_in(current):
            return
        if text[self.at : self.at + 2] in ("<(", ">("):
            begin = self.at
            self.at += 2
            self.inside(")", substitution=True)
            current.words.append(text[begin : self.at])
            return
        operator = _REDIRECT.match(text, self.at)
        self.at = operator.end() if operator else self.at + 1
        current.redirects.append((operator[0] if operator else ">", self._target()))

    def _reads_in(self, current: Simple) -> bool:
        """A here-string, a here-document or a blank, if that is what the sign begins."""
        text = self.text
        if text.startswith("<<<", self.at):
            self.at += 3
            current.fed.append(self._target())
            return True
        if here := _HEREDOC.match(text, self.at):
            self.waiting.append((here, current))
            self.at = here.end()
            return True
        if ANGLE_BLANK.match(text, self.at):
            self._word(current)
            return True
        return False

    def _target(self) -> str:
        """The word behind a redirection: never a keyword and never an assignment."""
        self._blanks()
        if self.at >= self.stop or self.text[self.at] in "\n;|)":
            return ""
        return self.spelt(first=False)[0]

    def _blanks(self) -> None:
        while self.at < self.stop and self.text[self.at] in " \t":
            self.at += 1

    def _bodies(self) -> None:
        for opening, owner in self.waiting:
            self._body(opening, owner)
        self.waiting = []

    def _body(self, opening: re.Match[str], owner: Simple) -> None:
        """Take in a here-document: up to the line that is its mark, or to the end of the text."""
        text = self.text
        expands = opening[4] is not None and "\\" not in opening[0]
        mark = next((group for group in opening.groups()[1:] if group is not None), "")
        begin = at = self.at
        while at < self.stop:
            end = text.find("\n", at, self.stop)
            end = self.stop if end < 0 else end
            if text[at:end].strip() == mark:
                self.at = min(end + 1, self.stop)
                break
            at = end + 1
        else:
            self.broken = True
            self.at = at = self.stop
        owner.fed.append(text[begin:at])
        kind = "heredoc" if expands else "raw"
        line_end = text.find("\n", at, self.at)
        closed = (at, self.at if line_end < 0 else line_end)
        self.regions.append(Region(begin, at, kind, opening.span(), closed))
        if expands:
            self.substitutions(begin, at)

    def substitutions(self, begin: int, end: int) -> None:
        """Commands in `$(...)` and backticks run wherever they stand: in a here-document, in arithmetic."""
        if self.level >= _DEEPEST:
            return
        place = begin
        while match := _SUBSTITUTED.search(self.text, place, end):
            place = match.end()
            if match[0].startswith("\\"):
                continue
            closer = "`" if match[0] == "`" else ")"
            inner = self._nested(place, end)
            inner.commands_until(closer)
            self.found.extend(inner.found)
            self.regions.append(Region(place, inner.at, "backticks" if closer == "`" else "code"))
            place = max(inner.at, place)

    def _word(self, current: Simple) -> None:
        text = self.text
        self.effort.words -= 1
        if current.words and (plain := _PLAIN_WORDS.match(text, self.at, self.stop)):
            self.at = plain.end()
            current.words.extend(plain[0].split())
            return
        word, raw, quoted = self.spelt(first=not current.words)
        if raw.isdigit() and self.at < self.stop and text[self.at] in "<>":
            return  # the number of what is redirected
        if not current.words and not quoted:
            if raw in _OPENERS:
                self.nest.append(raw)
                if len(self.nest) > _MOST_OPEN:
                    self.broken = True
                    self.at = self.stop
                self.loops += raw in _LOOPS
                if raw in ("if", "while", "until", "{"):
                    return
            elif raw in _CLOSERS:
                if self.nest:
                    self.loops -= self.nest.pop() in _LOOPS
                return
            elif raw in _BETWEEN:
                return
        if not current.words and (assigned := _ASSIGN.match(raw)):
            current.assigns.append((assigned[0].rstrip("+="), word.partition("=")[2]))
            return
        if raw == "[[" and not current.words:
            end = text.find("]]", self.at, self.stop)
            if end >= 0:
                begin, self.at = self.at, end + 2
                self.substitutions(begin, end)
                word = "["
        current.words.append(word)
