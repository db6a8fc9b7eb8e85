"""When the terminal's bell rings: a long step has ended, or a deadline has passed, and nobody is typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from handrail.incident.incident import Incident

LONG = 10.0
"""Seconds from which on a step is long: nobody sits and waits for it."""
QUIET = 5.0
"""Seconds without a key after which nobody is typing."""


class Bell:
    """Remembers what ran and what was late at the last look. What was so before the first one rings nothing."""

    def __init__(self) -> None:
        self._running: dict[str, datetime] = {}
        self._late: set[str] | None = None

    def rings(self, incidents: Iterable[Incident], now: datetime, silent: float) -> bool:
        """Whether something happened since the last look; `silent` is how long (s) nobody has typed."""
        known, late = tuple(incidents), set[str]()
        running = {attempt.run: attempt.started_at for one in known for _, attempt in one.running()}
        for one in known:
            late |= {f"{one.id} {deadline.id}" for deadline in one.deadlines if deadline.state == "breached"}
        ended = [run for run, began in self._running.items()
                 if run not in running and (now - began).total_seconds() >= LONG]
        news = bool(ended) or (self._late is not None and bool(late - self._late))
        self._running, self._late = running, late
        return news and silent >= QUIET
