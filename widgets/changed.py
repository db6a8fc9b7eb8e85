"""Which cells of a row are not what they were: over SSH only those are sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region

if TYPE_CHECKING:
    from rich.text import Text


def changed_cells(before: Text, after: Text, y: int, width: int, *, indent: int = 0) -> Region:
    """The part of row `y`, `width` cells wide, that differs when `after` stands where `before` stood.

    Both are drawn from cell `indent` on, left-aligned and without a break.
    """
    old, new = _dressed(before), _dressed(after)
    both = min(len(old), len(new))
    same = next((at for at in range(both) if old[at] != new[at]), both)
    start = indent + after[:same].cell_len
    end = width
    if before.cell_len == after.cell_len:
        tail = 0
        while tail < both - same and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        end = indent + after[: len(new) - tail].cell_len
    if indent + max(before.cell_len, after.cell_len) > width:
        start, end = min(start, width - 3), width  # an ellipsis may have come, gone or moved
    start = max(0, min(start, width))
    return Region(start, y, max(0, min(end, width) - start), 1)


def _dressed(text: Text) -> list[tuple[str, tuple[object, ...]]]:
    """Each character with the styles upon it."""
    styles: list[tuple[object, ...]] = [(text.style,)] * len(text.plain)
    for span in text.spans:
        for at in range(max(0, span.start), min(span.end, len(styles))):
            styles[at] = (*styles[at], span.style)
    return list(zip(text.plain, styles, strict=True))
