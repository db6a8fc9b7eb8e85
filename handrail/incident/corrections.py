"""A correction is an event about an earlier event: it voids it, or gives other data or another moment.

The earlier event stays where it is; only what it adds up to changes. The latest correction of an event holds, and a
correction can itself be voided, which brings back what was there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from handrail.errors import Refusal
from handrail.incident.events import Draft, Event
from handrail.incident.reading import moment_in, text_in

# What a person set by a key and may take back by another. A run cannot be taken back, nor can the end of an incident:
# reopen is the way back from that.
TAKEN_BACK: frozenset[str] = frozenset({
    "acknowledged", "status", "severity", "milestone", "role", "condition", "value", "decision", "note", "link",
    "call_opened", "step_ticked", "step_seen", "step_skipped", "step_deferred", "step_overridden", "action_item",
    "correction", "deadline_met", "deadline_waived", "step_edited", "replacement", "interlock", "handover",
})


def corrected(events: Sequence[Event]) -> tuple[Sequence[Event], Mapping[str, str]]:
    """The events that count, as they count, and which event was corrected by which."""
    if not any(event.kind == "correction" for event in events):
        return events, {}
    latest: dict[str, Event] = {}
    applied: dict[str, str] = {}
    standing: list[Event] = []
    for event in reversed(events):
        if correction := latest.get(event.id):
            applied[event.id] = correction.id
            if correction.data.get("void") is True:
                continue
            event = _mended(event, correction)
        if event.kind == "correction":
            latest.setdefault(text_in(event.data, "of"), event)
        standing.append(event)
    standing.reverse()
    return standing, applied


def _mended(event: Event, correction: Event) -> Event:
    better = correction.data.get("data")
    fields = dict(better) if isinstance(better, Mapping) else {}
    moment = moment_in(fields, "occurred_at")
    fields.pop("occurred_at", None)
    return replace(event, data={**event.data, **fields}, occurred_at=moment or event.occurred_at)


def take_back(events: Sequence[Event], name: str, reason: str = "") -> Sequence[Draft] | Refusal:
    """The event that voids the last act of `name`, for a `decide` to answer. What is void already is passed over."""
    void = {text_in(event.data, "of") for event in events if _takes_back(event)}
    # What the record was begun with: without it there would be no checklist left.
    first = next((event for event in events if event.kind == "call_opened"), None)
    for event in reversed(events):
        if event.actor.name != name or event.id in void or _takes_back(event):
            continue
        if event.kind in TAKEN_BACK and event is not first:
            return [Draft("correction", {"of": event.id, "void": True}, reason=reason)]
        if event.kind == "step_reclassed":
            return Refusal("not-correctable", "What you re-classed holds beyond this checklist.",
                           "m then x on that step takes it back.")
        word = event.kind.replace("_", " ")
        return Refusal("not-correctable", f"Your last act ({word}) cannot be taken back.",
                       "Say what was wrong in a note; reopen brings back an ended incident.")
    return Refusal("nothing-to-correct", f"{name or 'You'} did nothing here yet.")


def _takes_back(event: Event) -> bool:
    return event.kind == "correction" and event.data.get("void") is True
