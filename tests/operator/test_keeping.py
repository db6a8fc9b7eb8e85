"""What a console puts in order when it begins: what a crash left, and the list of what is over."""

from __future__ import annotations

from pathlib import Path

from support.desks import SECONDS, a_desk, done
from support.record import a_store, declare
from support.waiting import wait_until

from handrail.incident.archive import Archive
from handrail.incident.events import Actor, Draft
from handrail.paths import State


def test_what_a_crash_left_is_swept_and_the_past_is_indexed_with_progress(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    store = a_store(state.root)
    for n in range(120):
        id = declare(store, f"old {n}").id
        store.transact(id, lambda _: [Draft("closed")], actor=Actor("kim"))
    left = declare(store, "left behind").id
    store.transact(left, lambda _: [Draft("closed")], actor=Actor("kim"))
    (state.past / f"{left}.json").rename(state.active / f"{left}.json")  # killed between the write and the move
    state.past_index.unlink(missing_ok=True)
    with a_desk(tmp_path) as desk:
        said: list[str] = []
        desk.operator.watcher.busy = lambda: said.append(desk.operator._keeping.progress) or said[-1]
        progress = desk.operator._keeping._index_progress
        shown: list[str] = []

        def slowly(count: int, of: int) -> None:
            progress(count, of)
            desk.operator.watcher.refresh()
            shown.append(desk.operator.watcher.now().busy)
        desk.operator._keeping._index_progress = slowly  # type: ignore[method-assign]
        desk.operator.start_polling()
        wait_until(state.past_index.exists, SECONDS, "the index is written")
        assert any(line.startswith("indexing past incidents, ") and line.endswith(" of 121") for line in shown)
        wait_until(lambda: desk.operator.watcher.now().busy == "", SECONDS, "the screen is quiet again")
        assert (state.past / f"{left}.json").exists()
    assert len(Archive(state).past()) == 121


def test_acts_of_the_operator_carry_who_from_where(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        me = desk.operator.actor
        id = done(desk.operator.declare("Mill on fire", "plain", "P1")).id
        done(desk.operator.acknowledge(id))
        done(desk.operator.note(id, "x"))
        done(desk.operator.set_severity(id, "P2", "smaller than thought"))
        done(desk.operator.correct(id, "the wrong incident"))
        done(desk.operator.false_alarm(id, "a drill"))
        done(desk.operator.reopen(id, "it is real"))
        events = Archive(desk.state).read(id).events
    assert {event.actor for event in events} == {me}
    assert (me.account, me.tty, me.ssh, me.host) == ("oncall", "pts/3", "192.0.2.7", "edge-3")
    severity, back = (next(event for event in events if event.kind == kind) for kind in ("severity", "correction"))
    assert (severity.data["old"]["name"], severity.data["new"]["name"]) == ("P1", "P2")
    assert (back.reason, back.data["void"]) == ("the wrong incident", True)
