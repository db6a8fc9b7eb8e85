"""Clocks of procedures as steps make them: begun by the first start in a section, met by the step that verifies it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import PurePath

from handrail.acts.sections import find
from handrail.clock import iso
from handrail.errors import UsageError
from handrail.incident.events import Draft
from handrail.incident.incident import Deadline, Incident, ItemState
from handrail.pack.model import ClockRule, Pack
from handrail.quantities import seconds
from handrail.runbook.model import Item, Runbook

STEPS = frozenset({"command", "http", "manual", "decision"})
# So a step is done as the runbook wants it; `ran` still waits for somebody's eyes.
DONE = frozenset({"passed", "confirmed", "ticked"})
LEFT_OUT = frozenset({"skipped", "not applicable"})

RunbookOf = Callable[[str], Runbook]


def procedures(incident: Incident, pack: Pack, runbook_of: RunbookOf) -> list[Draft]:
    """The clocks that steps of this incident began, met or made needless, and that do not say so yet.

    Raises HandrailError when a document cannot be read.
    """
    drafts: list[Draft] = []
    known = {deadline.id: deadline for deadline in incident.deadlines}
    for rule in pack.clocks:
        for call in incident.calls:
            for section in rule.sections:
                items = _steps(section, call.document, call.section, runbook_of(call.sha256))
                if items:
                    id = f"{rule.id}:{call.id}:{section.partition('#')[2]}"
                    drafts += _clock(incident, call.id, rule, items, id, known.get(id))
    return drafts


def _clock(incident: Incident, call: str, rule: ClockRule, items: Sequence[Item], id: str,
           row: Deadline | None) -> list[Draft]:
    def state(item: Item) -> ItemState:
        return incident.item(f"{call}:{item.id}")

    drafts: list[Draft] = []
    began = _began(rule, items, state)
    if began is None:
        return drafts
    if row is None:
        due_at = began + timedelta(seconds=seconds(rule.within) or 0)
        drafts.append(Draft("deadline_set", {
            "deadline": id, "kind": "procedure", "text": rule.text, "due_at": iso(due_at), "rule": rule.within,
        }, id=f"set:{id}", occurred_at=began))
    if row is not None and (row.met_at is not None or row.state == "waived"):
        return drafts
    last = next((item for item in items if item.title == rule.until), None) if rule.until else items[-1]
    if last is None:
        return drafts
    end = state(last)
    if end.word in DONE:
        drafts.append(Draft("deadline_met", {"deadline": id, "text": rule.text}, id=f"met:{id}",
                            occurred_at=_ended(end)))
    elif end.word in LEFT_OUT:
        drafts.append(Draft("deadline_waived", {"deadline": id, "text": rule.text}, id=f"waived:{id}",
                            reason=f"its last step is {end.word}"))
    return drafts


def _began(rule: ClockRule, items: Sequence[Item], state: Callable[[Item], ItemState]) -> datetime | None:
    """When the clock began to run; None when it has not."""
    if rule.after:
        first = next((state(item) for item in items if item.title == rule.after), None)
        return _ended(first) if first is not None and first.word in DONE else None
    starts = [moment for item in items if (moment := _started(state(item))) is not None]
    return min(starts, default=None)


def _started(state: ItemState) -> datetime | None:
    if state.attempts:
        return min(attempt.started_at for attempt in state.attempts)
    return state.at if state.word == "ticked" else None


def _ended(state: ItemState) -> datetime | None:
    """When it was done; that somebody looked at it later does not make it later."""
    last = state.last
    return last.ended_at if last is not None and last.ended_at is not None else state.at


def _steps(link: str, document: str, opened: tuple[str, ...], runbook: Runbook) -> list[Item]:
    """The steps of `FILE.md#anchor` as far as a call of this document shows them."""
    file, _, anchor = link.partition("#")
    if PurePath(document).name != file:
        return []
    try:
        path = find(runbook, anchor)
    except UsageError:
        return []
    shown = {item.id for item in runbook.under(opened)}
    return [item for item in runbook.under(path) if item.kind in STEPS and item.id in shown]
