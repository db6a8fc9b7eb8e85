"""What deciding an act answers, and the refusals that several acts share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from handrail.errors import Refusal
from handrail.incident.events import Draft
from handrail.incident.incident import Incident, Level

Decision = Sequence[Draft] | Refusal

LONGEST_REASON = 500
LONGEST_NOTE = 10_000


def over(incident: Incident) -> Refusal | None:
    """Refuses what a closed incident no longer takes."""
    if not incident.closed:
        return None
    return Refusal("closed", f"{incident.short_id} is {incident.status}.", "Reopen it first.")


def no_reason(reason: str, act: str) -> Refusal | None:
    """Refuses an act whose reason is missing or longer than a paragraph."""
    if not reason.strip():
        return Refusal("no-reason", f"To {act} needs a reason.", "Say why in a few words.")
    if len(reason) > LONGEST_REASON:
        return Refusal("too-long", f"A reason has at most {LONGEST_REASON} characters.", "Put the rest into a note.")
    return None


def still_running(incident: Incident, act: str) -> Refusal | None:
    """Refuses to end an incident while a step of it runs."""
    running = incident.running()
    if going := incident.going():
        return Refusal("still-running", f"The chain that {going[0].by} began at {clock_time(going[0].at)} still runs.",
                       f"Wait for it or stop it, then {act}.")
    if not running:
        return None
    attempt = running[0][1]
    more = f" and {len(running) - 1} more" if len(running) > 1 else ""
    sentence = f"A step that {attempt.by} started at {clock_time(attempt.started_at)} still runs{more}."
    return Refusal("still-running", sentence, f"Wait for it or stop it, then {act}.")


def level_data(level: Level | None) -> dict[str, Any] | None:
    """A level as events hold it."""
    if level is None:
        return None
    return {"scheme": level.scheme, "name": level.name, "short": level.short, "rank": level.rank}


def clock_time(moment: datetime) -> str:
    """A moment as sentences name it: 03:16:30 UTC."""
    return moment.astimezone(UTC).strftime("%H:%M:%S UTC")
