"""Watcher: everything that can be seen, and nothing that can be changed. The wall gets one of these and no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from handrail.clock import Clock
from handrail.incident.checklist import Checklist
from handrail.incident.incident import Incident
from handrail.pack import Pack
from handrail.paths import State
from handrail.runbook.model import Runbook
from handrail.snapshot import Activity, BadCard, Card, Console, Snapshot

if TYPE_CHECKING:
    from handrail.runs.record import RunFiles

__all__ = ["Activity", "BadCard", "Card", "Console", "Snapshot", "Watcher"]


class Watcher:
    """Reads a state folder four times a second in a thread of its own. Making one touches nothing on disk.

    Every method may be called from any thread. Subscribers are called from a thread of the domain.
    """

    def __init__(self, state: State, packs: Sequence[Pack], clock: Clock) -> None:
        raise NotImplementedError

    def start(self) -> None:
        """Start the poll thread (4 Hz). The first snapshot is taken in it; calling this twice does nothing."""
        raise NotImplementedError

    def now(self) -> Snapshot:
        """The newest snapshot. Never blocks; before the first poll it is an empty one."""
        raise NotImplementedError

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back after each change of what `now` shows (ages and durations alone are no change).

        Answers the way out of it. The callback must return quickly: post a message and be gone.
        """
        raise NotImplementedError

    def incident(self, id: str) -> Incident | None:
        """An incident or checklist by its whole id, active or past; None when there is none or it cannot be read."""
        raise NotImplementedError

    def checklist(self, id: str) -> Checklist | None:
        """The checklist of an incident as it stands; cached by revision."""
        raise NotImplementedError

    def runbook(self, sha: str) -> Runbook:
        """A frozen document as it was understood; cached. Raises StateError when the document is gone."""
        raise NotImplementedError

    def run(self, incident_id: str, run_id: str) -> RunFiles:
        """The files of one run."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Look now instead of at the next poll, and tell subscribers if anything changed. Blocks while it reads."""
        raise NotImplementedError

    def close(self) -> None:
        """End the poll thread. Never hangs."""
        raise NotImplementedError
