"""Reads a step as a shell would, and nothing besides: what bash and sh could read in two ways is undecidable.

The reader of runbooks is tolerant: it has to make something of whatever people paste. Here every doubt is a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from handrail.bounds.command_reader import CommandReader
from handrail.bounds.script import Command, Undecidable

LONGEST = 20_000
DEEPEST = 12
_STRANGE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ue000-\uf8ff]")
_SPLIT = re.compile(r"\$[\w{(]*\\\n")
_KEYWORD = re.compile(r"(?:if|then|elif|else|fi|while|until|do|done|for|case|esac|in|select|function|coproc|time|[{}!]"
                      r"|\[\[)(?=[\s;&|<>()]|$)")


def read(text: str) -> list[Command]:
    """The commands of a step in the order of its text. Raises Undecidable."""
    if len(text) > LONGEST:
        raise Undecidable("It is too long to be judged")
    if (strange := _STRANGE.search(text)) is not None:
        raise Undecidable(f"It holds the control character {strange[0]!r}")
    if _SPLIT.search(text):
        raise Undecidable("A name in it goes over two lines")
    reader = Reader(text)
    reader.list_until("")
    return reader.found


class Reader(CommandReader):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0
        self.level = 0

    def output(self, closer: str) -> tuple[Command, ...]:
        if self.level >= DEEPEST:
            raise Undecidable("It is nested too deep to be judged")
        kept, self.found = self.found, []
        waiting, self.waiting = self.waiting, []
        self.level, self.depth = self.level + 1, self.depth + 1
        self.list_until(closer)
        self.level, self.depth = self.level - 1, self.depth - 1
        self.waiting = waiting
        inner, self.found = self.found, kept
        return tuple(inner)

    # -- lists and pipelines

    def list_until(self, closer: str, *keywords: str) -> str:
        """Read commands up to `closer`, or up to one of the keywords, which is answered."""
        first = True
        while True:
            self._newlines()
            if self.at >= len(self.text):
                if closer or keywords:
                    raise Undecidable("It has no end")
                return ""
            if closer and self.text[self.at] == closer:
                self.at += 1
                return closer
            if keywords and (word := self._keyword()) in keywords:
                self.at += len(word)
                return word
            if first is False and not self._separated:
                raise Undecidable("It cannot be read to its end")
            first = False
            self._pipelines()

    def _newlines(self) -> None:
        """Skip blanks, newlines, comments and single semicolons; read the here-documents that wait for a newline."""
        self._separated = self.at == 0 or self.text[self.at - 1] in "\n;&("
        while True:
            self.blanks()
            sign = self.text[self.at:self.at + 1]
            if sign == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif sign == "\n":
                self.at += 1
                self._separated = True
                self.bodies()
            elif sign == ";" and not self.text.startswith(";;", self.at):
                self.at += 1
                self._separated = True
            else:
                return

    def _pipelines(self) -> None:
        """An and-or list. Its first pipeline is sure to run, if it is one command and nothing is around it."""
        begin = len(self.found)
        single = self._pipeline()
        while self.text.startswith(("&&", "||"), self.at):
            self.at += 2
            self._lines()
            self._pipeline()
        if self.text.startswith("&", self.at):
            self.at += 1
            single = False
        if single and not self.depth and begin < len(self.found):
            self.found[begin].sure = True

    def _pipeline(self) -> bool:
        """True when it was one simple command."""
        self.blanks()
        while self._keyword() == "!":
            self.at += 1
            self.blanks()
        piped = False
        simple = self._command()
        self.blanks()
        while self.text.startswith("|", self.at) and not self.text.startswith("||", self.at):
            self.at += 2 if self.text.startswith("|&", self.at) else 1
            piped = True
            self._lines()
            self._command()
            self.blanks()
        return simple and not piped

    def _lines(self) -> None:
        """What may stand before a command that must follow."""
        self.blanks()
        while self.text[self.at:self.at + 1] in ("\n", "#") and self.at < len(self.text):
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                self.at += 1
                self.bodies()
            self.blanks()

    def _keyword(self) -> str:
        found = _KEYWORD.match(self.text, self.at)
        return found[0] if found else ""

    # -- commands

    def _command(self) -> bool:
        """True when it was a simple one, or a loop that goes through words."""
        self.blanks()
        if self.text.startswith("((", self.at):
            raise Undecidable("What it calculates is only known when it runs")
        if self.text.startswith("(", self.at):
            self.at += 1
            self._inner(lambda: self.list_until(")"))
        else:
            match self._keyword():
                case "":
                    self.simple()
                    return True
                case "{":
                    self.at += 1
                    self._inner(lambda: self.list_until("", "}"))
                case "if":
                    self._inner(self._if)
                case "while" | "until":
                    self._inner(self._while)
                case "for":
                    self._inner(self._for)
                    return not self._after()
                case "case":
                    self._inner(self._case)
                case "[[":
                    self.test()
                case word:
                    raise Undecidable(f"It uses {word}, and what that runs cannot be told")
        self._after()
        return False

    def _after(self) -> bool:
        """The redirections of a whole list; False when there are none."""
        after = Command()
        if some := self.redirects(after):
            self.found.append(after)
        return some

    def _inner(self, read: Callable[[], object]) -> None:
        self.depth += 1
        self.level += 1
        if self.level >= DEEPEST:
            raise Undecidable("It is nested too deep to be judged")
        read()
        self.level -= 1
        self.depth -= 1

    def _if(self) -> None:
        self.at += 2
        self.list_until("", "then")
        while True:
            word = self.list_until("", "elif", "else", "fi")
            if word == "fi":
                return
            if word == "elif":
                self.list_until("", "then")

    def _while(self) -> None:
        self.at += 5
        self.list_until("", "do")
        self.list_until("", "done")

    def _for(self) -> None:
        self.at += 3
        command = Command(kind="for")
        self.blanks()
        name, _ = self.word()
        command.words.append(name)
        self.blanks()
        if self._keyword() == "in":
            self.at += 2
            self.words(command)
        else:
            raise Undecidable("It goes through words that are only known when it runs")
        self.found.append(command)
        self._newlines()
        if self._keyword() != "do":
            raise Undecidable("It cannot be read to its end")
        self.at += 2
        self.list_until("", "done")

    def _case(self) -> None:
        self.at += 4
        command = Command(kind="case")
        self.blanks()
        command.words.append(self.word()[0])
        self.found.append(command)
        self._newlines()
        if self._keyword() != "in":
            raise Undecidable("It cannot be read to its end")
        self.at += 2
        self._newlines()
        while self._keyword() != "esac":
            self._pattern(command)
            while not self.text.startswith(";;", self.at):
                if self._keyword() == "esac":
                    break
                self._pipelines()
                self._newlines()
                if self.at >= len(self.text):
                    raise Undecidable("It has no end")
            else:
                self.at += 2
            self._newlines()
        self.at += 4

    def _pattern(self, command: Command) -> None:
        if self.text.startswith("(", self.at):
            self.at += 1
        while True:
            self.blanks()
            begin = self.at
            command.words.append(self.word()[0])
            self.blanks()
            if self.at == begin or self.text[self.at:self.at + 1] not in ("|", ")"):
                raise Undecidable("It cannot be read to its end")
            self.at += 1
            if self.text[self.at - 1] == ")":
                self._newlines()
                return
