"""The rows of the view: a gutter that shows the cursor, the time when it is wanted, and the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip

from handrail.runs.transcript import LINE
from handrail.text import ROW_LIMIT, Style
from widgets.output.rows import Drawable, Lines, marked, strip_of, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style as RichStyle
    from textual.geometry import Size

    from handrail.text import Row
    from widgets.output.place import Place

TIME = 9  # cells of the time column
FOUND = Style(fg=16, bg=227, bold=True)


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture of the lines around a place."""

    source: Lines
    place: Place
    size: Size
    base: RichStyle
    quiet: RichStyle
    mark: RichStyle
    selected: RichStyle
    cursor: str  # what marks the line of the cursor, "" for nothing
    times: bool
    raw: bool
    words: str  # what is looked for

    def lines(self) -> list[Strip]:
        """A row for each line, cut at the edge."""
        last = min(self.place.top + self.size.height, self.source.count)
        return [self._line(number) for number in range(self.place.top, last)]

    def wrapped(self) -> list[Strip]:
        """Long lines over several rows. Moves the top of the place, so that the cursor is in the picture."""
        height, place = max(1, self.size.height), self.place
        first = last = place.cursor
        above = self._rows(first)
        while len(above) < height and first > 0 and (place.following or first > place.top):
            first -= 1
            above = self._rows(first) + above
        if place.following:
            place.top = first
            return above[-height:]
        if len(above) > height and first < last:  # the cursor would be below the picture
            place.top = first + 1
            return above[-height:]
        place.top = first
        while len(above) < height and last + 1 < self.source.count:
            last += 1
            above += self._rows(last)
        return above[:height]

    def screen(self, rows: Sequence[Row]) -> list[Strip]:
        """A small screen as it stands, its last rows where it is taller."""
        width = max(0, self.size.width - 1)
        return [
            Strip([Segment(" ", self.base), *strip_of(row, 0, 0, width, self.base, self.quiet)]).simplify()
            for row in rows[-max(1, self.size.height) :]
        ]

    def _head(self, number: int, time: str, *, first: bool = True) -> list[Segment]:
        here = self.cursor and number == self.place.cursor
        head = [Segment(self.cursor, self.mark) if here else Segment(" ", self.base)]
        if self.times:
            head.append(Segment(f"{time if first else '':8} ", self.quiet))
        return head

    @property
    def _width(self) -> int:
        return max(0, self.size.width - 1 - (TIME if self.times else 0))

    def _row(self, number: int, limit: int) -> Drawable:
        shown, cut, time = self.source.get(number, min(LINE, max(ROW_LIMIT, limit)), times=self.times, raw=self.raw)
        return marked(shown, self.words, FOUND) if self.words else shown, cut, time

    def _line(self, number: int) -> Strip:
        shown, cut, time = self._row(number, 4 * (self.place.left + self.size.width))
        body = strip_of(shown, cut, self.place.left, self._width, self.base, self.quiet)
        return self._finish(number, Strip([*self._head(number, time), *body]))

    def _rows(self, number: int) -> list[Strip]:
        shown, cut, time = self._row(number, 4 * self.size.area)
        parts = wrapped(shown, cut, self._width, max(1, self.size.height), self.base, self.quiet)
        return [
            self._finish(number, Strip([*self._head(number, time, first=not n), *part])) for n, part in enumerate(parts)
        ]

    def _finish(self, number: int, strip: Strip) -> Strip:
        strip = strip.simplify()
        if number not in self.place.selected:
            return strip
        return Strip(Segment.apply_style(strip, post_style=self.selected), strip.cell_length)
