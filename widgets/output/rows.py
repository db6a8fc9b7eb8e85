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
from handrail.text import PLAIN, Row, Style, legible, literal, row

COPIED = 64 * 1024  # bytes of output that are ever copied: terminals refuse more, and slow links would be busy
PART = 64  # lines read at once for it

# A line made harmless, the bytes of it that were not read, and when it began to come in local time ("" for not asked).
Drawable = tuple[Row, int, str]


class Lines:
    """The lines of a transcript made harmless, each once as long as it is in use."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._made: LRUCache[int, Drawable] = LRUCache(512)  # whole lines only: they never change
        self._made_as: tuple[int, int, bool, bool] | None = None

    @property
    def count(self) -> int:
        return self._transcript.lines

    def get(self, number: int, limit: int, *, times: bool, raw: bool = False) -> Drawable:
        """Line `number`, of which `limit` bytes are looked at; `raw` to the letter, with every control a picture."""
        transcript = self._transcript
        if self._made_as != (transcript.epoch, limit, times, raw):
            self._made_as = transcript.epoch, limit, times, raw
            self._made.clear()
        if (known := self._made.get(number)) is not None:
            return known
        data = transcript.line(number)
        cut = transcript.length(number) - len(data)
        if raw:
            shown = _to_the_letter(data, limit)
        else:
            if cut and b"\r" in data:  # written over and over: the end is what is seen
                data, cut = transcript.line(number, end=True), 0
            shown = row(data, limit=limit)
        at = transcript.time_of(number) if times else None
        made = shown, cut, f"{at.astimezone():%H:%M:%S}" if at else ""
        if number < transcript.lines - 1:
            self._made[number] = made
        return made

    def text(self, lines: range) -> str:
        """The text of `lines`, or of the last 64 KiB of them after a line that says what is left out."""
        first, copied = lines.stop, 0
        parts: list[str] = []
        while first > lines.start and copied < COPIED:
            start = max(lines.start, first - PART)
            part = "\n".join(row(line, limit=LINE).text for line in self._transcript.lines_between(start, first))
            parts.append(part)
            copied += len(part)
            first = start
        if first > lines.start:
            parts.append(f"… {first - lines.start:,} lines before these are in {self._transcript.folder}/out")
        return "\n".join(reversed(parts))


def _to_the_letter(data: bytes, limit: int) -> Row:
    text = literal(data[:limit].decode("utf-8", "surrogateescape"))
    return Row(((text, PLAIN),) if text else (), max(0, len(data) - limit))


def marked(shown: Row, words: str, style: Style) -> Row:
    """`shown` with every place of `words` in `style`. Words without a capital letter match either."""
    text = shown.text
    hay = text if words != words.lower() else text.lower()
    if not words or len(hay) != len(text) or words not in hay:
        return shown
    spans: list[tuple[str, Style]] = []
    at = hay.find(words)
    place = 0
    for piece, own in shown.spans:
        end = place + len(piece)
        start = place
        while start < end:
            while at >= 0 and at + len(words) <= start:
                at = hay.find(words, at + len(words))
            inside = at >= 0 and at <= start
            stop = min(end, at + len(words) if inside else at if at >= 0 else end)
            spans.append((text[start:stop], style if inside else own))
            start = stop
        place = end
    return Row(tuple(spans), shown.more)


def wrapped(shown: Row, cut: int, width: int, most: int, base: RichStyle, quiet: RichStyle) -> list[Strip]:
    """`shown` in as many strips of `width` cells as it takes, at most `most`; the last one says what is missing."""
    whole = Strip([Segment(text, _rich(style, base)) for text, style in shown.spans])
    count = max(1, -(-whole.cell_length // max(1, width)))
    more = shown.more + cut
    strips = [whole.crop(n * width, (n + 1) * width).adjust_cell_length(width, base) for n in range(min(count, most))]
    if more or count > most:
        mark = f"… +{quantities.show(more, 'B')}" if more else "…"
        strips[-1] = Strip([*strips[-1].crop(0, max(0, width - len(mark))), Segment(mark[:width], quiet)])
    return strips


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
