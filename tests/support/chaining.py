"""Chains as a person begins them: planned from a step on, read, agreed to."""

from __future__ import annotations

from support.desks import Desk, done

from handrail.acts.chains import ChainPlan
from handrail.incident.incident import Incident
from handrail.operator.operator import Consent


def agree(plan: ChainPlan) -> list[tuple[str, Consent]]:
    return [(linked.row.key, Consent(linked.prepared.command)) for linked in plan.steps]


def planned(desk: Desk, record: Incident, key: str) -> ChainPlan:
    incident, checklist = desk.operator.watcher.incident(record.id), desk.operator.watcher.checklist(record.id)
    assert incident is not None and checklist is not None
    return desk.operator.chain_plan(incident, checklist, key)


def keys(desk: Desk, record: Incident) -> list[str]:
    checklist = desk.operator.watcher.checklist(record.id)
    assert checklist is not None
    return [row.key for row in checklist.rows if row.number is not None]


def begin_here(desk: Desk, id: str, key: str) -> None:
    """In another process: begin the chain from `key` on."""
    desk.operator.watcher.refresh()
    record = desk.operator.watcher.incident(id)
    assert record is not None
    done(desk.operator.start_chain(id, agree(planned(desk, record, key))))
