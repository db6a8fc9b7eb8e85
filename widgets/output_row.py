"""One line of output as it is drawn: harmless, in its own colours, cut to the view."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.strip import Strip

from handrail import quantities
from handrail.text import Row, Style, legible


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
