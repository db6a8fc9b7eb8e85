"""How long a step took before: in this record, in others that are open, and in past ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from handrail.clock import short_duration
from handrail.errors import HandrailError
from handrail.incident.archive import Archive
from handrail.incident.checklist import split_key
from handrail.incident.incident import Attempt, Incident
from handrail.paths import State

PAST = 60  # records that are looked through, the newest first
COUNTED = 20  # runs
ENOUGH = 3  # runs before anything is said
WELL = frozenset({"passed", "ran", "confirmed"})
# So much longer than the longest (a factor, and s) it must take to be called slower: two runs are never the same.
LONGER, MARGIN = 1.2, 1.0


@dataclass(frozen=True, slots=True)
class Earlier:
    """The runs of a step that did what they should: how many, and what they took in seconds, half of them and most."""

    count: int
    usual: float
    longest: float

    def slower(self, seconds: float) -> str:
        """What to say of a run that has gone on for `seconds`; "" while it is no slower than those before."""
        if self.count < ENOUGH or seconds <= self.longest * LONGER + MARGIN:
            return ""
        return f"slower than in {self.count} runs before, usually {short_duration(self.usual)}"


def earlier(state: State, incident: Incident, key: str) -> Earlier:
    """What the step CALL:ITEM took before, the same item or the same command. Reads files; not for the event loop."""
    own = incident.item(key).last
    command = own.command if own is not None else ""
    found: list[float] = []
    for record in (incident, *_others(state, incident)):
        for other, item in record.items.items():
            same = split_key(other)[1] == split_key(key)[1]
            found += [attempt.seconds for attempt in item.attempts
                      if attempt.seconds is not None and _counts(attempt, command, same=same)]
        if len(found) >= COUNTED:
            break
    return Earlier(len(found), median(found), max(found)) if found else Earlier(0, 0.0, 0.0)


def _counts(attempt: Attempt, command: str, *, same: bool) -> bool:
    return attempt.verdict in WELL and (same or (bool(command) and attempt.command == command))


def _others(state: State, incident: Incident) -> Iterator[Incident]:
    archive = Archive(state)
    active = [one.id for one in archive.active() if isinstance(one, Incident)]
    for id in (*reversed(active), *(row.id for row in archive.past()[:PAST])):
        if id != incident.id:
            try:
                yield archive.read(id)
            except HandrailError:
                continue  # the board says that it is damaged
