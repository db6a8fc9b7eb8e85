"""What an incident still owes, however it ends: restorations, evidence, steps put off, clocks, reviews."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handrail.acts import evidence
from handrail.errors import HandrailError
from handrail.incident.checklist import Checklist
from handrail.incident.incident import Incident
from handrail.pack.model import Pack
from handrail.runbook.model import Runbook

REQUIRED = "required"


def owed(incident: Incident, checklist: Checklist, pack: Pack | None,
         runbook_of: Callable[[str], Runbook]) -> Sequence[str]:
    """Each thing that is owed, in a few words; the ones that leave something switched off come first."""
    found = [f"{condition.text}" + (f" until {condition.until}" if condition.until else "")
             for condition in incident.standing]
    try:
        if evidence.owed(incident, pack, runbook_of):
            found.append("evidence is not collected in full")
    except HandrailError:
        found.append("whether evidence was collected cannot be read")
    later = [str(row.number) for row in checklist.rows if row.state.word == "deferred" and row.number is not None]
    if later:
        found.append(f"step{'' if len(later) == 1 else 's'} {', '.join(later)} put off")
    found += [f"{deadline.text} still counts" for deadline in incident.deadlines
              if deadline.kind == "procedure" and deadline.state in ("open", "breached") and deadline.met_at is None]
    if _review(incident, pack):
        found.append("a review is required")
    found += [f"action item: {action.text}" for action in incident.actions if action.state == "open"]
    return found


def _review(incident: Incident, pack: Pack | None) -> bool:
    """The highest severity it ever held decides; a false alarm has nothing to review."""
    if pack is None or incident.status == "false alarm" or incident.worst is None:
        return False
    rule = pack.scheme.get(incident.worst.name)
    reviewed = any(event.kind == "review" for event in incident.events)
    return rule is not None and rule.review == REQUIRED and not reviewed
