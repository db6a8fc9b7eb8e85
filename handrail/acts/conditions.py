"""Ending a standing condition by hand: what was restored elsewhere, or never was what it seemed."""

from __future__ import annotations

from handrail.acts.decision import Decision, no_reason
from handrail.errors import Refusal
from handrail.incident.events import Draft
from handrail.incident.incident import Incident


def end(incident: Incident, name: str, reason: str) -> Decision:
    """It does not hold any more. Also of a closed incident: what it left behind may be restored later."""
    if refusal := no_reason(reason, "end a condition"):
        return refusal
    standing = next((one for one in incident.standing if one.name == name), None)
    if standing is None:
        return Refusal("not-standing", "It does not stand any more.")
    return [Draft("condition", {"name": name, "text": standing.text, "state": "cleared"}, reason=reason.strip())]
