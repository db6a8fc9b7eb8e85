"""The last act can be taken back by a new event; nothing is erased."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace
from support.histories import START
from support.record import ADE, KIM, P1, P2, a_store, declare, done

from handrail.errors import Refusal
from handrail.incident.archive import Archive
from handrail.incident.corrections import take_back
from handrail.incident.events import Draft, Event
from handrail.incident.fold import fold
from handrail.incident.incident import Incident
from handrail.paths import State


def told(*acts: tuple, by: str = "kim") -> Incident:
    return fold("INC-1", [Event(n, f"e{n}", kind, data, replace(KIM, name=by), START, START, 0, "", f"h{n}")
                          for n, (kind, data) in enumerate(acts, 1)])


TICK = ("step_ticked", {"item": "c1:a"})
DECLARED = ("declared", {"title": "Gmail", "level": P1})


def test_a_voided_act_does_not_count_and_stays_in_the_timeline() -> None:
    incident = told(DECLARED, TICK, ("correction", {"of": "e2", "void": True}))
    assert incident.item("c1:a").word == "open"
    assert incident.corrected == {"e2": "e3"}
    assert [event.kind for event in incident.events] == ["declared", "step_ticked", "correction"]


def test_what_stood_before_stands_again() -> None:
    skipped = ("step_skipped", {"item": "c1:a"})
    assert told(TICK, skipped, ("correction", {"of": "e2", "void": True})).item("c1:a").word == "ticked"
    level = told(DECLARED, ("severity", {"old": P1, "new": P2}), ("correction", {"of": "e2", "void": True})).level
    assert str(level) == "AC P1"


def test_a_correction_can_be_taken_back_itself() -> None:
    incident = told(TICK, ("correction", {"of": "e1", "void": True}), ("correction", {"of": "e2", "void": True}))
    assert incident.item("c1:a").word == "ticked"


def test_data_and_moment_can_be_corrected_and_the_latest_correction_holds() -> None:
    incident = told(
        DECLARED, ("milestone", {"name": "mitigated"}),
        ("correction", {"of": "e1", "data": {"title": "Gmial"}}),
        ("correction", {"of": "e1", "data": {"title": "Gmail compromise"}}),
        ("correction", {"of": "e2", "data": {"occurred_at": "2026-11-21T02:50:00Z"}}))
    assert incident.title == "Gmail compromise"
    assert incident.milestones["mitigated"][0].minute == 50
    assert incident.events[1].occurred_at == START


def test_a_correction_of_what_comes_later_or_is_unknown_changes_nothing() -> None:
    incident = told(("correction", {"of": "e2", "void": True}), TICK, ("correction", {"of": "e9", "void": True}))
    assert incident.item("c1:a").word == "ticked"
    assert incident.corrected == {}


def test_taking_back_finds_my_last_act_and_skips_what_is_void_already() -> None:
    acts = (DECLARED, TICK, ("note", {"text": "x"}))
    first = take_back(told(*acts).events, "kim")
    assert not isinstance(first, Refusal)
    assert first[0].data == {"of": "e3", "void": True}
    second = take_back(told(*acts, ("correction", {"of": "e3", "void": True})).events, "kim", "too early")
    assert not isinstance(second, Refusal)
    assert (second[0].data, second[0].reason) == ({"of": "e2", "void": True}, "too early")


def test_a_run_and_an_end_cannot_be_taken_back() -> None:
    for kind in ("step_started", "closed", "declared"):
        answer = take_back(told(TICK, (kind, {"item": "c1:a", "run": "r1"})).events, "kim")
        assert isinstance(answer, Refusal)
        assert answer.code == "not-correctable"
    nothing = take_back(told(TICK, by="ade").events, "kim")
    assert isinstance(nothing, Refusal)
    assert nothing.code == "nothing-to-correct"


def test_taking_back_is_a_decision_like_any_other(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    id = declare(store).id
    done(store.transact(id, lambda _: [Draft("step_ticked", {"item": "c1:a"})], actor=KIM))
    done(store.transact(id, lambda _: [Draft("note", {"text": "x"})], actor=ADE))
    back = done(store.transact(id, lambda incident: take_back(incident.events, "kim"), actor=KIM))
    assert back.item("c1:a").word == "open"
    assert Archive(State(tmp_path)).read(id) == back
