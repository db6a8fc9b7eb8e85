"""Reads the words of a step as strictly as a shell does: quotes, expansions, braces."""

from __future__ import annotations

import re

from handrail.bounds.script import Choice, Command, Glob, Number, Output, Piece, Text, Undecidable, Use, Word
from handrail.runbook.ansi_quotes import decoded, end_of

_PLAIN = re.compile(r"[^\s'\"\\$`*?\[\]{}~()<>;&|]+")
_PLAIN_QUOTED = re.compile(r"[^\"\\$`]+")
_ENDS = frozenset(" \t\n;&|<>()")
_PARAMETER = re.compile(r"\$(?:(?P<name>[A-Za-z_]\w*)|(?P<sign>[0-9@*#?$!-]))")
_BRACED = re.compile(r"\$\{(?P<count>#?)(?P<name>[A-Za-z_]\w*|\d+|[@*#?$!-])(?P<form>:?[?+-]|%%?|##?|)")
_ARITHMETIC = re.compile(r"\$\(\((?P<inner>(?:[\w\s+*/%<>!&|?:$-]|[=!<>]=|\((?:[\w\s+*/%<>!&|?:$-]|[=!<>]=)*\))*)\)\)")
_ALTERNATIVES = re.compile(r"\{([^\s{}'\"\\$`*?\[\]~;&|<>()]*)\}")
_COUNTS = re.compile(r"\d+\.\.\d+(?:\.\.\d+)?")


class WordReader:
    """A place in a text. Who reads commands says what `output` does."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def output(self, closer: str) -> tuple[Command, ...]:
        """Read the commands up to `closer`."""
        raise NotImplementedError

    def blanks(self) -> None:
        while self.at < len(self.text):
            if self.text[self.at] in " \t":
                self.at += 1
            elif self.text.startswith("\\\n", self.at):
                self.at += 2
            else:
                return

    def word(self, *, until: str = "") -> tuple[Word, bool]:
        """The word that stands here, and whether any of it is quoted. `until` is a sign that ends it too."""
        pieces: list[Piece] = []
        quoted = False
        begin = self.at
        while self.at < len(self.text) and (sign := self.text[self.at]) != until:
            if sign in _ENDS and not (until and sign in " \t"):
                break
            if found := _PLAIN.match(self.text, self.at):
                pieces.append(Text(found[0]))
                self.at = found.end()
            elif sign in "'\"":
                quoted = True
                pieces += self._single() if sign == "'" else self._double()
            elif sign == "\\":
                quoted = quoted or not self.text.startswith("\\\n", self.at)
                pieces += self._escaped()
            elif sign == "$":
                quoted = quoted or self.text.startswith("$'", self.at)
                pieces.append(self._dollar(quoted=False))
            elif sign == "`":
                pieces.append(self._backticks(quoted=False))
            elif sign in "*?[]":
                pieces.append(Glob(sign))
                self.at += 1
            elif sign == "~":
                pieces.append(self._tilde(begin))
            elif sign == "{":
                pieces.append(self._brace())
            else:
                pieces.append(Text(sign))
                self.at += 1
        return tuple(pieces), quoted

    def quoted_text(self, text: str) -> Word:
        """A text that stands as if in double quotes: the body of a here-document."""
        inner = type(self)(text)
        pieces: list[Piece] = []
        while inner.at < len(text):
            pieces += inner._in_double(text[inner.at], keeps='"')
        return tuple(pieces)

    def _single(self) -> list[Piece]:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            raise Undecidable("A quote is never closed")
        found = self.text[self.at + 1:end]
        self.at = end + 1
        return [Text(found)]

    def _double(self) -> list[Piece]:
        self.at += 1
        pieces: list[Piece] = [Text("")]
        while self.at < len(self.text):
            if self.text[self.at] == '"':
                self.at += 1
                return pieces
            pieces += self._in_double(self.text[self.at])
        raise Undecidable("A quote is never closed")

    def _in_double(self, sign: str, keeps: str = "") -> list[Piece]:
        if found := _PLAIN_QUOTED.match(self.text, self.at):
            self.at = found.end()
            return [Text(found[0])]
        if sign == "$":
            return [self._dollar(quoted=True)]
        if sign == "`":
            return [self._backticks(quoted=True)]
        if sign == "\\":
            following = self.text[self.at + 1:self.at + 2]
            self.at += 2
            if following == "\n":
                return []
            return [Text(following if following and following in '$`"\\' and following != keeps else sign + following)]
        self.at += 1
        return [Text(sign)]

    def _escaped(self) -> list[Piece]:
        following = self.text[self.at + 1:self.at + 2]
        self.at += 2
        if not following:
            raise Undecidable("It ends in a backslash")
        return [] if following == "\n" else [Text(following)]

    def _tilde(self, begin: int) -> Piece:
        """At the start of a word, and behind = and :, it stands for somebody's home."""
        before = self.text[self.at - 1] if self.at > begin else ""
        if before in ("", "=", ":", "\n"):
            end = re.compile(r"~[\w+-]*").match(self.text, self.at)
            raise Undecidable(f"It names {end[0] if end else '~'}")
        self.at += 1
        return Text("~")

    def _brace(self) -> Piece:
        if self.text.startswith("{}", self.at):
            self.at += 2
            return Text("{}")
        found = _ALTERNATIVES.match(self.text, self.at)
        if found is None:
            raise Undecidable("What its braces come to is only known when it runs")
        self.at = found.end()
        if "," in found[1]:
            return Choice(tuple(found[1].split(",")))
        if _COUNTS.fullmatch(found[1]):
            return Number(())
        if ".." in found[1]:
            raise Undecidable(f"It counts through {found[0]}")
        return Text(found[0])

    def _dollar(self, *, quoted: bool) -> Piece:
        text = self.text
        if text.startswith("$((", self.at):
            found = _ARITHMETIC.match(text, self.at)
            if found is None:
                raise Undecidable("What it calculates is only known when it runs")
            self.at = found.end()
            return Number(tuple(re.findall(r"[A-Za-z_]\w*", found["inner"])))
        if text.startswith("$(", self.at):
            self.at += 2
            return Output(self.output(")"), quoted)
        if text.startswith("${", self.at):
            return self._braced(quoted=quoted)
        if text.startswith("$'", self.at) and not quoted:
            end = end_of(text, self.at + 2, len(text))
            if end < 0 or "\\'" in text[self.at:end]:  # sh and bash disagree about where it ends
                raise Undecidable("Where a quote ends is only known when it runs")
            inside, self.at = text[self.at + 2:end], end + 1
            return Text(decoded(inside))
        if text.startswith('$"', self.at) and not quoted:
            raise Undecidable('A text in $"..." is only known when it runs')
        if (parameter := _PARAMETER.match(text, self.at)) is None:
            self.at += 1
            return Text("$")
        self.at = parameter.end()
        return Use(parameter["name"] or parameter["sign"], quoted=quoted)

    def _braced(self, *, quoted: bool) -> Piece:
        """`${name}` and the forms that only choose between the value and another word, or cut some of it off."""
        found = _BRACED.match(self.text, self.at)
        if found is None:
            raise self._odd_form()
        self.at = found.end()
        form = found["form"].removeprefix(":")[:1]
        if found["count"]:
            if form or self.text[self.at:self.at + 1] != "}":
                raise self._odd_form()
            self.at += 1
            return Number(())
        begin = self.at
        other, _ = self.word(until="}")
        shaped = form or not other
        if not shaped or self.text[self.at:self.at + 1] != "}" or set("'\"\\") & set(self.text[begin:self.at]):
            raise self._odd_form()
        self.at += 1
        if form == "?":
            form = found["form"] if found["form"] == ":?" else ""
        return Use(found["name"], "part" if form in ("%", "#") else form, other, quoted)

    def _odd_form(self) -> Undecidable:
        begin = self.text.rfind("${", 0, self.at + 1)
        return Undecidable(f"What {self.text[begin:].partition('}')[0][:40]}}} comes to is only known when it runs")

    def _backticks(self, *, quoted: bool) -> Piece:
        end = self.text.find("`", self.at + 1)
        inside = self.text[self.at + 1:end]
        if end < 0 or "\\" in inside or (quoted and '"' in inside):
            raise Undecidable("What stands in backticks cannot be told")
        inner = type(self)(inside)
        self.at = end + 1
        return Output(inner.output(""), quoted)
