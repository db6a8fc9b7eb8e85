"""What waits in memory for the disk, as readers see it: laid over what the files say."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handrail.errors import HandrailError
from handrail.incident.incident import Incident
from handrail.incident.journal import Entry, Journal, overlaid
from handrail.paths import State

Read = Callable[[str], Incident]


class Waiting:
    """The journal of one state folder, read again only when it changed: one stat while nothing waits."""

    def __init__(self, state: State) -> None:
        self._journal = Journal(state)
        self._known: tuple[tuple[int, int] | None, tuple[Entry, ...]] = (None, ())

    def entries(self) -> tuple[Entry, ...]:
        """What waits, oldest first."""
        signature = self._journal.signature
        known, entries = self._known
        if signature != known:
            entries = self._journal.entries() if signature is not None else ()
            self._known = (signature, entries)
        return entries

    def over(self, incident: Incident) -> Incident:
        """A whole incident with what waits for it; itself when nothing does."""
        entries = self.entries()
        return overlaid(incident, entries) if entries else incident

    def read(self, id: str, read: Read) -> Incident:
        """`read(id)` with what waits for it; what was declared in memory has no file yet. Raises as `read` does."""
        try:
            return self.over(read(id))
        except HandrailError:
            made = self.over(Incident(id=id))
            if not made.declared_at:
                raise
            return made

    def board(self, found: Sequence[Incident], read: Read) -> tuple[Incident, ...]:
        """The open incidents of the board, those that are NOT ON DISK as they will be."""
        ids = tuple(dict.fromkeys(entry.incident for entry in self.entries()))
        if not ids:
            return tuple(found)
        rows = {incident.id: incident for incident in found}
        for id in ids:
            try:
                rows[id] = self.read(id, read)
            except HandrailError:
                continue  # it is shown as damaged already
        return tuple(rows[id] for id in sorted(rows) if not rows[id].closed)
