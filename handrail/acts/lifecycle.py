"""An incident's own life: taken, moved on, re-graded, ended, reopened."""

from __future__ import annotations

from collections.abc import Sequence

from handrail.acts.clocks import met, waived
from handrail.acts.decision import Decision, clock_time, level_data, no_reason, over, still_running
from handrail.errors import Refusal
from handrail.incident.events import STATUSES, Draft
from handrail.incident.incident import Incident, Level

# These two end the incident and have acts of their own; `proposed` is where an alert begins.
NOT_BY_HAND = frozenset({"proposed", "closed", "false alarm"})


def acknowledge(incident: Incident, by: str) -> Decision:
    """Take the incident. Refused while somebody holds it: two operators who press at once must not both believe it.

    Whom the holder offered it to takes it over.
    """
    if refusal := over(incident):
        return refusal
    if incident.kind != "incident":
        return Refusal("not-an-incident", f"{incident.short_id} is a checklist without an incident.")
    if incident.holder and incident.offered_to != by:
        since = f" since {clock_time(incident.acknowledged_at)}" if incident.acknowledged_at else ""
        who = "You already have it" if incident.holder == by else f"{incident.holder} already has it"
        offered = f"It is offered to {incident.offered_to}." if incident.offered_to else ""
        return Refusal("already-held", f"{who}{since}.", offered)
    return [Draft("acknowledged", {"by": by, "old": incident.holder}), *met(incident, "respond")]


def status(incident: Incident, new: str, unheld: Sequence[str] = (), reason: str = "") -> Decision:
    """Move it on, in any order. Resolving meets the resolve deadline; while `unheld` lamps have not been well for long
    enough it needs a reason, and says so on record."""
    if refusal := over(incident):
        return refusal
    if new not in STATUSES or new in NOT_BY_HAND:
        known = ", ".join(word for word in STATUSES if word not in NOT_BY_HAND)
        return Refusal("no-such-status", f"{new!r} is no status to set.", f"One of {known}.")
    if new == incident.status:
        return Refusal("same-status", f"{incident.short_id} is {new} already.")
    if new == "resolved":
        if unheld and not reason.strip():
            return Refusal("not-held", f"{'; '.join(unheld)}.", "Wait until that has held, or say why it is resolved.")
        data = {"old": incident.status, **({"unheld": list(unheld)} if unheld else {})}
        return [Draft("resolved", data, reason=reason.strip()), *met(incident, "respond", "resolve")]
    return [Draft("status", {"old": incident.status, "new": new})]


def severity(incident: Incident, new: Level, deadlines: Sequence[Draft], reason: str) -> Decision:
    """Re-grade it within its own scheme. `deadlines` are the clocks of the new level."""
    if refusal := over(incident) or no_reason(reason, "change the severity"):
        return refusal
    if incident.level is not None and incident.level.name == new.name:
        return Refusal("same-severity", f"{incident.short_id} is {new} already.")
    change = Draft("severity", {"old": level_data(incident.level), "new": level_data(new)}, reason=reason.strip())
    running = {deadline.id for deadline in incident.deadlines if deadline.state == "open"}
    known = {deadline.id for deadline in incident.deadlines}
    # A clock that was met or has run out stays as it is: a new level does not start it again.
    return [change, *(draft for draft in deadlines
                      if draft.data["deadline"] in running or draft.data["deadline"] not in known)]


def close(incident: Incident) -> Decision:
    if refusal := over(incident) or still_running(incident, "close it"):
        return refusal
    return [Draft("closed", {"old": incident.status}), *met(incident, "respond", "resolve")]


def reopen(incident: Incident, reason: str) -> Decision:
    if not incident.closed and incident.status != "resolved":
        return Refusal("not-closed", f"{incident.short_id} is open: {incident.status}.")
    if refusal := no_reason(reason, "reopen it"):
        return refusal
    return [Draft("reopened", {"old": incident.status}, reason=reason.strip())]


def false_alarm(incident: Incident, reason: str) -> Decision:
    if refusal := over(incident) or no_reason(reason, "call it a false alarm") or still_running(incident, "end it"):
        return refusal
    if incident.kind != "incident":
        return Refusal("not-an-incident", "A checklist without an incident is closed instead.")
    return [Draft("false_alarm", {"old": incident.status}, reason=reason.strip()), *waived(incident, "false alarm")]
