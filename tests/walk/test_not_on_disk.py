"""The console at a real terminal while its record cannot be written: it says so, goes on, and loses nothing."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.small_disks import small_disk
from support.terminal import Terminal
from support.waiting import wait_until

from handrail.clock import SystemClock
from handrail.incident import lock
from handrail.incident.archive import Archive
from handrail.incident.events import Actor, Draft
from handrail.incident.store import Store
from handrail.paths import State, in_memory

RUNBOOK = """# Mill

```bash
# Clear the disk
echo clea''red
```
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 20 MB: enough for the ballast to be laid."""
    with small_disk(tmp_path / "disk", "20m") as disk:
        yield disk


@pytest.fixture
def state(env: dict[str, str], tmp_path: Path) -> Iterator[State]:
    state = State(tmp_path / "disk" / "state")
    env["HANDRAIL_STATE"] = str(state.root)
    yield state
    kept = in_memory(state.root)
    kept.with_suffix(".jsonl").unlink(missing_ok=True)
    shutil.rmtree(kept, ignore_errors=True)


def declared(state: State) -> str:
    answer = Store(state, SystemClock()).create(
        lambda _: [Draft("declared", {"title": "Mill on fire", "pack": "plain"})], actor=Actor("kim"))
    return answer.id  # type: ignore[union-attr]


def fill_up(folder: Path) -> Path:
    """Leave no byte free."""
    path = folder / "filler"
    with path.open("ab", buffering=0) as file:
        for size in (1 << 16, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * size)
    return path


def note(terminal: Terminal, text: str) -> None:
    terminal.press("n")
    terminal.wait_for("into the timeline of")
    terminal.press(text)
    terminal.wait_for(text)
    terminal.press("enter")


def notes(state: State, id: str) -> list[str]:
    assert Archive(state).verify(id).ok
    return [event.data["text"] for event in Archive(state).read(id).events if event.kind == "note"]


def test_on_a_full_disk_notes_go_on_from_the_ballast_then_in_memory_and_nothing_is_lost(
        handrail, env, disk: Path, state: State):
    id = declared(state)
    with Terminal([handrail, id], (100, 30), env) as terminal:
        terminal.wait_for("Mill on fire")
        wait_until(state.ballast.exists, what="the ballast is laid")
        filler = fill_up(disk)
        note(terminal, "the first words")
        terminal.wait_for("Noted.")
        assert not state.ballast.exists(), "the reserve was given up for it"
        assert notes(state, id) == ["the first words"]

        sheet = state.active / f"{id}.txt"
        wait_until(lambda: "the first words" in sheet.read_text(), what="the sheet is written from what is left of it")
        fill_up(disk)
        note(terminal, "more words")
        terminal.wait_for("NOT ON DISK", 20)
        assert notes(state, id) == ["the first words"]
        assert "the first words" in sheet.read_text(), "the list that is there survives"

        filler.unlink()
        wait_until(lambda: notes(state, id) == ["the first words", "more words"], 20, "it is recorded by itself")
        terminal.press("]")
        terminal.wait_for("NOT ON DISK until now")


def test_a_step_runs_unrecorded_after_the_typed_word(handrail, env, disk: Path, state: State, tmp_path: Path):
    runbook = tmp_path / "mill.md"
    runbook.write_text(RUNBOOK)
    with Terminal([handrail, str(runbook)], (100, 30), env) as terminal:
        terminal.wait_for("Clear the disk")
        terminal.wait_for("enter run")
        fill_up(disk)
        state.ballast.unlink()
        filler = fill_up(disk)
        terminal.press("enter")
        screen = terminal.wait_for("to run it all the same", 20)
        assert "NOT ON DISK The disk is full." in screen and "has not run" in screen
        terminal.press("esc")
        terminal.wait_for(lambda text: "Left undone" in text and "to run it all the same" not in text)
        assert list(state.runs(Archive(state).active()[0].id).glob("*")) == []
        terminal.press("enter")
        terminal.wait_for("to run it all the same", 20)
        terminal.press("unrecorded", "enter")
        terminal.wait_for("cleared", 20)
        terminal.wait_for("enter looks right", 20)
        filler.unlink()
        id = Archive(state).active()[0].id
        wait_until(lambda: any(event.kind == "step_finished" for event in Archive(state).read(id).events), 20,
                   "start and end are recorded")
        wait_until(lambda: list(state.runs(id).glob("[0-9]*/out")), 20, "its output comes to the disk")


def test_a_stopped_holder_is_named_and_a_key_continues_it(handrail, env, state: State):
    id = declared(state)
    holder = subprocess.Popen([
        sys.executable, "-c",
        "import fcntl, os, signal, sys\nfile = os.open(sys.argv[1], os.O_RDWR)\nfcntl.flock(file, fcntl.LOCK_EX)\n"
        "os.pwrite(file, f'{os.getpid():<10}\\n'.encode(), 0)\nos.kill(os.getpid(), signal.SIGSTOP)\n", state.lock])
    try:
        wait_until(lambda: (who := lock.holder(state.lock)) and who.stopped, what="the holder sleeps")
        with Terminal([handrail, id], (100, 30), env) as terminal:
            terminal.wait_for("Mill on fire")
            assert "continue it" not in terminal.text()
            note(terminal, "behind the lock")
            terminal.wait_for(f"pid {holder.pid} (", 20)
            terminal.wait_for("NOT ON DISK", 20)
            terminal.wait_for("Z continue it")
            terminal.press("Z")
            terminal.wait_for(f"CONTINUE pid {holder.pid}")
            while "y do it" in terminal.text():
                terminal.press("y")
                terminal.wait_for(lambda text: "y do it" not in text or "does not count" in text)
            assert holder.wait(20) == 0
            wait_until(lambda: notes(state, id) == ["behind the lock"], 20, "the note is recorded")
            terminal.wait_for(lambda text: "NOT ON DISK" not in text and "Z continue" not in text)
    finally:
        holder.kill()
        holder.wait()


@pytest.mark.parametrize("moment", range(4))
def test_killed_in_the_middle_of_an_act_and_done_again_gives_exactly_one_event(
        moment: int, handrail, env, state: State, tmp_path: Path):
    """The tick of one step, killed at a different moment each time; whoever comes next does it again."""
    runbook = tmp_path / "mill.md"
    runbook.write_text("# Mill\n\n- [ ] Look at the wheel\n")
    with Terminal([handrail, str(runbook)], (100, 30), env) as terminal:
        terminal.wait_for("Look at the wheel")
        terminal.wait_for("enter")
        terminal.press("enter")
        if moment:
            terminal.read(moment * 0.004)
        terminal.kill(signal.SIGKILL)
        terminal.wait()
    id = Archive(state).active()[0].id
    with Terminal([handrail, str(runbook)], (100, 30), env) as terminal:
        terminal.wait_for("Look at the wheel")
        before = Archive(state).read(id)
        if not any(event.kind == "step_ticked" for event in before.events):
            terminal.press("enter")
        wait_until(lambda: any(event.kind == "step_ticked" for event in Archive(state).read(id).events))
    assert Archive(state).verify(id).ok
    assert [event.kind for event in Archive(state).read(id).events].count("step_ticked") == 1
