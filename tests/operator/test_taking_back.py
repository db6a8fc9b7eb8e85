"""The last act can be taken back: by a new event, for a reason, and only that very act."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desks import Desk, a_desk, done, refused

from handrail.errors import Refusal
from handrail.incident.events import Event

RUNBOOK = "# Mill\n\n- [ ] Look at the wheel\n- [ ] Ring the bell\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path, RUNBOOK) as desk:
        yield desk


def test_a_wrong_tick_is_taken_back_and_both_stay(desk: Desk) -> None:
    record = desk.open()
    first, second = desk.key(record, "Look at the wheel"), desk.key(record, "Ring the bell")
    done(desk.operator.tick(record.id, first))
    ticked = done(desk.operator.tick(record.id, second))
    last = desk.operator.last_act(ticked)
    assert isinstance(last, Event) and last.data["item"] == second
    assert refused(desk.operator.correct(record.id, "  ", last.id)).code == "no-reason"
    after = done(desk.operator.correct(record.id, "the wrong bell", last.id))
    assert (after.item(first).word, after.item(second).word) == ("ticked", "open")
    assert [event.kind for event in after.events][-2:] == ["step_ticked", "correction"]
    assert after.corrected[last.id] == after.events[-1].id
    assert after.events[-1].reason == "the wrong bell"
    before = desk.operator.last_act(after)
    assert isinstance(before, Event) and before.data["item"] == first, "then the one before it"


def test_only_what_was_asked_about_is_taken_back(desk: Desk) -> None:
    record = desk.open()
    ticked = done(desk.operator.tick(record.id, desk.key(record, "Ring the bell")))
    asked = desk.operator.last_act(ticked)
    assert isinstance(asked, Event)
    done(desk.operator.note(record.id, "meanwhile"))
    assert refused(desk.operator.correct(record.id, "wrong", asked.id)).code == "changed"


def test_what_cannot_be_taken_back_is_said(desk: Desk) -> None:
    declared = done(desk.operator.declare("Mill on fire", "plain", "P1"))
    answer = desk.operator.last_act(declared)
    assert isinstance(answer, Refusal) and answer.code == "not-correctable"
    assert refused(desk.operator.correct(declared.id, "why not")).code == "not-correctable"
