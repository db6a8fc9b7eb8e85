"""Deadlines are rows: set with the level, met by an act, breached by whoever looks first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from handrail.clock import iso
from handrail.incident.events import Draft
from handrail.incident.incident import Incident


def rows(due: Iterable[tuple[str, str, str, datetime]]) -> list[Draft]:
    """A `deadline_set` for each (id, kind, text, due_at)."""
    return [Draft("deadline_set", {"deadline": id, "kind": kind, "text": text, "due_at": iso(due_at), "rule": text})
            for id, kind, text, due_at in due]


def met(incident: Incident, *kinds: str) -> list[Draft]:
    """A `deadline_met` for each clock of these kinds that nothing met yet, late or not."""
    return [Draft("deadline_met", {"deadline": deadline.id}) for deadline in incident.deadlines
            if deadline.kind in kinds and deadline.met_at is None and deadline.state in ("open", "breached")]


def waived(incident: Incident, reason: str) -> list[Draft]:
    """A `deadline_waived` for each clock that still runs."""
    return [Draft("deadline_waived", {"deadline": deadline.id}, reason=reason) for deadline in incident.deadlines
            if deadline.state == "open"]


def breached(incident: Incident, now: datetime) -> list[Draft]:
    """A `deadline_breached` for each clock that ran out. Any process may say so; the first one stored wins."""
    if incident.closed:
        return []
    return [Draft("deadline_breached", {"deadline": deadline.id}, id=f"breach:{deadline.id}",
                  occurred_at=deadline.due_at)
            for deadline in incident.deadlines if deadline.state == "open" and deadline.due_at <= now]
