"""Functions over what was measured before: avg(x, 1h), delta(x, 10m), unchanged(x)."""

from __future__ import annotations

import math
import statistics
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

# Two answers further apart than this many intervals leave a gap that nobody watched.
GAP = 2.0


class Sample(NamedTuple):
    """One answer: when (seconds on the clock of the history), and what it said."""

    at: float
    values: Mapping[str, object]


class Past(Protocol):
    """What was measured before, the newest answer included."""

    def samples(self, window: float) -> Sequence[Sample]:
        """The answers of the last `window` seconds, oldest first."""

    def coverage(self, window: float) -> float:
        """The share (0..1) of the last `window` seconds that was watched."""


class Recent:
    """A Past over a list of samples, oldest first, as of the moment `now` on their clock, asked every `interval` s."""

    def __init__(self, samples: Sequence[Sample], now: float, interval: float) -> None:
        self.all = samples
        self.now = now
        self.interval = interval

    def samples(self, window: float) -> Sequence[Sample]:
        first = bisect_left(self.all, self.now - window, key=lambda sample: sample.at)
        return self.all[first:]

    def coverage(self, window: float) -> float:
        if not math.isfinite(window) or window <= 0:
            return 1.0
        start = self.now - window
        first = bisect_left(self.all, start, key=lambda sample: sample.at)
        covered, before = 0.0, self.all[first - 1].at if first else None
        for sample in self.all[first:]:
            if before is not None and sample.at - before <= GAP * self.interval:
                covered += sample.at - max(before, start)
            before = sample.at
        if before is not None and self.now - before <= GAP * self.interval:
            covered += self.now - max(before, start)
        return min(1.0, covered / window)


Points = Sequence[tuple[float, float]]  # (when, number), oldest first


def _p95(numbers: Sequence[float]) -> float:
    ordered = sorted(numbers)
    return ordered[max(0, math.ceil(0.95 * len(ordered)) - 1)]


def _rate(points: Points, window: float) -> float | None:
    """Change per `window`, from the line of least squares through the points."""
    if len(points) < 2:
        return None
    middle = sum(at for at, _ in points) / len(points)
    mean = sum(number for _, number in points) / len(points)
    spread = sum((at - middle) ** 2 for at, _ in points)
    if spread == 0:
        return None
    return window * sum((at - middle) * (number - mean) for at, number in points) / spread


def _delta(points: Points) -> float | None:
    return points[-1][1] - points[0][1] if len(points) > 1 else None


# name -> (points, window in s) -> the number, None where there are too few
NUMERIC: dict[str, Callable[[Points, float], float | None]] = {
    "avg": lambda points, _: statistics.fmean(number for _, number in points) if points else None,
    "min": lambda points, _: min((number for _, number in points), default=None),
    "max": lambda points, _: max((number for _, number in points), default=None),
    "p95": lambda points, _: _p95([number for _, number in points]) if points else None,
    "delta": lambda points, _: _delta(points),
    "rate": _rate,
    "baseline": lambda points, _: statistics.median(number for _, number in points) if points else None,
}
