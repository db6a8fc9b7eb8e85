"""An operator goes on while the disk is away, says so, and loses nothing when it is back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desks import SECONDS, Desk, a_desk, done, refused
from support.small_disks import small_disk
from support.waiting import wait_until

from handrail import paths
from handrail.errors import Refusal, StateError
from handrail.incident import filesystem, lock
from handrail.incident.archive import Archive
from handrail.incident.incident import Incident
from handrail.incident.set_aside import SetAside
from handrail.operator.opening import WITHOUT
from handrail.pack.pack import Pack, load
from handrail.paths import in_memory

RUNBOOK = """\
# Mill

```bash
# Clear the disk
echo cleared
```

- [ ] Look at the mill
"""

PACK = """\
name = "Mill"
[scheme.P1]
rank = 1
[[scenario]]
id = "fire"
title = "Mill on fire"
severity = "P1"
runbook = "mill.md"
section = "Mill"
"""


@pytest.fixture(autouse=True)
def _memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept in memory lies in the test's own folder."""
    (tmp_path / "memory").mkdir()
    monkeypatch.setattr(paths, "MEMORY", tmp_path / "memory")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, which can be made read-only."""
    with small_disk(tmp_path / "disk", "8m") as disk:
        yield disk


def remount(disk: Path, how: str) -> None:
    """As soon as nothing on it is open for writing: the sheet beside an incident is written a moment after the act."""
    wait_until(lambda: subprocess.run(["mount", "-o", f"remount,{how}", disk], capture_output=True).returncode == 0,
               SECONDS, f"the disk is remounted {how}")


def hurry(desk: Desk) -> Desk:
    """Give in after a moment instead of five seconds."""
    desk.operator._recorder._patience = 0.3
    return desk


@pytest.fixture
def desk(disk: Path) -> Iterator[Desk]:
    with a_desk(disk, RUNBOOK) as desk:
        yield hurry(desk)
        remount(disk, "rw")


def stored(desk: Desk, id: str) -> Incident:
    assert Archive(desk.state).verify(id).ok
    return Archive(desk.state).read(id)


def test_acts_go_on_are_marked_everywhere_and_are_recorded_when_the_disk_is_back(desk: Desk, disk: Path) -> None:
    declared = done(desk.operator.declare("Mill on fire", "plain", "P1"))
    remount(disk, "ro")
    noted = done(desk.operator.note(declared.id, "the disk is away"))
    assert noted.unrecorded == 1
    snapshot = desk.operator.watcher.now()
    assert snapshot.store_note.startswith("NOT ON DISK. The disk is read-only.")
    assert snapshot.cards[0].note.startswith("NOT ON DISK, 1 in memory: ")
    assert next(line.text for line in snapshot.activity) == "the disk is away"
    seen = desk.operator.watcher.incident(declared.id)
    assert seen is not None and (seen.unrecorded, seen.notes) == (1, 1)
    assert stored(desk, declared.id).notes == 0

    remount(disk, "rw")
    desk.operator.start_polling()
    wait_until(lambda: stored(desk, declared.id).notes == 1, SECONDS, "what waited is recorded by itself")
    wait_until(lambda: "NOT ON DISK" not in desk.operator.watcher.now().store_note, SECONDS, "no more is said of it")
    note, merged = stored(desk, declared.id).events[-2:]
    assert (note.kind, note.actor, merged.kind) == ("note", desk.operator.actor, "unrecorded")
    assert note.recorded_at > note.occurred_at


def test_another_console_sees_what_is_only_in_memory(desk: Desk, disk: Path) -> None:
    declared = done(desk.operator.declare("Mill on fire", "plain", "P1"))
    with a_desk(disk) as other:
        remount(disk, "ro")
        done(desk.operator.note(declared.id, "the disk is away"))
        other.operator.watcher.refresh()
        assert other.operator.watcher.now().store_note == "NOT ON DISK: 1 event waits in memory."
        seen = other.operator.watcher.incident(declared.id)
        assert seen is not None and seen.unrecorded == 1
        remount(disk, "rw")


def test_an_incident_declared_in_memory_is_on_the_board_and_can_be_worked_on(desk: Desk, disk: Path) -> None:
    done(desk.operator.declare("Before", "plain", "P2"))
    remount(disk, "ro")
    declared = done(desk.operator.declare("Mill on fire", "plain", "P1"))
    done(desk.operator.acknowledge(declared.id))
    assert refused(desk.operator.acknowledge(declared.id)).code == "already-held"
    cards = {card.incident.title: card for card in desk.operator.watcher.now().cards}
    assert cards["Mill on fire"].incident.holder == "kim"
    assert not (desk.state.active / f"{declared.id}.json").exists()
    remount(disk, "rw")
    done(desk.operator.note(declared.id, "back"))
    assert next(event.kind for event in stored(desk, declared.id).events) == "declared"
    assert stored(desk, declared.id).holder == "kim"


def test_a_step_does_not_run_unrecorded_unless_it_is_asked_for(desk: Desk, disk: Path) -> None:
    record = desk.open()
    key = desk.key(record, "Clear the disk")
    consent = desk.consent(record, key)
    remount(disk, "ro")
    with pytest.raises(StateError, match="read-only"):
        desk.operator.start_step(record.id, key, consent).result(SECONDS)
    assert list(desk.state.root.glob("runs/*/*")) == []

    desk.operator.start_polling()
    started = done(desk.operator.start_step(record.id, key, consent, unrecorded=True))
    assert started.unrecorded
    attempt = desk.ended(record, "Clear the disk")
    assert (attempt.verdict, desk.output(record, attempt)) == ("ran", "cleared\n")
    assert not desk.state.runs(record.id).exists()

    remount(disk, "rw")
    wait_until(lambda: (desk.state.runs(record.id) / attempt.run).exists(), SECONDS, "its output comes to the disk")
    assert desk.output(record, attempt) == "cleared\n"
    assert stored(desk, record.id).item(key).word == "ran"
    wait_until(lambda: not desk.state.runs_in_memory(record.id).exists(), SECONDS, "nothing stays in memory")


@pytest.fixture
def mill(tmp_path: Path) -> Pack:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "handrail.toml").write_text(PACK)
    (folder / "mill.md").write_text(RUNBOOK)
    return load(folder)


def test_an_incident_declared_while_the_disk_is_away_has_its_checklist_and_keeps_it(disk: Path, mill: Pack) -> None:
    with a_desk(disk, packs=(mill,)) as desk:
        hurry(desk)
        done(desk.operator.declare("First", mill.id, "P1"))
        remount(disk, "ro")
        declared = done(desk.operator.declare("", mill.id, "P1", "fire"))
        assert declared.unrecorded == declared.rev
        key = desk.key(declared, "Clear the disk")
        sha = declared.calls[0].sha256
        kept = desk.state.documents / f"{sha}.md"
        assert not kept.exists(), "the control: it can only come from memory"

        desk.operator.start_polling()
        remount(disk, "rw")
        wait_until((desk.state.active / f"{declared.id}.json").exists, SECONDS, "it is recorded")
        assert kept.read_text() == RUNBOOK, "before any event named it"
        assert Archive(desk.state).verify(declared.id).ok
        assert desk.key(stored(desk, declared.id), "Clear the disk") == key
        wait_until(lambda: not (in_memory(desk.state.root) / "documents").exists(), SECONDS, "nothing stays in memory")


def test_a_runbook_that_cannot_be_kept_at_all_is_said_and_the_incident_is_declared(
        disk: Path, mill: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: SetAside, data: bytes) -> str:
        raise OSError(28, "No space left on device")

    with a_desk(disk, packs=(mill,)) as desk:
        hurry(desk)
        assert done(desk.operator.declare("", mill.id, "P1", "fire")).calls
        remount(disk, "ro")
        monkeypatch.setattr(SetAside, "keep", full)
        (mill.folder / "mill.md").write_text(f"{RUNBOOK}\nAnother edition.\n")
        declared = done(desk.operator.declare("", mill.id, "P1", "fire"))
        assert (declared.calls, declared.unrecorded) == ((), declared.rev)
        assert str(declared.events[-1].data["text"]).startswith(f"{WITHOUT} mill.md")
        remount(disk, "rw")


def test_a_console_opens_on_a_disk_that_became_read_only(desk: Desk, disk: Path) -> None:
    declared = done(desk.operator.declare("Mill on fire", "plain", "P1"))
    remount(disk, "ro")
    with a_desk(disk) as late:
        hurry(late)
        late.operator.start_polling()
        wait_until(lambda: [card.incident.id for card in late.operator.watcher.now().cards] == [declared.id])
        assert done(late.operator.note(declared.id, "seen")).unrecorded == 1
        remount(disk, "rw")


# -- a process that holds the store and sleeps


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Desk, Incident, subprocess.Popen[str]]]:
    with a_desk(tmp_path, RUNBOOK) as desk:
        hurry(desk)
        declared = done(desk.operator.declare("Mill on fire", "plain", "P1"))
        script = ("import fcntl, os, signal, sys\nfile = os.open(sys.argv[1], os.O_RDWR)\n"
                  "fcntl.flock(file, fcntl.LOCK_EX)\nos.pwrite(file, f'{os.getpid():<10}\\n'.encode(), 0)\n"
                  "os.kill(os.getpid(), signal.SIGSTOP)\n")
        process = subprocess.Popen([sys.executable, "-c", script, desk.state.lock], text=True)
        try:
            wait_until(lambda: (who := lock.holder(desk.state.lock)) and who.stopped, SECONDS, "the holder sleeps")
            yield desk, declared, process
        finally:
            process.kill()
            process.wait()


def test_a_stopped_holder_is_named_and_continued(held: tuple[Desk, Incident, subprocess.Popen[str]]) -> None:
    desk, declared, process = held
    noted = done(desk.operator.note(declared.id, "meanwhile"))
    assert noted.unrecorded == 1
    snapshot = desk.operator.watcher.now()
    assert snapshot.stopped.startswith(f"pid {process.pid} (")
    assert f"pid {process.pid}" in snapshot.store_note and "NOT ON DISK" in snapshot.store_note
    assert desk.operator.wake_holder().result(SECONDS) is None
    assert process.wait(SECONDS) == 0
    desk.operator.start_polling()
    wait_until(lambda: stored(desk, declared.id).notes == 1, SECONDS, "the note is recorded")
    wait_until(lambda: desk.operator.watcher.now().stopped == "", SECONDS, "nobody is named any more")
    answer = desk.operator.wake_holder().result(SECONDS)
    assert isinstance(answer, Refusal) and answer.code == "nobody-stopped"


# -- a file system that cannot keep a record


def test_on_an_unsafe_file_system_acts_are_refused_with_the_reason_and_reading_works(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_desk(tmp_path) as desk:
        declared = done(desk.operator.declare("Mill on fire", "plain", "P1"))
        wait_until((desk.state.active / f"{declared.id}.txt").exists, SECONDS, "the sheet beside it is written")
        mounts = tmp_path / "mountinfo"
        mounts.write_text(f"22 27 0:21 / / rw - ext4 x rw\n30 22 0:40 / {tmp_path}/state rw - 9p x rw\n")
        monkeypatch.setattr(filesystem, "MOUNTS", mounts)
        before = sorted(os.walk(desk.state.root))
        with a_desk(tmp_path) as other:
            other.operator.start_polling()
            wait_until(lambda: [card.incident.id for card in other.operator.watcher.now().cards] == [declared.id])
            with pytest.raises(StateError, match="--unsafe-filesystem"):
                other.operator.note(declared.id, "x").result(SECONDS)
            assert "9p" in other.operator.watcher.now().store_note
            assert other.operator.watcher.now().consoles == ()
        assert sorted(os.walk(desk.state.root)) == before, "nothing was written"
