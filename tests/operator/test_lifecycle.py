"""The acts of an incident and its items, decided on real folds of a real store."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.record import ADE, KIM, HandClock, a_store, done

from handrail.acts import clocks, declaring, items, lifecycle
from handrail.errors import Refusal, UsageError
from handrail.incident.incident import Incident, Level
from handrail.incident.store import Store
from handrail.pack.pack import LevelRule, Pack
from handrail.runbook.model import Item

PACK = Pack(id="claw", name="Claw", short="AC", folder=Path("/nowhere"), sha256="", scheme={
    "P1": LevelRule(rank=1, respond="5m", resolve="30m"), "P2": LevelRule(rank=2, respond="15m", resolve="1h"),
    "P4": LevelRule(rank=4),
})
TICK = Item(id="t", kind="manual", section=(), lines=(1, 1), title="Call them", text="Call them")
STEP = Item(id="s", kind="command", section=(), lines=(2, 2), title="Look", text="uptime", command="uptime")


class Desk:
    """A store with one P1 incident, and somebody who acts on it."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock()
        self.store: Store = a_store(folder, clock=self.clock)
        level = declaring.level_of(PACK, "P1")
        drafts = declaring.incident("Gmail down", PACK, level, None, None, self.clock.now())
        self.id = done(self.store.create(lambda _: drafts, actor=KIM)).id

    def does(self, decide: Any, actor: Any = KIM, **what: Any) -> Incident | Refusal:
        return self.store.transact(self.id, partial(decide, **what), actor=actor)

    def did(self, decide: Any, actor: Any = KIM, **what: Any) -> Incident:
        return done(self.does(decide, actor, **what))

    def refused(self, decide: Any, actor: Any = KIM, **what: Any) -> Refusal:
        before = self.now().rev
        answer = self.does(decide, actor, **what)
        assert isinstance(answer, Refusal), answer
        assert answer.sentence.endswith(".")
        assert self.now().rev == before, "a refusal writes nothing"
        return answer

    def now(self) -> Incident:
        return done(self.store.transact(self.id, lambda _: [], actor=KIM))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "state")


def test_declaring_starts_the_clocks_of_the_level_at_detection(desk: Desk) -> None:
    incident = desk.now()
    assert [(row.id, row.due_at - incident.milestones["detected"][0]) for row in incident.deadlines] == [
        ("respond", timedelta(minutes=5)), ("resolve", timedelta(minutes=30))]
    assert str(incident.level) == "AC P1"
    assert incident.status == "investigating"


def test_detection_before_the_declaration_counts(tmp_path: Path) -> None:
    clock = HandClock()
    store = a_store(tmp_path / "s", clock=clock)
    early = clock.now() - timedelta(minutes=4)
    drafts = declaring.incident("x", PACK, declaring.level_of(PACK, "P1"), None, None, early)
    incident = done(store.create(lambda _: drafts, actor=KIM))
    assert incident.deadlines[0].due_at == early + timedelta(minutes=5)


def test_a_level_without_rules_has_no_clocks(tmp_path: Path) -> None:
    clock = HandClock()
    drafts = declaring.incident("x", PACK, declaring.level_of(PACK, "P4"), None, None, clock.now())
    assert done(a_store(tmp_path / "s").create(lambda _: drafts, actor=KIM)).deadlines == ()


@pytest.mark.parametrize("name", ["P9", "", "1"])
def test_an_unknown_level_names_the_known_ones(name: str) -> None:
    with pytest.raises(UsageError, match="P1, P2, P4"):
        declaring.level_of(PACK, name)


def test_acknowledging_takes_it_and_meets_the_respond_clock(desk: Desk) -> None:
    desk.clock.pass_by(41)
    incident = desk.did(lifecycle.acknowledge, by="kim")
    assert incident.holder == "kim"
    assert [row.state for row in incident.deadlines] == ["met", "open"]


def test_the_second_to_acknowledge_is_told_who_has_it(desk: Desk) -> None:
    desk.did(lifecycle.acknowledge, by="kim")
    refusal = desk.refused(lifecycle.acknowledge, ADE, by="ade")
    assert refusal.code == "already-held"
    assert "kim" in refusal.sentence
    assert desk.now().holder == "kim"


def test_resolving_meets_the_resolve_clock_late_or_not(desk: Desk) -> None:
    desk.clock.pass_by(31 * 60)
    desk.did(clocks.breached, now=desk.clock.now())
    incident = desk.did(lifecycle.status, new="resolved")
    resolve = incident.deadlines[1]
    assert (resolve.state, resolve.met_at) == ("breached", desk.clock.now())
    assert incident.milestones["resolved"] == (desk.clock.now(),)


def test_resolving_what_nobody_acknowledged_meets_both_clocks(desk: Desk) -> None:
    assert {row.state for row in desk.did(lifecycle.status, new="resolved").deadlines} == {"met"}


def test_statuses_go_in_any_order_but_not_to_where_they_are(desk: Desk) -> None:
    for status in ("monitoring", "identified", "mitigating", "investigating"):
        assert desk.did(lifecycle.status, new=status).status == status
    assert desk.refused(lifecycle.status, new="investigating").code == "same-status"
    for status in ("closed", "false alarm", "proposed", "fixed"):
        assert desk.refused(lifecycle.status, new=status).code == "no-such-status"


def test_a_breach_is_written_once_at_the_moment_it_happened(desk: Desk) -> None:
    due = desk.now().deadlines[0].due_at
    desk.clock.pass_by(299)
    assert desk.did(clocks.breached, now=desk.clock.now()).deadlines[0].state == "open"
    desk.clock.pass_by(61)
    first = desk.did(clocks.breached, now=desk.clock.now())
    again = desk.did(clocks.breached, ADE, now=desk.clock.now())
    assert first.deadlines[0].breached_at == due
    assert again.rev == first.rev


def test_another_severity_sets_what_still_runs_anew(desk: Desk) -> None:
    desk.did(lifecycle.acknowledge, by="kim")
    level = declaring.level_of(PACK, "P2")
    rows = clocks.rows([("respond", "respond", "15m", desk.clock.now() + timedelta(minutes=15)),
                        ("resolve", "resolve", "1h", desk.clock.now() + timedelta(hours=1))])
    incident = desk.did(lifecycle.severity, new=level, deadlines=rows, reason="only mail")
    assert [level.name for _, level, _ in incident.levels] == ["P1", "P2"]
    assert [row.state for row in incident.deadlines] == ["met", "open"]
    assert incident.deadlines[1].due_at == desk.clock.now() + timedelta(hours=1)
    assert desk.refused(lifecycle.severity, new=level, deadlines=[], reason="again").code == "same-severity"
    worse = Level("claw", "P1", "AC", 1)
    assert desk.refused(lifecycle.severity, new=worse, deadlines=[], reason=" ").code == "no-reason"


def test_a_closed_incident_takes_notes_and_nothing_else_until_it_is_reopened(desk: Desk) -> None:
    desk.did(lifecycle.close)
    for decide, what in (
        (lifecycle.acknowledge, {"by": "kim"}), (lifecycle.status, {"new": "mitigating"}), (lifecycle.close, {}),
        (lifecycle.false_alarm, {"reason": "no"}), (items.tick, {"key": "1:t", "item": TICK}),
        (items.skip, {"key": "1:t", "reason": "no"}),
    ):
        assert desk.refused(decide, **what).code == "closed"
    assert desk.did(items.note, text="seen in the review").notes == 1
    assert desk.refused(lifecycle.reopen, reason="").code == "no-reason"
    assert desk.did(lifecycle.reopen, reason="it is back").status == "investigating"
    assert desk.refused(lifecycle.reopen, reason="again").code == "not-closed"


def test_a_false_alarm_says_why(desk: Desk) -> None:
    assert desk.refused(lifecycle.false_alarm, reason="").code == "no-reason"
    incident = desk.did(lifecycle.false_alarm, reason="a test message")
    assert incident.status == "false alarm"
    assert incident.closed
    assert {row.state for row in incident.deadlines} == {"waived"}


@pytest.mark.parametrize(("text", "code"), [("", "empty"), ("  \n ", "empty"), ("x" * 10_001, "too-long")])
def test_a_note_says_something_and_not_everything(desk: Desk, text: str, code: str) -> None:
    assert desk.refused(items.note, text=text).code == code


def test_a_tick_is_for_what_people_do_and_counts_once(desk: Desk) -> None:
    assert desk.refused(items.tick, key="1:s", item=STEP).code == "not-a-tick"
    assert desk.did(items.tick, key="1:t", item=TICK).item("1:t").word == "ticked"
    refusal = desk.refused(items.tick, ADE, key="1:t", item=TICK)
    assert refusal.code == "already-done"
    assert "kim" in refusal.sentence


def test_skipping_and_deferring_need_reasons_and_can_be_told_apart(desk: Desk) -> None:
    assert desk.refused(items.skip, key="1:s", reason="").code == "no-reason"
    assert desk.refused(items.defer, key="1:s", reason="").code == "no-reason"
    assert desk.did(items.defer, key="1:s", reason="after the review").item("1:s").word == "deferred"
    assert desk.refused(items.defer, key="1:s", reason="again").code == "already-deferred"
    state = desk.did(items.skip, key="1:s", reason="not needed").item("1:s")
    assert (state.word, state.reason) == ("skipped", "not needed")
    assert desk.refused(items.skip, key="1:s", reason="again").code == "already-done"


def test_a_filled_blank_keeps_its_old_value_in_the_record(desk: Desk) -> None:
    desk.did(items.fill, call="1", values={"pod": "web-1"})
    incident = desk.did(items.fill, call="1", values={"pod": "web-2", "zone": "b"})
    assert {value.name: value.text for value in incident.values} == {"pod": "web-2", "zone": "b"}
    assert [event.data["old"] for event in incident.events if event.kind == "value"] == [None, "web-1", None]
    assert desk.did(items.fill, call="1", values={"zone": "b"}).rev == incident.rev


def test_only_what_ran_is_judged(desk: Desk) -> None:
    assert desk.refused(items.judge, key="1:s", ok=True).code == "nothing-to-judge"
