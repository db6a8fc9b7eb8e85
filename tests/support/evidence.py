"""Going past the rule that evidence comes first, as an operator does while harm goes on."""

from __future__ import annotations

from handrail.incident.incident import Incident
from handrail.operator.operator import Operator


def in_active_harm(operator: Operator, incident: Incident) -> Incident:
    """The incident with the choice on record for every section of its checklist that waits for evidence."""
    checklist = operator.watcher.checklist_of(incident)
    for row in checklist.rows:
        if row.item is None or not row.item.runs:
            continue
        held = operator.held(incident, row.key, row.item, row.item.risk)
        if held is not None:
            answer = operator.waive_evidence(incident.id, row.key, held.scope, "active harm").result(20)
            assert isinstance(answer, Incident), answer
            incident = answer
    return incident
