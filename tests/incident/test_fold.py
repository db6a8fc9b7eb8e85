"""An incident is what its events add up to, whatever they are."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from msgspec.structs import replace
from support.histories import START, events
from support.record import KIM, P1, P2, HandClock, a_store, declare, done

from handrail.incident import sealing
from handrail.incident.archive import Archive
from handrail.incident.events import KINDS, Draft, Event
from handrail.incident.fold import Folding, fold
from handrail.incident.fold_steps import VERDICTS
from handrail.incident.incident import Incident, ItemWord, Level
from handrail.incident.record import fold_row
from handrail.paths import State
from handrail.runs.verdict import VerdictWord

FEW = settings(max_examples=20, deadline=None, database=None)
MANY = settings(max_examples=800, deadline=None, database=None)


def at(minutes: float) -> Any:
    return START + timedelta(minutes=minutes)


def told(*acts: tuple[Any, ...], by: str = "kim") -> Incident:
    """The fold of acts, each (kind, data, minute[, reason])."""
    actor = replace(KIM, name=by)
    return fold("INC-1", [
        Event(n, f"e{n}", kind, data, actor, at(minute), at(minute), 0, "".join(reason), f"h{n}")
        for n, (kind, data, minute, *reason) in enumerate(acts, 1)])


DECLARED = ("declared", {"title": "Gmail", "level": P1, "pack": "alwaysclaw"}, 0)


# -- for any history


@FEW
@given(events())
def test_no_prefix_of_any_history_raises(history: list[Event]) -> None:
    for length in range(len(history) + 1):
        incident = fold("INC-1", history[:length])
        assert incident.rev == len({event.id for event in history[:length]})
        assert incident.seconds_open(at(0)) >= 0
        assert all(seconds >= 0 for seconds in incident.seconds_at(at(0)).values())
        assert isinstance(incident.disorder(), tuple)
        assert str(incident.worst)


@FEW
@given(events(), some.integers(0, 20))
def test_folding_on_is_folding_all(history: list[Event], place: int) -> None:
    folding = Folding("INC-1", history[:place])
    before = folding.incident()
    folding.add(history[place:])
    assert folding.incident() == fold("INC-1", history)
    assert before == fold("INC-1", history[:place]), "what was answered before does not change"


@FEW
@given(events())
def test_the_stored_fold_reads_back_equal(history: list[Event]) -> None:
    incident = fold("INC-1", history)
    stored = msgspec.json.decode(msgspec.json.encode(fold_row(incident)), type=Incident)
    assert replace(stored, events=incident.events) == incident


@FEW
@given(events())
def test_events_stored_twice_count_once(history: list[Event]) -> None:
    again = [replace(event, n=n, data={"text": "other"}) for n, event in enumerate(history, len(history) + 1)]
    assert fold("INC-1", [*history, *again]) == fold("INC-1", history)


@FEW
@given(events(), some.randoms())
def test_what_stands_now_does_not_hang_on_the_times_claimed(history: list[Event], rng: Any) -> None:
    moments = [event.occurred_at for event in history]
    rng.shuffle(moments)
    one = fold("INC-1", history)
    two = fold("INC-1", [replace(event, occurred_at=moment) for event, moment in zip(history, moments, strict=True)])
    assert (one.status, one.level, one.holder, one.roles, one.decisions, one.values) == (
        two.status, two.level, two.holder, two.roles, two.decisions, two.values)
    assert {key: item.word for key, item in one.items.items()} == {key: item.word for key, item in two.items.items()}


@pytest.mark.nightly
@MANY
@given(events(60))
def test_long_histories(history: list[Event]) -> None:
    incident = fold("INC-1", history)
    stored = msgspec.json.decode(msgspec.json.encode(fold_row(incident)), type=Incident)
    assert replace(stored, events=incident.events) == incident
    half = Folding("INC-1", history[: len(history) // 2])
    half.add(history[len(history) // 2 :])
    assert half.incident() == incident


@settings(max_examples=15, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=events(12))
def test_delete_the_fold_and_rebuild_it(tmp_path: Path, history: list[Event]) -> None:
    store, state = a_store(tmp_path), State(tmp_path)
    id = declare(store).id
    drafts = [Draft(event.kind, _storable(event.data), event.id, event.occurred_at, event.reason) for event in history]
    stored = done(store.transact(id, lambda _: drafts, actor=KIM))
    archive = Archive(state)
    assert archive.read(id) == stored
    assert archive.verify(id).ok
    file = archive.path(id)
    content = msgspec.json.decode(file.read_bytes())
    del content["incident"]
    file.write_bytes(sealing.seal({**content, "incident": {}}, 0))
    assert Archive(state).read(id) == stored


def _storable(data: Any) -> Any:
    """Without the numbers that no JSON file holds."""
    return {key: value for key, value in data.items() if not (isinstance(value, float) and not abs(value) < 1e308)}


# -- status, milestones, durations


def test_resolve_reopen_resolve_counts_the_time_it_was_open(tmp_path: Path) -> None:
    incident = told(DECLARED, ("resolved", {}, 30), ("reopened", {}, 90), ("resolved", {}, 100), ("closed", {}, 200))
    assert incident.seconds_open(at(1000)) == 40 * 60
    assert incident.milestones["resolved"] == (at(30), at(100)), "the first and the final one"
    assert (incident.status, incident.closed) == ("closed", True)


def test_it_goes_on_while_it_is_open() -> None:
    assert told(DECLARED).seconds_open(at(7)) == 7 * 60
    assert told(DECLARED, ("resolved", {}, 5), ("reopened", {}, 10)).seconds_open(at(12)) == 7 * 60


def test_back_dated_and_overlapping_intervals_count_no_moment_twice() -> None:
    incident = told(DECLARED, ("resolved", {}, 50), ("reopened", {}, 20), ("resolved", {}, 60))
    assert incident.seconds_open(at(1000)) == 60 * 60
    assert told(DECLARED, ("resolved", {}, -10)).seconds_open(at(1000)) == 0


def test_a_status_is_no_milestone_and_nothing_is_invented() -> None:
    incident = told(DECLARED, ("status", {"new": "mitigating"}, 5), ("acknowledged", {"by": "kim"}, 6))
    assert incident.status == "mitigating"
    assert incident.milestones == {}
    assert told(("declared", {"detected_at": at(-4).isoformat()}, 0)).milestones == {"detected": (at(-4),)}


def test_milestones_out_of_order_are_kept_and_said() -> None:
    incident = told(DECLARED, ("milestone", {"name": "mitigated"}, 5), ("milestone", {"name": "detected"}, 9))
    assert incident.milestones == {"mitigated": (at(5),), "detected": (at(9),)}
    assert incident.disorder() == ("mitigated is before detected",)
    assert told(DECLARED, ("resolved", {}, 5)).disorder() == ()


def test_acknowledging_twice_keeps_the_first_time_and_the_last_holder() -> None:
    incident = told(DECLARED, ("acknowledged", {"by": "kim"}, 1), ("acknowledged", {"by": "ade", "old": "kim"}, 8))
    assert (incident.acknowledged_at, incident.holder) == (at(1), "ade")


def test_a_false_alarm_is_over_and_a_checklist_is_no_incident() -> None:
    assert told(DECLARED, ("false_alarm", {}, 3)).closed
    assert told(("declared", {"title": "x", "kind": "checklist"}, 0)).kind == "checklist"


def test_proposed_is_not_open_yet() -> None:
    proposed = told(("proposed", {"title": "gateway down", "level": P1}, 0))
    assert (proposed.status, proposed.title, proposed.seconds_open(at(9))) == ("proposed", "gateway down", 0)


# -- severity


def test_severity_is_a_series_and_the_worst_stays_known() -> None:
    sev2 = {"scheme": "agents", "name": "SEV-2", "short": "AG", "rank": 2}
    incident = told(DECLARED, ("severity", {"old": P1, "new": P2}, 10), ("severity", {"old": P2, "new": sev2}, 15),
                    ("resolved", {}, 40))
    assert [str(level) for _, level, _ in incident.levels] == ["AC P1", "AC P2", "AG SEV-2"]
    assert incident.worst == Level("alwaysclaw", "P1", "AC", 1)
    assert incident.seconds_at(at(99)) == {"AC P1": 600, "AC P2": 300, "AG SEV-2": 1500}


def test_a_breach_stays_a_breach_after_a_downgrade_and_the_end() -> None:
    due = {"deadline": "respond", "kind": "respond", "text": "respond", "due_at": at(5).isoformat()}
    incident = told(DECLARED, ("deadline_set", due, 0), ("deadline_breached", {"deadline": "respond"}, 5),
                    ("severity", {"old": P1, "new": P2}, 6), ("deadline_met", {"deadline": "respond"}, 7),
                    ("deadline_set", {**due, "due_at": at(99).isoformat()}, 8), ("resolved", {}, 40))
    row, = incident.deadlines
    assert (row.state, row.due_at, row.breached_at, row.met_at) == ("breached", at(5), at(5), at(7))


def test_deadlines_are_met_waived_and_superseded_while_open() -> None:
    due = {"deadline": "update", "kind": "update", "text": "update", "due_at": at(5).isoformat()}
    assert told(("deadline_set", due, 0), ("deadline_met", {"deadline": "update"}, 3)).deadlines[0].state == "met"
    waived = told(("deadline_set", due, 0), ("deadline_waived", {"deadline": "update"}, 3, "nobody awake")).deadlines[0]
    assert (waived.state, waived.reason) == ("waived", "nobody awake")
    again = told(("deadline_set", due, 0), ("deadline_set", {**due, "due_at": at(9).isoformat()}, 1)).deadlines
    assert [row.due_at for row in again] == [at(9)]


# -- standing facts


def test_a_kill_switch_stands_until_its_restoration_is_recorded() -> None:
    on = ("condition", {"name": "gmail", "text": "Gmail kill switch ON", "state": "engaged", "until": "step 22"}, 3)
    engaged = told(DECLARED, on, ("resolved", {}, 9))
    assert [(one.name, one.since, one.until) for one in engaged.standing] == [("gmail", at(3), "step 22")]
    cleared = told(DECLARED, on, ("condition", {"name": "gmail", "state": "cleared"}, 12))
    assert cleared.standing == ()
    assert cleared.conditions[0].cleared_at == at(12)
    assert len(told(on, on).conditions) == 1


def test_roles_links_and_actions_are_what_was_said_last() -> None:
    incident = told(
        ("role", {"role": "commander", "person": "kim"}, 0), ("role", {"role": "commander", "person": "ade"}, 1),
        ("role", {"role": "scribe", "person": "kim"}, 1), ("role", {"role": "scribe", "person": ""}, 2),
        ("link", {"relation": "duplicate of", "to": "INC-2"}, 3), ("link", {"relation": "related", "to": "INC-3"}, 3),
        ("link", {"relation": "related", "to": "INC-3", "removed": True}, 4),
        ("action_item", {"action": "a1", "text": "rotate", "owner": "kim", "due_at": at(60).isoformat()}, 5),
        ("action_item", {"action": "a1", "state": "done"}, 6))
    assert incident.roles == {"commander": "ade"}
    assert [link.to for link in incident.links] == ["INC-2"]
    action, = incident.actions
    assert (action.text, action.owner, action.state, action.due_at) == ("rotate", "kim", "done", at(60))


# -- the checklist


def started(run: str, minute: float = 1) -> tuple[Any, ...]:
    return ("step_started", {"item": "c1:a", "run": run, "command": "x", "original": "wsl x", "risk": "change"}, minute)


def finished(run: str, verdict: str, minute: float = 2) -> tuple[Any, ...]:
    return ("step_finished", {"item": "c1:a", "run": run, "verdict": verdict, "why": "exit 1", "exit": 1}, minute)


SEEN = ("step_seen", {"item": "c1:a", "run": "r1", "ok": True}, 3)
WRONG = ("step_seen", {"item": "c1:a", "run": "r1", "ok": False}, 3)


@pytest.mark.parametrize(("acts", "word"), [
    ((), "open"),
    ((started("r1"),), "running"),
    ((started("r1"), finished("r1", "passed")), "passed"),
    ((started("r1"), finished("r1", "ran")), "ran"),
    ((started("r1"), finished("r1", "enchanted")), "unknown"),
    ((started("r1"), finished("r1", "ran"), SEEN), "confirmed"),
    ((started("r1"), finished("r1", "ran"), WRONG), "failed"),
    ((started("r1"), finished("r1", "failed"), SEEN), "failed"),
    ((started("r1"), SEEN, finished("r1", "ran")), "ran"),
    ((started("r1"), finished("r1", "failed"), finished("r1", "passed")), "failed"),
    ((finished("r1", "passed"),), "open"),
    ((started("r1"), finished("r1", "failed"), started("r2"), finished("r2", "passed")), "passed"),
    ((started("r1"), started("r2"), finished("r2", "passed")), "running"),
    ((started("r1"), started("r2"), finished("r2", "passed"), finished("r1", "failed")), "passed"),
    ((started("r1"), finished("r1", "ran"), SEEN, started("r2")), "running"),
    ((started("r1"), finished("r1", "ran"), started("r2"), finished("r2", "ran"), SEEN), "ran"),
    ((("step_ticked", {"item": "c1:a"}, 1),), "ticked"),
    ((("step_skipped", {"item": "c1:a"}, 1, "no"),), "skipped"),
    ((("step_skipped", {"item": "c1:a", "applies": False}, 1),), "not applicable"),
    ((("step_deferred", {"item": "c1:a"}, 1),), "deferred"),
    ((started("r1"), finished("r1", "failed"), ("step_overridden", {"item": "c1:a"}, 3, "known")), "overridden"),
    ((started("r1"), ("step_skipped", {"item": "c1:a"}, 2, "hangs"), finished("r1", "stopped", 3)), "skipped"),
    ((("decision", {"item": "c1:a", "choice": "yes"}, 1),), "ticked"),
])
def test_the_word_of_an_item(acts: tuple[Any, ...], word: str) -> None:
    assert told(DECLARED, *acts).item("c1:a").word == word


def test_every_verdict_is_a_word_of_an_item() -> None:
    assert frozenset(get_args(VerdictWord)) == VERDICTS < frozenset(get_args(ItemWord))


def test_attempts_are_kept_each_with_its_own_end() -> None:
    incident = told(DECLARED, started("r1"), finished("r1", "failed"), started("r2", 5))
    first, second = incident.item("c1:a").attempts
    assert (first.verdict, first.why, first.exit, first.ended_at) == ("failed", "exit 1", 1, at(2))
    assert (second.verdict, second.ended_at, second.started_at) == ("", None, at(5))
    assert [run.run for _, run in incident.running()] == ["r2"]
    assert told(started("r1"), finished("r1", "ran"), WRONG).item("c1:a").reason == "looked wrong"


def test_opening_a_procedure_twice_gives_two_calls() -> None:
    call = {"document": "000.md", "sha256": "0" * 64, "section": ["Kill switch", "Gmail"], "parent": ""}
    incident = told(DECLARED, ("call_opened", {"call": "c1", **call}, 1), ("call_opened", {"call": "c2", **call}, 2))
    assert [(one.id, one.section) for one in incident.calls] == [
        ("c1", ("Kill switch", "Gmail")), ("c2", ("Kill switch", "Gmail"))]


def test_a_secret_is_never_in_the_fold() -> None:
    incident = told(("value", {"name": "TOKEN", "call": "c1", "new": "hunter2", "secret": True}, 0),
                    ("value", {"name": "pod", "call": "c1", "new": "gw-1"}, 0),
                    ("value", {"name": "pod", "call": "c2", "new": "gw-2"}, 0),
                    ("value", {"name": "pod", "call": "c2", "old": "gw-2", "new": None}, 1))
    assert [(value.name, value.text, value.secret) for value in incident.values] == [
        ("TOKEN", "", True), ("pod", "gw-1", False)]


def test_every_kind_that_is_known_is_described() -> None:
    import handrail.incident.events as module

    assert module.__doc__ is not None
    assert {kind for kind in KINDS if kind not in module.__doc__} == set()


def test_the_fold_of_five_thousand_events_is_the_same_in_the_file(tmp_path: Path) -> None:
    store = a_store(tmp_path, clock=HandClock())
    id = declare(store).id
    drafts = [Draft("step_ticked", {"item": f"c1:{n % 50}"}, id=f"t{n}") for n in range(4999)]
    stored = done(store.transact(id, lambda _: drafts, actor=KIM))
    assert Archive(State(tmp_path)).read(id) == stored
    assert stored.rev == 5000
