"""Stands in for the Operator during the first frame, so that the screen is there before the record is open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from handrail.incident.events import Actor
from handrail.snapshot import Snapshot

if TYPE_CHECKING:
    from pathlib import Path


class Opening:
    """Knows nothing yet and can do nothing; a screen that holds one says so."""

    packs = ()

    def __init__(self, state: Path) -> None:
        self.actor = Actor("")
        self.watcher = self
        self._snapshot = Snapshot(at=datetime.now(UTC), state=state)

    def now(self) -> Snapshot:
        """An empty snapshot of the state folder that is being opened."""
        return self._snapshot
