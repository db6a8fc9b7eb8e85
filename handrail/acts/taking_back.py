"""Taking back one's last act by a new event about it."""

from __future__ import annotations

from handrail.acts.decision import Decision, no_reason
from handrail.errors import Refusal
from handrail.incident.corrections import take_back
from handrail.incident.events import Event
from handrail.incident.incident import Incident


def correct(incident: Incident, by: str, reason: str, of: str = "") -> Decision:
    """Void the last act of `by`. With `of`, the id of an event, only if it is still that one."""
    if refusal := no_reason(reason, "take it back"):
        return refusal
    drafts = take_back(incident.events, by, reason.strip())
    if isinstance(drafts, Refusal) or not of or drafts[0].data["of"] == of:
        return drafts
    return Refusal("changed", "Your last act is not the one you were asked about any more.", "Look, then ask again.")


def last_act(incident: Incident, by: str) -> Event | Refusal:
    """What `correct` would take back now, or why nothing can be."""
    drafts = take_back(incident.events, by)
    if isinstance(drafts, Refusal):
        return drafts
    return next(event for event in incident.events if event.id == drafts[0].data["of"])
