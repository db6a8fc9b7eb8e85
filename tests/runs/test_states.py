"""What a reader sees, from files alone: never running by belief, never lost what lives, never failed unseen."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.gate import Gate
from support.quick import until_within
from support.runs import belonging_to, end_all, ended, run, says, sleeps, start, step, supervisor
from support.waiting import wait_until

from handrail.runs.record import RunFiles, RunState
from handrail.runs.supervision import processes

NOW = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)


def test_a_run_without_a_folder_is_starting_for_ten_seconds_then_did_not_start(tmp_path: Path) -> None:
    files = RunFiles(tmp_path / "never")
    assert files.state(NOW, NOW + timedelta(seconds=9.9)).word == "starting"
    late = files.state(NOW, NOW + timedelta(seconds=10))
    assert (late.word, late.why) == ("did not start", "no supervisor came up within 10 s")
    assert not files.exists and files.meta() is None and files.output() == b""


def test_running_tells_pid_time_and_output(runs: Path) -> None:
    files = start(runs / "run", "echo one; echo two; sleep 60")
    says(files, b"two\n")
    state = files.state()
    assert (state.word, state.pid, state.output_bytes, state.output_lines) == ("running", step(files), 8, 2)
    later = files.state(None, datetime.now(UTC) + timedelta(seconds=40))
    assert 39 < later.seconds < 60 and 39 < later.silent < 60


def test_a_killed_supervisor_is_lost(runs: Path) -> None:
    files = start(runs / "run", "echo seen; sleep 60")
    says(files, b"seen")
    sleeps(files)
    pid = step(files)
    os.kill(supervisor(files), signal.SIGKILL)
    wait_until(lambda: _has_ended(pid), what="the step's terminal hung up on it")
    state = files.state()
    assert (state.word, state.why) == ("lost", "its supervisor is gone, and nobody saw the end")
    assert (state.output_bytes, state.exit, state.pid) == (5, None, None)


def test_a_step_that_outlives_its_supervisor_is_named(runs: Path) -> None:
    files = start(runs / "run", "trap '' HUP; echo seen; sleep 60")
    says(files, b"seen")
    pid = step(files)
    os.kill(supervisor(files), signal.SIGKILL)
    state = wait_until(lambda: (now := files.state()).word == "lost" and now)
    assert (state.pid, state.why) == (pid, f"its supervisor is gone; the step lives on as {pid}")
    end_all([files.folder])
    wait_until(lambda: files.state().pid is None)


def test_a_pid_given_to_another_process_is_not_taken_for_the_step(runs: Path) -> None:
    files = _lost(runs / "run")
    _change(files, step={"pid": os.getpid(), "start": 1})
    assert files.state().pid is None


def test_a_machine_that_restarted_is_said(runs: Path) -> None:
    files = _lost(runs / "run")
    _change(files, boot_id="00000000-0000-0000-0000-000000000000")
    state = files.state()
    assert (state.word, state.why) == ("lost", "the machine restarted")


def test_a_run_of_another_machine_is_not_judged_here(runs: Path) -> None:
    files = _lost(runs / "run")
    _change(files, host="db-7")
    assert files.state().why == "it ran on db-7; only that machine knows"


@pytest.mark.parametrize("rubbish", [b"", b"\0" * 300, b'{"exit": 0', b"[]", b"\xff\xfe"])
def test_a_torn_end_is_no_end(runs: Path, rubbish: bytes) -> None:
    """After a power cut exit.json may be empty or zeros."""
    files = _lost(runs / "run")
    (files.folder / "exit.json").write_bytes(rubbish)
    assert files.state().word == "lost"


def test_a_torn_index_and_a_missing_one_still_count_the_lines(runs: Path) -> None:
    state, _ = run(runs / "run", "seq 30000")
    files = RunFiles(runs / "run")
    assert state.output_lines == 30000
    index = files.folder / "idx"
    index.write_bytes(index.read_bytes()[:-5])
    assert files.state().output_lines == 30000
    index.unlink()
    assert files.state().output_lines == 30000


def test_background_output_is_told_and_kept(runs: Path) -> None:
    """Late output of a child that left the session, and of a plain background child, both belong to the run."""
    plain, late = Gate(runs / "plain"), Gate(runs / "late")
    files = start(runs / "run", "(cat plain; echo plain) & setsid sh -c 'cat late; echo late' & echo early; exit 3")
    wait_until(lambda: files.state().word == "ended")
    state = files.state()
    assert (state.exit, state.background, files.output()) == (3, True, b"early\n")
    assert len(state.left) >= 2 and all(entry.split()[0].isdigit() for entry in state.left)
    plain.open()
    says(files, b"plain\n")
    late.open()
    final = ended(files)
    assert (final.exit, final.background, final.left) == (3, False, ())
    assert files.output() == b"early\nplain\nlate\n"
    wait_until(lambda: (files.folder / "closed").exists())


def test_the_end_is_told_at_once_though_a_child_holds_the_terminal(runs: Path) -> None:
    """No end of output announces it then: only the signal does."""
    for n, watch in enumerate(until_within(0.15)):
        files = start(runs / f"run{n}", "sleep 60 & sleep 0.4; date +%s%N > end; exit 3")
        wait_until(lambda files=files: files.state().word == "ended")
        told = json.loads((files.folder / "exit.json").read_text())["at_ns"]
        watch.seconds = (told - int((runs / "end").read_text())) / 1e9


def test_a_plain_background_child_lives_on_when_it_lets_go_of_the_terminal(runs: Path) -> None:
    """`server &` is not hung up when the step ends, nor when its supervisor does."""
    files = start(runs / "run", "sleep 60 >/dev/null 2>&1 </dev/null & echo started")
    pid = supervisor(files)
    ended(files)
    # Between fork and exec the child still has the shell's name.
    wait_until(lambda: [entry.split()[1] for entry in files.state().left] == ["sleep"])
    wait_until(lambda: processes.status(pid)[0] in ("", "Z"), what="the supervisor has nothing left to do")
    assert [entry.split()[1] for entry in files.state().left] == ["sleep"]
    assert len(belonging_to(files.folder)) == 1


def test_output_through_dev_tty_after_everything_was_closed(runs: Path) -> None:
    _, output = run(runs / "run", "echo a; exec </dev/null >/dev/null 2>&1; sleep 0.4; echo b >/dev/tty; sleep 0.4")
    assert output == b"a\nb\n"


def _watch_lives(runs: Path, count: int) -> list[str]:
    """Start `count` runs while two threads look at every one of them all the time; answer what must not be seen."""
    wrong: list[str] = []
    seen: dict[str, list[str]] = {}
    over = threading.Event()
    names = [f"run{n}" for n in range(count)]
    began: dict[str, datetime] = {}
    order = ["starting", "running", "ended"]

    def look(mine: dict[str, list[str]]) -> None:
        while not over.is_set():
            for name in names:
                state: RunState = RunFiles(runs / name).state(began.get(name))
                words = mine.setdefault(name, [])
                if not words or words[-1] != state.word:
                    words.append(state.word)

    observers = [dict[str, list[str]](), dict[str, list[str]]()]
    threads = [threading.Thread(target=look, args=(observer,)) for observer in observers]
    for thread in threads:
        thread.start()
    dice = random.Random(7)
    for name in names:
        began[name] = datetime.now(UTC)
        start(runs / name, dice.choice(["true", "exit 3", "sleep 0.02", "kill -9 $$", "echo x & exit 0"]))
        time.sleep(dice.random() * 0.01)
    for name in names:
        ended(RunFiles(runs / name))
    over.set()
    for thread in threads:
        thread.join()
    for observer in observers:
        for name, words in observer.items():
            places = [order.index(word) if word in order else 99 for word in words]
            if places != sorted(places) or places[-1] > 2:
                wrong.append(f"{name}: {words}")
    seen.update(observers[0])
    assert any("running" in words for words in seen.values()), "the watchers saw runs live"
    return wrong


def test_no_run_is_ever_seen_unlocked_and_alive(runs: Path) -> None:
    assert _watch_lives(runs, 60) == []


@pytest.mark.nightly
def test_no_run_is_ever_seen_unlocked_and_alive_four_hundred_times(runs: Path) -> None:
    assert _watch_lives(runs, 400) == []


def _lost(folder: Path) -> RunFiles:
    files = start(folder, "echo seen; sleep 60")
    says(files, b"seen")
    pid = step(files)
    guard = supervisor(files)
    os.kill(guard, signal.SIGKILL)
    wait_until(lambda: _has_ended(guard), what="the supervisor lets go of its lock")
    # The terminal that goes with the supervisor ends most steps; one that it did not reach is ended here.
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: _has_ended(pid))
    return files


def _has_ended(pid: int) -> bool:
    """Gone, or a zombie: its descriptors are closed by then."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def _change(files: RunFiles, **fields: object) -> None:
    path = files.folder / "meta.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))
