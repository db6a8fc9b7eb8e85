"""A real incident, seen from a drill: practice ends where the real thing begins."""

from __future__ import annotations

from dataclasses import dataclass

from handrail.errors import HandrailError
from handrail.incident.archive import Archive
from handrail.incident.events import ENDED
from handrail.incident.incident import Incident
from handrail.paths import State

PREFIX = "DRILL-"


@dataclass(frozen=True, slots=True)
class RealIncident:
    """One that is open in the real record. `level` is drawn with its scheme ("AC P1"), `rank` 1 is the worst."""

    id: str
    title: str
    level: str
    rank: int
    holder: str


def real_incidents(state: State) -> tuple[RealIncident, ...]:
    """The open ones, worst first; nothing while the record cannot be read. Reads only, and makes no folder."""
    try:
        found = [one for one in Archive(state).active() if isinstance(one, Incident)]
    except (HandrailError, OSError):
        return ()
    real = [RealIncident(one.id, one.title, str(one.level or ""), one.level.rank if one.level else 4, one.holder)
            for one in found if one.kind == "incident" and not one.id.startswith(PREFIX) and one.status not in ENDED]
    return tuple(sorted(real, key=lambda one: (one.rank, one.id)))
