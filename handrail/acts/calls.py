"""Opening a procedure inside an incident. Opening it twice gives two calls: each is done, and counted, by itself."""

from __future__ import annotations

from handrail.acts.decision import Decision, over
from handrail.acts.declaring import Opening
from handrail.errors import Refusal
from handrail.incident.checklist import split_key
from handrail.incident.incident import Incident


def open_call(incident: Incident, opening: Opening, parent: str = "") -> Decision:
    """Open a section of a frozen document; `parent` is the item (CALL:ITEM) it is opened from, "" for none."""
    if refusal := over(incident):
        return refusal
    if parent and split_key(parent)[0] not in {call.id for call in incident.calls}:
        return Refusal("no-such-call", "What it was opened from is not on the checklist any more.")
    return [opening.draft(_next(incident), parent)]


def _next(incident: Incident) -> str:
    """A number that no call ever had here, also none that was taken back: events are told apart by it."""
    had = [str(event.data.get("call", "")) for event in incident.events if event.kind == "call_opened"]
    return str(1 + max((int(call) for call in had if call.isdecimal()), default=0))
