"""While the record cannot be written acts go on in memory, loudly, and are recorded once it can be."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.record import ADE, KIM, HandClock, a_store, declare, done, note
from support.refusing import Faulty
from support.waiting import wait_until

from handrail.errors import Refusal, StateError, UsageError
from handrail.incident import lock
from handrail.incident.archive import Archive
from handrail.incident.events import Draft
from handrail.incident.incident import Incident
from handrail.incident.journal import Journal
from handrail.incident.recorder import Recorder
from handrail.incident.store import Store
from handrail.paths import State


class Desk:
    """A recorder over a disk that can be made to refuse."""

    def __init__(self, folder: Path) -> None:
        self.state = State(folder / "state")
        self.clock = HandClock()
        self.files = Faulty()
        self.said: list[str] = []
        (folder / "memory").mkdir(exist_ok=True)
        self.journal = Journal(self.state, folder / "memory")
        self.recorder = Recorder(self.state, self.clock, Store(self.state, self.clock, self.files), self.journal,
                                 patience=0.1, on_trouble=self.said.append)
        self.archive = Archive(self.state)

    def refuse(self, error: int = errno.EROFS) -> None:
        self.state.ballast.unlink(missing_ok=True)
        self.files.fails = lambda number, name, argument: error if name in ("create", "write") else 0

    def heal(self) -> None:
        self.files.fails = lambda number, name, argument: 0

    def note(self, id: str, text: str, actor=KIM, **options) -> Incident:
        draft = Draft("note", {"text": text}, id=text)
        return done(self.recorder.transact(id, lambda _: [draft], actor=actor, **options))

    def stored(self, id: str) -> list[str]:
        assert self.archive.verify(id).ok
        return [event.id for event in self.archive.read(id).events][1:]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_on_a_good_disk_nothing_is_kept_in_memory(desk: Desk) -> None:
    id = done(desk.recorder.create(lambda _: [Draft("declared", {"title": "x"})], actor=KIM)).id
    assert desk.note(id, "a").unrecorded == 0
    assert (desk.journal.waiting, desk.recorder.trouble, desk.said) == (False, "", [])
    assert desk.stored(id) == ["a"]


def test_acts_go_on_and_are_recorded_when_the_disk_is_back(desk: Desk) -> None:
    id = declare(a_store(desk.state.root)).id
    desk.refuse()
    one = desk.note(id, "a")
    desk.clock.pass_by(30)
    two = desk.note(id, "b", ADE)
    assert [event.id for event in two.events[1:]] == ["a", "b"]
    assert (one.unrecorded, two.unrecorded, two.rev, two.notes) == (1, 2, 3, 2)
    assert desk.stored(id) == []
    assert desk.said[0].startswith("Not confirmed. The disk is read-only.")
    assert desk.said[1].startswith("NOT ON DISK. The disk is read-only.")
    assert desk.recorder.overlaid(desk.archive.read(id)).unrecorded == 2

    desk.heal()
    desk.clock.pass_by(600)
    three = desk.note(id, "c")
    assert (three.unrecorded, desk.recorder.trouble, desk.journal.waiting) == (0, "", False)
    *_, a, b, merged, c = desk.archive.read(id).events
    assert [(event.id, event.actor.name) for event in (a, b, c)] == [("a", "kim"), ("b", "ade"), ("c", "kim")]
    assert (merged.kind, merged.data["events"]) == ("unrecorded", 2)
    assert (b.occurred_at - a.occurred_at).seconds == 30
    assert (b.recorded_at - b.occurred_at).seconds == 600, "when it was done, and when it reached the disk"
    assert desk.archive.verify(id).ok


def test_merging_again_records_nothing_twice(desk: Desk) -> None:
    id = declare(a_store(desk.state.root)).id
    desk.refuse()
    desk.note(id, "a")
    line = desk.journal.path.read_bytes()
    desk.heal()
    assert desk.recorder.merge() == 1
    assert desk.recorder.merge() == 0
    desk.journal.path.write_bytes(line)
    desk.recorder.merge()
    assert len(desk.stored(id)) == 2


def test_an_incident_declared_meanwhile_is_made_when_the_disk_is_back(desk: Desk) -> None:
    desk.recorder.merge()
    other = declare(a_store(desk.state.root)).id
    desk.refuse()
    made = done(desk.recorder.create(lambda _: [Draft("declared", {"title": "disk full"})], actor=KIM))
    again = done(desk.recorder.create(lambda _: [Draft("declared", {"title": "another"})], actor=KIM))
    assert (made.id, again.id) == (f"{other}-2", f"{other}-3")
    assert desk.note(made.id, "a").title == "disk full"
    desk.heal()
    desk.recorder.merge()
    assert desk.archive.read(made.id).title == "disk full"
    assert desk.stored(made.id)[0] == "a"
    assert desk.archive.read(again.id).title == "another"


def test_two_consoles_decide_on_what_waits_in_memory(desk: Desk, tmp_path: Path) -> None:
    id = declare(a_store(desk.state.root)).id
    other = Desk(tmp_path)
    desk.refuse()
    other.refuse()

    def start(incident: Incident):
        if by := incident.item("c1:a").by:
            return Refusal("already-running", f"{by} started it.")
        return [Draft("step_started", {"item": "c1:a", "run": "r1", "command": "true"})]

    assert done(desk.recorder.transact(id, start, actor=KIM)).item("c1:a").word == "running"
    assert other.recorder.transact(id, start, actor=ADE) == Refusal("already-running", "kim started it.")


def test_who_must_not_act_unrecorded_is_told_why(desk: Desk) -> None:
    id = declare(a_store(desk.state.root)).id
    desk.refuse(errno.ENOSPC)
    with pytest.raises(StateError, match="The disk is full"):
        desk.note(id, "a", unrecorded=False)
    assert not desk.journal.waiting


def test_an_act_that_reached_the_disk_unconfirmed_is_not_doubled(desk: Desk) -> None:
    id = declare(a_store(desk.state.root)).id
    desk.recorder.transact(id, lambda _: [], actor=KIM)
    desk.files.fails = lambda number, name, argument: errno.EIO if name == "sync_folder" else 0
    assert desk.note(id, "a").events[-1].id == "a"
    assert desk.recorder.trouble.startswith("NOT ON DISK")
    desk.heal()
    desk.recorder.merge()
    assert desk.stored(id).count("a") == 1


def test_a_damaged_incident_keeps_its_acts_waiting_and_others_are_recorded(desk: Desk) -> None:
    store = a_store(desk.state.root)
    bad, good = declare(store).id, declare(store).id
    desk.refuse()
    desk.note(bad, "a")
    desk.note(good, "b")
    file = desk.state.active / f"{bad}.json"
    file.write_bytes(file.read_bytes()[:-1] + b"]")
    desk.heal()
    assert desk.recorder.merge() == 1
    assert desk.stored(good)[0] == "b"
    assert [entry.incident for entry in desk.journal.entries()] == [bad]


def test_unknown_incidents_and_what_cannot_be_stored_are_refused_there_too(desk: Desk) -> None:
    id = declare(a_store(desk.state.root)).id
    desk.refuse()
    with pytest.raises(UsageError):
        desk.note("INC-1", "a")
    with pytest.raises(UsageError):
        desk.recorder.transact(id, lambda _: [Draft("note", {"text": float("nan")})], actor=KIM)
    assert not desk.journal.waiting


def test_a_line_cut_off_in_memory_is_passed_over(desk: Desk) -> None:
    id = declare(a_store(desk.state.root)).id
    desk.refuse()
    desk.note(id, "a")
    with desk.journal.path.open("ab") as file:
        file.write(b'{"incident": "INC')
    assert [entry.drafts[0].id for entry in desk.journal.entries()] == ["a"]


def test_a_memory_folder_that_others_may_write_is_not_used(desk: Desk) -> None:
    id = declare(a_store(desk.state.root)).id
    desk.journal.path.parent.mkdir()
    desk.journal.path.parent.chmod(0o777)
    desk.refuse()
    with pytest.raises(StateError, match="nowhere to keep"):
        desk.note(id, "a")


# -- a holder that does not let go


@pytest.fixture
def stopped(desk: Desk) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the store and is stopped, as by ctrl+z."""
    id = declare(a_store(desk.state.root)).id
    script = (
        "import os, signal, sys; from pathlib import Path; from handrail.clock import SystemClock\n"
        "from handrail.incident.events import Actor, Draft; from handrail.incident.store import Store\n"
        "from handrail.paths import State\n"
        "def stop(_):\n"
        "    os.kill(os.getpid(), signal.SIGSTOP)\n"
        "    return [Draft('note', {'text': 'late'}, id='late')]\n"
        "Store(State(Path(sys.argv[1])), SystemClock()).transact(sys.argv[2], stop, actor=Actor('ade'))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, desk.state.root, id], text=True)
    wait_until(lambda: (who := lock.holder(desk.state.lock)) and who.stopped, 20, "the holder is stopped")
    yield process
    process.kill()
    process.wait()


def test_a_stopped_holder_is_named_acts_go_on_and_it_can_be_woken(desk: Desk, stopped: subprocess.Popen[str]) -> None:
    id = Archive(desk.state).active()[0].id
    assert desk.note(id, "a").unrecorded == 1
    assert f"pid {stopped.pid} (" in desk.recorder.trouble
    assert "is stopped, holds the store" in desk.recorder.trouble
    assert desk.note(id, "b").unrecorded == 2

    who = lock.holder(desk.state.lock)
    assert who is not None
    assert lock.carry_on(who)
    assert stopped.wait(20) == 0
    wait_until(lambda: desk.recorder.merge() == 2, 10, "what waited is recorded")
    assert desk.stored(id)[:3] == ["late", "a", "b"]
    assert lock.holder(desk.state.lock) is None


def test_waiting_in_vain_again_and_again_leaves_one_thread(desk: Desk, stopped: subprocess.Popen[str]) -> None:
    import threading

    store = Store(desk.state, desk.clock, patience=0.02)
    id = Archive(desk.state).active()[0].id
    for _ in range(5):
        with pytest.raises(lock.Busy):
            note(store, id)
    assert sum(thread.name == "store-lock" for thread in threading.enumerate()) == 1


def test_a_reader_is_not_held_up(desk: Desk, stopped: subprocess.Popen[str]) -> None:
    assert len(desk.archive.active()) == 1


def test_who_holds_the_store_is_known_while_a_decision_is_made(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    id = declare(store).id
    seen = []

    def look(_):
        seen.append(lock.holder(State(tmp_path).lock))
        return []
    store.transact(id, look, actor=KIM)
    assert [(who.pid, who.stopped) for who in seen] == [(os.getpid(), False)]
    assert lock.holder(State(tmp_path).lock) is None
    assert lock.holder(tmp_path / "nothing") is None
