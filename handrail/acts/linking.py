"""What an incident has to do with another one. Merging ends it here: the work goes on in the other."""

from __future__ import annotations

from handrail.acts.clocks import waived
from handrail.acts.decision import Decision, over, still_running
from handrail.errors import Refusal
from handrail.incident.events import Draft
from handrail.incident.incident import Incident

RELATIONS = ("related", "duplicate of", "child of", "merged into")
MERGED = "merged into"


def link(incident: Incident, relation: str, other: Incident, *, removed: bool = False) -> Decision:
    """Link `incident` to `other`, or take such a link away.

    Merged into another one it is closed: its clocks stop, and what it holds engaged must not be lost with it.
    """
    if relation not in RELATIONS:
        return Refusal("no-such-relation", f"{relation!r} is no relation.", f"One of {', '.join(RELATIONS)}.")
    if other.id == incident.id:
        return Refusal("itself", "An incident is not linked to itself.")
    there = any((known.relation, known.to) == (relation, other.id) for known in incident.links)
    if removed:
        drafts = [Draft("link", {"relation": relation, "to": other.id, "removed": True})]
        return drafts if there else Refusal("not-linked", f"It is not {relation} {other.short_id}.")
    if there:
        return Refusal("linked", f"It is {relation} {other.short_id} already.")
    drafts = [Draft("link", {"relation": relation, "to": other.id})]
    if relation != MERGED:
        return drafts
    if refusal := over(incident) or still_running(incident, "merge it") or _engaged(incident) or _circle(other):
        return refusal
    why = f"{MERGED} {other.id}"
    return [*drafts, *waived(incident, why), Draft("closed", {"old": incident.status}, reason=why)]


def merged_in(incident: Incident, merged: Incident) -> Decision:
    """The other side of a merge: said in the timeline of the incident that goes on."""
    text = f"{merged.id} was merged into this: {merged.title}"
    return [Draft("note", {"text": text}, id=f"merged:{merged.id}:{merged.rev}")]


def _engaged(incident: Incident) -> Refusal | None:
    if not incident.standing:
        return None
    return Refusal("engaged", f"{incident.standing[0].text}: merged away, nobody would be reminded to restore it.",
                   "Merge the other one into this, or restore first.")


def _circle(other: Incident) -> Refusal | None:
    if not other.closed:
        return None
    return Refusal("closed", f"{other.short_id} is {other.status}: the work cannot go on there.", "Reopen it first.")
