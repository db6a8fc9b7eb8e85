"""Lines of output as they are drawn: harmless, in their own colours, cut to the view."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.cache import LRUCache
from textual.strip import Strip

from handrail import quantities
from handrail.runs.transcript import LINE, Transcript
from handrail.text import Row, Style, legible, row

COPIED = 1024 * 1024  # bytes of output that are ever copied
PART = 64  # lines read at once for it

# A line made harmless, the bytes of it that were not read, and when it began to come in local time ("" for not asked).
Drawable = tuple[Row, int, str]


class Lines:
    """The lines of a transcript made harmless, each once as long as it is in use."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._made: LRUCache[int, Drawable] = LRUCache(512)  # whole lines only: they never change
        self._made_as: tuple[int, int, bool] | None = None

    def get(self, number: int, limit: int, *, times: bool) -> Drawable:
        """Line `number`, of which `limit` bytes are looked at."""
        transcript = self._transcript
        if self._made_as != (transcript.epoch, limit, times):
            self._made_as = transcript.epoch, limit, times
            self._made.clear()
        if (known := self._made.get(number)) is not None:
            return known
        raw = transcript.line(number)
        cut = transcript.length(number) - len(raw)
        if cut and b"\r" in raw:  # written over and over: the end is what is seen
            raw, cut = transcript.line(number, end=True), 0
        at = transcript.time_of(number) if times else None
        made = row(raw, limit=limit), cut, f"{at.astimezone():%H:%M:%S}" if at else ""
        if number < transcript.lines - 1:
            self._made[number] = made
        return made

    def everything(self) -> str:
        """The text of all lines, or of those in the last 1 MiB after one that says what is left out."""
        first, copied = self._transcript.lines, 0
        parts: list[str] = []
        while first and copied < COPIED:
            start = max(0, first - PART)
            part = self._transcript.lines_between(start, first)
            parts.append("\n".join(row(line, limit=LINE).text for line in part))
            copied += sum(map(len, part))
            first = start
        if first:
            parts.append(f"… {first:,} lines before these are in {self._transcript.folder}/out")
        return "\n".join(reversed(parts))


def strip_of(row: Row, cut: int, left: int, width: int, base: RichStyle, quiet: RichStyle) -> Strip:
    """`row` from cell `left` on, exactly `width` cells: … where it goes on, with the bytes that were not looked at.

    `cut` counts bytes of the line beyond those that the row was made of.
    """
    whole = Strip([Segment(text, _rich(style, base)) for text, style in row.spans])
    more = row.more + cut
    if more or whole.cell_length > left + width:
        mark = f"… +{quantities.show(more, 'B')}" if more else "…"
        mark = mark[: max(0, width)]
        body = whole.crop(left, left + width - len(mark))
        if body.cell_length < width - len(mark) and not more:
            body = body.adjust_cell_length(width - len(mark), base)  # half of a wide character was cut off
        whole = Strip([*body, Segment(mark, quiet)])
    elif left:
        whole = whole.crop(left)
    return whole.adjust_cell_length(width, base)


@lru_cache(maxsize=1024)
def _rich(style: Style, base: RichStyle) -> RichStyle:
    """`style` over the view's own, so that the text can be told from what is behind it."""
    ink, paper = (color.triplet if color else None for color in (base.color, base.bgcolor))
    style = legible(style, tuple(ink) if ink else None, tuple(paper) if paper else None)
    return base + RichStyle(
        color=_color(style.fg), bgcolor=_color(style.bg), bold=style.bold or None, dim=style.dim or None,
        italic=style.italic or None, underline=style.underline or None, reverse=style.reverse or None,
    )


def _color(color: int | tuple[int, int, int] | None) -> Color | None:
    if color is None:
        return None
    return Color.from_ansi(color) if isinstance(color, int) else Color.from_rgb(*color)
