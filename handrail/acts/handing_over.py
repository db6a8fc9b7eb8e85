"""Handing an incident over: offered by a key, and over only once the other has accepted."""

from __future__ import annotations

from handrail.acts.decision import Decision, over
from handrail.errors import Refusal
from handrail.incident.events import Draft
from handrail.incident.incident import Incident

LONGEST_NAME = 60


def offer(incident: Incident, by: str, to: str, words: str = "") -> Decision:
    """Ask `to` to take it over; with "" take the offer back. Until it is accepted the holder keeps it."""
    to = " ".join(to.split())
    if refusal := over(incident):
        return refusal
    if incident.kind != "incident":
        return Refusal("not-an-incident", f"{incident.short_id} is a checklist without an incident.")
    if not to and not incident.offered_to:
        return Refusal("nothing-offered", "Nobody was asked to take it over.")
    if len(to) > LONGEST_NAME:
        return Refusal("too-long", f"A name has at most {LONGEST_NAME} characters.")
    if to and to == incident.holder:
        return Refusal("already-held", f"{'You already have' if to == by else f'{to} already has'} it.")
    return [Draft("handover", {"to": to, "old": incident.offered_to}, reason=words.strip())]
