"""Output as a small terminal would show it: for programs that paint the same lines again and again.

Understands what such programs use: the cursor, erasing, scrolling, colours. Everything else vanishes, as in
`handrail.text`; out come rows of harmless text. Memory is that of one screen.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from functools import cache
from itertools import groupby

from handrail.characters import MARKS, SAFE, WIDTHS
from handrail.sgr import PLAIN, Style, apply, legible
from handrail.text import TAB, Row

Cell = tuple[str, Style]
BLANK: Cell = (" ", PLAIN)
HELD = 4096  # characters of a sequence whose end has not come
LARGEST = (500, 200)  # columns and lines of a screen


@cache
def _tokens() -> re.Pattern[str]:
    """Text; a control sequence (parameters, final); a string; another escape; one control."""
    return re.compile(
        r"([^\x00-\x1f\x7f-\x9f]+)|(?:\x1b\[|\x9b)([0-?]*)[ -/]*([@-~])"
        r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\x18\x1a]*(?:\x07|\x1b\\|\x9c|\x18|\x1a|(?=\x1b[^\\]))"
        r"|\x1b([ -/]*[0-OQ-WYZ\\`-~])|([\x00-\x1a\x1c-\x1f\x7f-\x9f])",
    )


class Replay:
    """A screen of `columns` by `lines`. Feed it the bytes in order."""

    def __init__(self, columns: int = 80, lines: int = 24) -> None:
        self.columns = max(2, min(columns, LARGEST[0]))
        self.lines = max(2, min(lines, LARGEST[1]))
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._rest = ""
        self.clear()

    def clear(self) -> None:
        """An empty screen, as when the program began."""
        self._grid = [self._blank() for _ in range(self.lines)]
        self._x = self._y = 0
        self._saved = (0, 0, PLAIN)
        self._style = PLAIN

    def feed(self, data: bytes) -> None:
        """Show what came. Never raises."""
        text = self._rest + self._decode(data)
        self._rest = ""
        at, tokens = 0, _tokens()
        while at < len(text):
            token = tokens.match(text, at)
            if token is None:
                if len(text) - at < HELD:
                    self._rest = text[at:]
                    return
                at += 1  # a sequence without end: what began it is dropped
                continue
            at = token.end()
            written, parameters, final, escape, control = token.groups()
            if written:
                self._write(written.translate(SAFE))
            elif final:
                self._sequence(parameters, final)
            elif escape:
                self._escape(escape)
            elif control:
                self._control(control)

    def rows(self) -> list[Row]:
        """The screen, without the empty lines at its end."""
        last = max((y for y, row in enumerate(self._grid) if any(cell != BLANK for cell in row)), default=-1)
        return [_row(row) for row in self._grid[: last + 1]]

    # -- writing

    def _blank(self) -> list[Cell]:
        return [BLANK] * self.columns

    def _write(self, text: str) -> None:
        row = self._grid[self._y]
        for char in text:
            width = WIDTHS[char]
            if width == 0:
                self._mark(row, char)
                continue
            if self._x + width > self.columns:
                self._x = 0
                self._down()
                row = self._grid[self._y]
            self._mend(row, self._x, width)
            row[self._x] = (char, self._style)
            if width == 2:
                row[self._x + 1] = ("", self._style)
            self._x += width

    def _mark(self, row: list[Cell], mark: str) -> None:
        """A combining mark goes on the character before it, as long as that one does not carry too many."""
        at = self._x - 1 if self._x and row[self._x - 1][0] else self._x - 2
        if at >= 0 and len(row[at][0]) <= MARKS:
            row[at] = (row[at][0] + mark, row[at][1])

    def _mend(self, row: list[Cell], x: int, width: int) -> None:
        """Half of a wide character that is written over leaves a space."""
        if row[x][0] == "" and x:
            row[x - 1] = BLANK
        if x + width < self.columns and row[x + width][0] == "":
            row[x + width] = BLANK

    def _down(self) -> None:
        if self._y + 1 < self.lines:
            self._y += 1
        else:
            del self._grid[0]
            self._grid.append(self._blank())

    # -- moving

    def _control(self, control: str) -> None:
        if control == "\r":
            self._x = 0
        elif control in "\n\x0b\x0c\x85":
            self._x = 0  # output comes without the carriage return that a terminal's line discipline adds
            self._down()
        elif control == "\b":
            self._x = max(0, self._x - 1)
        elif control == "\t":
            self._x = min(self.columns - 1, self._x + TAB - self._x % TAB)

    def _escape(self, what: str) -> None:
        if what == "7":
            self._saved = (self._x, self._y, self._style)
        elif what == "8":
            self._x, self._y, self._style = self._saved
        elif what == "M":
            if self._y:
                self._y -= 1
            else:
                self._grid.insert(0, self._blank())
                self._grid.pop()
        elif what == "c":
            self.clear()
        elif what in "DE":
            self._control("\n")

    def _sequence(self, parameters: str, final: str) -> None:
        if parameters[:1] in "<=>?" and parameters:
            if final in "hl" and "1049" in parameters:
                self.clear()
            return
        if final == "m":
            self._style = apply(self._style, parameters)
            return
        numbers = [int(part) if part.isdecimal() and len(part) < 5 else 0 for part in parameters.split(";")]
        first = numbers[0]
        count = max(1, first)
        if final == "A":
            self._y -= count
        elif final in "Be":
            self._y += count
        elif final in "Ca":
            self._x += count
        elif final == "D":
            self._x -= count
        elif final in "EF":
            self._x, self._y = 0, self._y + (count if final == "E" else -count)
        elif final in "G`":
            self._x = count - 1
        elif final == "d":
            self._y = count - 1
        elif final in "Hf":
            self._y, self._x = count - 1, max(1, numbers[1] if len(numbers) > 1 else 1) - 1
        elif final == "s":
            self._saved = (self._x, self._y, self._style)
        elif final == "u":
            self._x, self._y, self._style = self._saved
        else:
            self._change(final, first, count)
        self._x = max(0, min(self._x, self.columns - 1))
        self._y = max(0, min(self._y, self.lines - 1))

    def _change(self, final: str, first: int, count: int) -> None:
        """Erase, insert, delete, scroll."""
        row, x = self._grid[self._y], min(self._x, self.columns - 1)
        if final == "K":
            start, end = (x, self.columns) if first == 0 else (0, x + 1) if first == 1 else (0, self.columns)
            row[start:end] = [BLANK] * (end - start)
        elif final == "J":
            if first == 0:
                row[x:] = [BLANK] * (self.columns - x)
            elif first == 1:
                row[: x + 1] = [BLANK] * (x + 1)
            span = range(self._y + 1, self.lines) if first == 0 else range(self._y if first == 1 else self.lines)
            for y in span:
                self._grid[y] = self._blank()
        elif final in "PX@":
            count = min(count, self.columns - x)
            if final == "P":
                row[x:] = row[x + count :] + [BLANK] * count
            elif final == "X":
                row[x : x + count] = [BLANK] * count
            else:
                row[x:] = ([BLANK] * count + row[x:])[: self.columns - x]
        elif final in "LMST":
            if final in "LM":
                self._x = 0
            top = self._y if final in "LM" else 0
            count = min(count, self.lines - top)
            blank = [self._blank() for _ in range(count)]
            kept = self._grid[top:]
            self._grid[top:] = (blank + kept)[: len(kept)] if final in "LT" else kept[count:] + blank


def _row(cells: list[Cell]) -> Row:
    end = max((x + 1 for x, cell in enumerate(cells) if cell != BLANK), default=0)
    spans = tuple(
        ("".join(text for text, _ in group), legible(style))
        for style, group in groupby(cells[:end], key=lambda cell: cell[1])
    )
    return Row(spans, 0)
