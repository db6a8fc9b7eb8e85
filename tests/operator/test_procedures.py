"""Clocks of procedures: begun by the first start, met by the step that verifies, one for each opened call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.desks import Desk, a_desk, done
from support.scenarios import PACK, declared

from handrail.acts.clocks import breached
from handrail.acts.procedures import procedures
from handrail.clock import parse_iso
from handrail.incident.checklist import build
from handrail.incident.events import Draft
from handrail.incident.incident import Attempt, Deadline, Incident, ItemState

KILL = "kill-switch:1:gmail-kill-switch"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path, packs=(PACK,)) as made:
        yield made


def begin(incident: Incident) -> datetime:
    assert incident.declared_at is not None
    return incident.declared_at


def key(desk: Desk, incident: Incident, title: str) -> str:
    return next(row.key for row in build(incident, desk.operator.watcher.runbook).rows if row.title == title)


def ran(incident: Incident, key: str, start: datetime, seconds: float, word: str = "ran") -> Incident:
    attempt = Attempt("r", "c", "c", "change", start, "kim", verdict=word, seconds=seconds,
                      ended_at=start + timedelta(seconds=seconds))
    state = ItemState(word, at=attempt.ended_at, attempts=(attempt,))  # type: ignore[arg-type]
    return replace(incident, items={**incident.items, key: state})


def drafts(desk: Desk, incident: Incident) -> dict[str, Draft]:
    return {draft.id: draft for draft in procedures(incident, PACK, desk.operator.watcher.runbook)}


def as_rows(incident: Incident, found: dict[str, Draft]) -> Incident:
    """The incident with the clocks that these events set and met."""
    rows = {row.id: row for row in incident.deadlines}
    for draft in found.values():
        data = draft.data
        at = draft.occurred_at
        if draft.kind == "deadline_set":
            due_at = parse_iso(data["due_at"])
            rows[data["deadline"]] = Deadline(data["deadline"], data["kind"], data["text"], due_at, at or due_at)
        elif draft.kind == "deadline_met":
            rows[data["deadline"]] = replace(rows[data["deadline"]], met_at=at, state="met")
    return replace(incident, deadlines=tuple(rows.values()))


@pytest.mark.parametrize(("seconds", "late"), [(59.0, False), (59.9, False), (60.1, True), (75.0, True)])
def test_a_kill_switch_has_sixty_seconds_from_the_first_start_to_the_verification(
        desk: Desk, seconds: float, late: bool) -> None:
    incident = declared(desk, "gmail-compromise")
    assert drafts(desk, incident) == {}, "nothing has begun"
    start = begin(incident)
    incident = ran(incident, key(desk, incident, "Stop the Gmail watch"), start, 1)
    found = drafts(desk, incident)
    assert list(found) == [f"set:{KILL}"]
    incident = as_rows(incident, found)
    assert incident.deadlines[-1].due_at == start + timedelta(seconds=60)
    assert drafts(desk, incident) == {}, "it says so once"
    verify = key(desk, incident, "Verify that Gmail is disconnected")
    assert drafts(desk, ran(incident, verify, start, seconds, "failed")) == {}, "a check that fails meets nothing"
    ended = start + timedelta(seconds=seconds)
    overdue = {draft.data["deadline"] for draft in breached(incident, ended)}
    assert (KILL in overdue) is late
    met = drafts(desk, ran(incident, verify, ended - timedelta(seconds=1), 1, "passed"))
    assert [(draft.kind, draft.occurred_at) for draft in met.values()] == [("deadline_met", ended)]


def test_each_opened_call_has_a_clock_of_its_own(desk: Desk) -> None:
    incident = declared(desk, "gmail-compromise")
    incident = done(desk.operator.open_in(incident.id, PACK.folder / "kill-switches.md", "Gmail kill switch"))
    calls = [row.key for row in build(incident, desk.operator.watcher.runbook).rows
             if row.title == "Stop the Gmail watch"]
    start = begin(incident)
    for at, one in enumerate(calls):
        incident = ran(incident, one, start + timedelta(seconds=at), 1)
    assert list(drafts(desk, incident)) == [f"set:{KILL}", "set:kill-switch:2:gmail-kill-switch"]


def test_a_rotation_has_fifteen_minutes(desk: Desk) -> None:
    incident = declared(desk, "gmail-compromise")
    incident = done(desk.operator.open_in(incident.id, PACK.folder / "rotation.md", "gmail-oauth-token-rotation"))
    start = begin(incident)
    incident = as_rows(incident, drafts(desk, ran(incident, key(desk, incident, "Revoke the current token"), start, 1)))
    row = incident.deadlines[-1]
    assert (row.text, row.due_at - row.set_at) == ("rotation", timedelta(minutes=15))


def test_enhanced_logging_lasts_72_hours_from_its_tick_until_it_is_turned_off(desk: Desk) -> None:
    incident = declared(desk, "credential-compromise")
    on, off = (key(desk, incident, title) for title in (
        "Turn on enhanced logging for 72 hours", "Turn the enhanced logging off again, once the 72 hours are over"))
    ticked = done(desk.operator.tick(incident.id, on))
    found = drafts(desk, ticked)
    incident = as_rows(ticked, found)
    row = incident.deadlines[-1]
    assert (row.text, row.due_at - row.set_at) == ("enhanced logging off", timedelta(hours=72))
    assert "enhanced logging off still counts" in desk.operator.owed(incident)
    incident = replace(incident, items=done(desk.operator.tick(incident.id, off)).items)
    assert [draft.kind for draft in drafts(desk, incident).values()] == ["deadline_met"]


def test_a_procedure_whose_last_step_is_skipped_waits_for_nothing(desk: Desk) -> None:
    incident = declared(desk, "gmail-compromise")
    start = begin(incident)
    incident = ran(incident, key(desk, incident, "Stop the Gmail watch"), start, 1)
    incident = as_rows(incident, drafts(desk, incident))
    verify = key(desk, incident, "Verify that Gmail is disconnected")
    incident = replace(incident, items={**incident.items, verify: ItemState("skipped", at=start)})
    assert [draft.kind for draft in drafts(desk, incident).values()] == ["deadline_waived"]
