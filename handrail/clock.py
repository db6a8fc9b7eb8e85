"""Time, injected everywhere so that tests own it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Two clocks: the wall for people, the boot clock for durations."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""

    def boot(self) -> float:
        """Seconds since boot, counting time asleep (CLOCK_BOOTTIME). Never goes back."""


class SystemClock:
    """The clocks of this host."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def boot(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)


def iso(moment: datetime) -> str:
    """An aware moment as ISO 8601 in UTC with microseconds: 2026-11-21T03:12:04.000000Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_iso(text: str) -> datetime:
    """The inverse of `iso`; accepts any offset. Raises ValueError on a naive or malformed time."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no time zone in {text!r}")
    return moment.astimezone(UTC)


def short_duration(seconds: float) -> str:
    """A duration with units, two at most: 40ms, 0.5s, 46s, 5m12s, 1h02m, 3d04h. Negative counts as zero."""
    if seconds < 0:
        seconds = 0
    if 0 < seconds < 0.095:
        return f"{max(1, round(seconds * 1000))}ms"
    if seconds < 9.95:
        text = f"{seconds:.1f}"
        return f"{text.removesuffix('.0')}s"
    whole = int(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    if whole < 86400:
        return f"{whole // 3600}h{whole % 3600 // 60:02d}m"
    return f"{whole // 86400}d{whole % 86400 // 3600:02d}h"
