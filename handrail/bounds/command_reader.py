"""Reads simple commands: assignments, words, redirections, here-documents."""

from __future__ import annotations

import re

from handrail.bounds.script import Command, Glob, Text, Undecidable, Word
from handrail.bounds.word_reader import WordReader

_ASSIGN = re.compile(r"(?P<name>[A-Za-z_]\w*)(?P<more>\+?)=")
_REDIRECT = re.compile(r"(?:\d*)(?P<sign>&>>|&>|>>|>\||>&|<&|<>|>|<)")
_TO_NUMBER = re.compile(r"[ \t]*(?:\d+|-)(?=[\s;&|<>()]|$)")
_HERE = re.compile(r"\d*<<(?P<tabs>-?)[ \t]*(?P<mark>(?P<quote>['\"]?)(?P<name>\w+)(?P=quote))(?=[\s;&|<>)]|$)")
_HEAD = re.compile(r"[^\s=]+[ \t]*\([ \t]*\)")


class CommandReader(WordReader):
    """Finds simple commands; here-documents wait for the end of their line."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.found: list[Command] = []
        self.waiting: list[tuple[re.Match[str], Command]] = []

    def test(self) -> None:
        """`[[ ... ]]` without parentheses and comparisons of order: those could calculate."""
        self.at += 2
        command = Command(words=[(Text("[["),)], raw=["[["])
        while True:
            self.blanks()
            if self.text.startswith(("&&", "||"), self.at):
                self.at += 2
                continue
            if self.at >= len(self.text) or self.text[self.at] in "\n;&|<>()":
                raise Undecidable("What stands in [[ ]] cannot be told")
            begin = self.at
            word, _ = self.word()
            raw = self.text[begin:self.at]
            if raw == "]]":
                self.found.append(command)
                return
            command.words.append(word)
            command.raw.append(raw)

    def simple(self) -> None:
        if _HEAD.match(self.text, self.at):
            raise Undecidable("It defines a function: what that does is only known when it runs")
        command = Command()
        self.words(command)
        if not (command.words or command.assigns or command.redirects or command.bodies):
            raise Undecidable("It cannot be read to its end")
        self.found.append(command)

    def words(self, command: Command) -> None:
        """The assignments, words and redirections up to the end of a simple command."""
        while True:
            self.blanks()
            if self.redirects(command):
                continue
            if self.at >= len(self.text) or self.text[self.at] in "\n;&|)":
                return
            if self.text[self.at] == "(":
                raise Undecidable("It defines something: what that does is only known when it runs")
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
                continue
            begin = self.at
            if not command.words and (found := _ASSIGN.match(self.text, begin)):
                self.at = found.end()
                value, _ = self.word()
                if self.text[self.at:self.at + 1] == "(":
                    raise Undecidable(f"What the list {found['name']} holds is only known when it runs")
                command.assigns.append((found["name"], value))
                if found["more"]:
                    raise Undecidable(f"What is added to {found['name']} is only known when it runs")
                continue
            word, quoted = self.word()
            if self.text[self.at:self.at + 1] == "(":
                raise Undecidable("It cannot be read to its end")
            raw = self.text[begin:self.at]
            if self.text[self.at:self.at + 1] in ("<", ">") and raw.startswith("{"):
                raise Undecidable("It gives a variable the number of a file")
            if not word and not quoted:
                continue  # a line that goes on
            command.words.append(word)
            command.raw.append(raw)

    # -- redirections

    def redirects(self, command: Command) -> bool:
        """Read those that stand here; False when there are none."""
        some = False
        while True:
            self.blanks()
            if here := _HERE.match(self.text, self.at):
                self.at = here.end()
                self.waiting.append((here, command))
            elif self.text.startswith("<<<", self.at):
                self.at += 3
                command.bodies.append(self._target())
            elif self.text.startswith("<<", self.at):
                raise Undecidable("Where a here-document ends cannot be told")
            elif self.text.startswith(("<(", ">("), self.at):
                raise Undecidable("It hands commands over as files")
            elif found := _REDIRECT.match(self.text, self.at):
                self.at = found.end()
                if found["sign"] in (">&", "<&") and not _TO_NUMBER.match(self.text, self.at):
                    raise Undecidable("Where it writes is only known when it runs")
                command.redirects.append((found["sign"], self._target()))
            else:
                return some
            some = True

    def _target(self) -> Word:
        self.blanks()
        begin = self.at
        word, _ = self.word()
        if self.at == begin or any(isinstance(piece, Glob) for piece in word):
            raise Undecidable("Where it writes is only known when it runs")
        return word

    def bodies(self) -> None:
        for here, command in self.waiting:
            lines: list[str] = []
            while True:
                if self.at >= len(self.text):
                    raise Undecidable("A here-document has no end")
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                line = self.text[self.at:end]
                self.at = min(end + 1, len(self.text))
                line = line.lstrip("\t") if here["tabs"] else line
                if line == here["name"]:
                    break
                lines.append(line + "\n")
            body = "".join(lines)
            command.bodies.append((Text(body),) if here["quote"] else self.quoted_text(body))
        self.waiting = []
