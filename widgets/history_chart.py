"""What a lamp was: a chart of its answers over time, in block characters, with the scale it is drawn to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text

from handrail.quantities import show
from widgets import look

if TYPE_CHECKING:
    from handrail.lamp_detail import Point

# Cells for the scale at the left.
SCALE = 9


def draw(points: Sequence[Point], now: datetime, seconds: float, size: tuple[int, int], unit: str,
         ticks: Sequence[datetime] = ()) -> list[Text]:
    """`size` (columns, rows) of text: bars of the last `seconds`, scaled from 0; the last row is the time.

    A column without an answer stays open. Where no number is drawn a bad answer is full height, a good one low. A line
    stands over the columns in which something changed, at `ticks`.
    """
    width, height = size[0] - SCALE - 1, max(1, size[1] - 1)
    if width < 8:
        return [Text()]
    columns = _columns(points, now, seconds, width)
    numbers = [number for number, _ in columns if number is not None]
    top = max(map(abs, numbers), default=0.0)
    rows = [Text(no_wrap=True) for _ in range(height)]
    for y, row in enumerate(rows):
        label = ""
        if top and y == 0:
            label = show(top, unit)  # type: ignore[arg-type]
        elif numbers and y == height - 1 and height > 1:
            label = "0"
        row.append(f"{label:>{SCALE}} ", look.QUIET)
    ticked = {at for moment in ticks if (at := _column(moment, now, seconds, width)) is not None}
    for at, (number, rank) in enumerate(columns):
        share = None if rank is None else _share(number, top, rank, numbers=bool(numbers))
        _bar(rows, share, rank, ticked=at in ticked)
    rows.append(_axis(seconds, width))
    return rows


def _columns(points: Sequence[Point], now: datetime, seconds: float,
             width: int) -> list[tuple[float | None, int | None]]:
    """For each column the largest number and the worst rank of its answers; (None, None) without one."""
    found: list[tuple[float | None, int | None]] = [(None, None)] * width
    for point in points:
        if (at := _column(point.at, now, seconds, width)) is None:
            continue
        number, rank = found[at]
        if point.number is not None:
            number = max(abs(point.number), number or 0.0)
        found[at] = (number, _worse(point.rank, rank))
    return found


def _column(moment: datetime, now: datetime, seconds: float, width: int) -> int | None:
    """Where a moment stands among `width` columns; None outside."""
    age = (now - moment).total_seconds()
    return width - 1 - int(age * width / seconds) if 0 <= age < seconds else None


def _worse(rank: int, other: int | None) -> int:
    return rank if not other else other if not rank else min(rank, other)


def _share(number: float | None, top: float, rank: int, *, numbers: bool) -> float:
    if numbers:
        return abs(number) / top if number is not None and top else 0.0
    return 1.0 if rank else 0.12


def _bar(rows: Sequence[Text], share: float | None, rank: int | None, *, ticked: bool) -> None:
    """One column: eighths of the height, at least one for an answer; a line above it, at least in the top row."""
    style = look.CRIT if rank in (1, 2) else look.WARN if rank in (3, 4) else look.OK
    eighths = max(1, round(share * len(rows) * 8)) if share is not None else 0
    for y, row in enumerate(rows):
        filled = min(8, max(0, eighths - 8 * (len(rows) - 1 - y)))
        if ticked and (not filled or y == 0):
            row.append(look.TICK, look.ACCENT)
        elif share is None and y == len(rows) - 1:
            row.append("·", look.FRAME)
        else:
            row.append(look.BARS[filled - 1] if filled else " ", style)


def span(seconds: float) -> str:
    """A round length of time: 5m, 6h, 7d."""
    for unit, size in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds >= 2 * size or seconds == size:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"


def _axis(seconds: float, width: int) -> Text:
    left, right = f"{span(seconds)} ago", "now"
    return Text(f"{'':>{SCALE}} {left}{'':<{max(1, width - len(left) - len(right))}}{right}", look.QUIET, no_wrap=True)
