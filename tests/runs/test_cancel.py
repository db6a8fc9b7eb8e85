"""A step ends when it is told to, with all it started: asked, told, killed."""

from __future__ import annotations

import contextlib
import os
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from support import launcher
from support.quick import until_within
from support.runs import belonging_to, ended, holds, run, says, start, step, supervisor
from support.waiting import wait_until

import handrail
from handrail.runs.control import leave_stop, stop
from handrail.runs.launch import RunSpec, launch
from handrail.runs.record import RunFiles
from handrail.runs.supervision import processes
from handrail.runs.supervision.door import Door
from handrail.runs.tree import tree
from handrail.runs.verdict import judge

POLITE = 1.0  # s; measured 10 to 50 ms

IGNORES_INT = "trap '' INT; echo ready; sleep 100"
IGNORES_INT_AND_TERM = "trap '' INT TERM; echo ready; while :; do sleep 1; done"
RAW = "python3 -c 'import tty,time; tty.setraw(0); print(\"ready\", flush=True); time.sleep(100)'"
STOPPED = "echo ready; kill -STOP $$; echo continued"
DAEMON = "(setsid sh -c 'sleep 100' </dev/null >/dev/null 2>&1 &); echo ready; sleep 100"
DAEMON_ALONE = "(setsid sh -c 'trap \"\" HUP; sleep 100' & ); echo ready; exit 4"
BOMB = "for i in $(seq 50); do (trap '' INT TERM; while :; do sleep 5; done) & done; echo ready; wait"
BACKGROUND = "sleep 100 & echo ready; wait"
BREEDS = "trap '' INT TERM; f() { sleep 0.01; f & }; f & f & f & echo ready; while :; do sleep 1; done"


@pytest.mark.parametrize("name, script", [
    ("sleep", "echo ready; sleep 100"),
    ("in a pipeline", "echo ready; sleep 100 | cat | cat"),
    ("pipeline of a busy writer", "echo ready; yes | cat > /dev/null"),
    ("raw terminal", RAW),
    ("stopped", STOPPED),
])
def test_what_can_be_asked_ends_at_once(runs: Path, name: str, script: str) -> None:
    for n, watch in enumerate(until_within(POLITE)):
        files = start(runs / f"run{n}", script)
        says(files, b"ready")
        if name == "stopped":
            wait_until(lambda files=files: "T" in _states(files), what="the step is stopped")
        with watch:
            assert stop(files.folder, "mara")
            state = ended(files)
        assert (state.stopped_by, state.left, belonging_to(files.folder)) == ("mara", (), [])


def test_nothing_is_left_of_the_stubborn(runs: Path) -> None:
    """All at once, so that the wait is paid once."""
    scripts = {"background": BACKGROUND, "ignores int": IGNORES_INT, "ignores term": IGNORES_INT_AND_TERM,
               "daemon": DAEMON, "bomb": BOMB, "breeds": BREEDS}
    started = {name: start(runs / name, script) for name, script in scripts.items()}
    for files in started.values():
        says(files, b"ready")
    assert all(stop(files.folder, "mara") for files in started.values())
    last = {}
    for name, files in started.items():
        state = ended(files)
        last[name] = signal.Signals(state.signal or 0).name
        assert (name, state.stopped_by, state.left, belonging_to(files.folder)) == (name, "mara", (), [])
    assert last == {"background": "SIGINT", "daemon": "SIGINT", "bomb": "SIGINT", "ignores int": "SIGTERM",
                    "ignores term": "SIGKILL", "breeds": "SIGKILL"}, "what can be asked or told is not killed"


# Goes up the ladder of a real child by a clock of its own: two rungs, the second one late.
LATE = """
import subprocess, sys
from types import SimpleNamespace
from handrail.runs.supervision.ladder import Ladder
child = subprocess.Popen(["sh", "-c", "trap '' INT; trap 'exit 7' TERM; echo ready; while :; do sleep 0.02; done"],
                         stdout=subprocess.PIPE, process_group=0)
child.stdout.readline()
ladder = Ladder(SimpleNamespace(pid=child.pid, group=lambda: child.pid))
ladder.begin("mara", 100.0)
assert ladder.next < 108.0 and child.poll() is None
ladder.climb(108.0)
print(child.wait(), ladder.climbing)
"""


def test_a_supervisor_that_had_no_processor_for_a_while_passes_over_no_rung() -> None:
    """It would have killed a step that ends when it is told to, and after ten seconds it would have left it."""
    told = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, timeout=60, check=True,
                          env={**os.environ, "PYTHONPATH": str(Path(handrail.__file__).parents[1])})
    assert told.stdout == "7 True\n"


def _states(files: RunFiles) -> set[str]:
    return {processes.status(pid)[0] for pid in belonging_to(files.folder)}


def test_a_daemon_left_by_an_ended_step_can_be_ended(runs: Path) -> None:
    """Its end is told with what it left; stopping it afterwards ends that too, and its exit status stays."""
    files = start(runs / "run", DAEMON_ALONE)
    wait_until(lambda: files.state().word == "ended")
    state = files.state()
    assert (state.exit, state.background) == (4, True)
    assert [entry.split()[1] for entry in state.left] == ["sh", "sleep"] or len(state.left) >= 1
    assert stop(files.folder, "mara")
    wait_until(lambda: not belonging_to(files.folder), what="the daemon is gone")
    state = ended(files)
    assert (state.exit, state.left, state.stopped_by) == (4, (), "")


AS_ANOTHER = "echo ready; setpriv --reuid=65534 --clear-groups "


def _without_the_right_to_kill(run: Path, script: str) -> RunFiles:
    """Start a run whose supervisor may not signal processes of other users, as when a step uses sudo."""
    if os.geteuid() or not shutil.which("setpriv"):
        pytest.skip("only root, with setpriv, can start a step that runs as another user")
    paths = f"{Path(handrail.__file__).parents[1]}:{Path(launcher.__file__).parents[1]}"
    subprocess.Popen(["setpriv", "--bounding-set=-kill", "--inh-caps=-kill", sys.executable, launcher.__file__,
                      str(run), script, "die"], env={**os.environ, "PYTHONPATH": paths}).wait()
    files = RunFiles(run)
    says(files, b"ready")
    return files


def test_what_runs_as_another_user_is_interrupted_through_the_terminal(runs: Path) -> None:
    for n, watch in enumerate(until_within(POLITE)):
        files = _without_the_right_to_kill(runs / f"run{n}", f"{AS_ANOTHER} sleep 100")
        wait_until(lambda files=files: any(name.endswith(" sleep") for name in _names(files)),
                   what="it runs as the other user")
        with watch:
            assert stop(files.folder, "mara")
            assert ended(files).stopped_by == "mara"


@pytest.mark.nightly
def test_what_cannot_be_ended_is_named(runs: Path) -> None:
    files = _without_the_right_to_kill(runs / "run", f"{AS_ANOTHER} sh -c 'trap \"\" INT; sleep 100'")
    wait_until(lambda: any(name.endswith(" sleep") for name in _names(files)), what="its trap is set")
    assert stop(files.folder, "mara")
    state = wait_until(lambda: (now := files.state()).word == "ended" and now, 15)
    assert (state.stopped_by, state.signal, state.background) == ("mara", signal.SIGKILL, True)
    assert {entry.split()[1] for entry in state.left} == {"sh", "sleep"}
    assert "; could not be ended: " in judge(None, state, b"").why


def _names(files: RunFiles) -> list[str]:
    return [f"{pid} {processes.name(pid)}" for pid in belonging_to(files.folder)]


def test_what_was_written_before_the_stop_is_kept(runs: Path) -> None:
    files = start(runs / "run", "seq 5000; echo ready; sleep 100")
    says(files, b"ready")
    stop(files.folder, "mara")
    state = ended(files)
    assert state.output_lines == 5001 and files.output().startswith(b"1\n2\n3\n")


def test_a_step_that_cleans_up_on_interrupt_may(runs: Path) -> None:
    files = start(runs / "run", "trap 'echo cleaned; exit 7' INT; echo ready; while :; do sleep 0.05; done")
    says(files, b"ready")
    stop(files.folder, "mara")
    state = ended(files)
    assert (state.exit, state.stopped_by) == (7, "mara")
    assert files.output().endswith(b"cleaned\n")


def test_stop_with_nobody_there_says_no(runs: Path) -> None:
    assert not stop(runs / "nowhere" / "at all" / "never was", "mara")
    files = start(runs / "run", "true")
    ended(files)
    wait_until(lambda: not (files.folder / "sock").exists())
    assert not stop(files.folder, "mara")
    assert files.state().stopped_by == ""


def test_a_stop_holds_from_the_moment_of_launch(runs: Path) -> None:
    """At once, and at random moments of the first 40 ms: before the folder, at its birth, before the first command."""
    dice = random.Random()
    folders = [runs / f"run{n}" for n in range(25)]
    waits = {}
    for n, folder in enumerate(folders):
        launch(RunSpec(folder=folder, script="sleep 100", cwd=runs))
        waits[folder.name] = dice.random() * 0.04 if n >= 5 else 0.0
        time.sleep(waits[folder.name])
        assert stop(folder, "mara"), waits
    for folder in folders:
        state = ended(RunFiles(folder), 30)
        assert (state.word, state.stopped_by, state.left) == ("ended", "mara", ()), waits
        assert belonging_to(folder) == []
    assert [path.name for path in runs.iterdir() if path.name.startswith(".")] == []


def test_a_stop_is_never_seen_without_its_name(runs: Path) -> None:
    """A supervisor may look at any moment."""
    seen: set[bytes] = set()
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            for path in runs.glob(".*.stop"):
                with contextlib.suppress(FileNotFoundError):
                    seen.add(path.read_bytes())

    looking = threading.Thread(target=look)
    looking.start()
    for n in range(2000):
        leave_stop(runs / f"run{n % 5}", "mara").unlink()
    over.set()
    looking.join()
    assert seen == {b"mara"}


def test_a_stop_before_the_birth_is_seen_and_the_step_does_not_begin(runs: Path) -> None:
    runs.mkdir(exist_ok=True)
    assert stop(runs / "run", "mara")
    assert RunFiles(runs / "run").state().stopping == "mara"
    state, output = run(runs / "run", "touch began")
    assert (state.stopped_by, state.exit, output) == ("mara", None, b"")
    assert judge(None, state, b"").word == "stopped"
    assert not (runs / "began").exists()


def test_while_it_is_being_stopped_the_state_says_by_whom(runs: Path) -> None:
    files = start(runs / "run", IGNORES_INT)
    says(files, b"ready")
    stop(files.folder, "mara")
    state = wait_until(lambda: (now := files.state()).stopping and now)
    assert (state.word, state.stopping, state.stopped_by) == ("running", "mara", "")
    assert state.stopping_for >= 0
    # It said that it is ready before it forked, and between fork and exec a child still has the shell's name.
    wait_until(lambda: [(process.name, process.depth) for process in tree(files)] == [("bash", 0), ("sleep", 1)])
    assert stop(files.folder, "joe")  # already under way: the first one stays
    assert ended(files).stopped_by == "mara"


def test_a_time_limit_ends_it(runs: Path) -> None:
    files = start(runs / "run", "echo ready; sleep 100", timeout=0.3)
    state = ended(files)
    assert state.timed_out and not state.stopped_by
    assert 0.25 < state.seconds < 60
    assert belonging_to(files.folder) == []


def test_a_step_within_its_time_limit_is_not_touched(runs: Path) -> None:
    state = ended(start(runs / "run", "sleep 0.1; exit 3", timeout=30))
    assert (state.exit, state.timed_out) == (3, False)


def test_a_notification_that_fails_does_not_lose_what_its_client_has_said(tmp_path: Path) -> None:
    """A client says stop and leaves; before its line is read, the next notification finds nobody there."""
    heard: list[str] = []
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "s"))
    server.listen()
    poll = select.poll()
    door = Door(server, poll, lambda word, arguments: not heard.append(word))

    def attend() -> None:
        for fd, _ in poll.poll(1000):
            door.attend(fd)

    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "s"))
        attend()
        client.sendall(b"wake\n")
        attend()
        client.sendall(b"stop 6d\n")
    door.wake()
    attend()
    server.close()
    assert heard == ["stop"]


def test_a_client_that_says_stop_and_leaves_is_heard(runs: Path) -> None:
    """The same with a real step, in a flood."""
    files = start(runs / "run", "yes flood")
    says(files, b"flood")
    for _ in range(20):  # watchers that leave without reading: writing to them fails
        _send(files, b"wake\n")
    _send(files, b"wake\nstop " + b"mara".hex().encode() + b"\n")
    assert ended(files).stopped_by == "mara"


def test_no_client_can_hold_up_the_step(runs: Path) -> None:
    """Clients that never read, send rubbish, half a line, a megabyte without an end, or come in hundreds."""
    files = start(runs / "run", "while :; do echo tick; sleep 0.01; done")
    says(files, b"tick")
    rude = [_connection(files) for _ in range(100)]
    for each in rude[:60]:
        _try_to_send(each, b"wake\n" * 100)
    _try_to_send(rude[0], b"stop")
    _try_to_send(rude[1], b"\x00\xff nonsense zz\ninput\ninput 00\nsize a b\nstop\n\n")
    _try_to_send(rude[2], b"x" * (2 << 20))
    before = files.state().output_lines
    assert holds(lambda: files.state().output_lines > before + 50, 30)
    assert files.state().stopping == ""
    for each in rude:
        each.close()
    assert wait_until(lambda: stop(files.folder, "mara"))
    ended(files)


def test_the_supervisor_told_to_end_ends_the_step(runs: Path) -> None:
    """As at a shutdown: the end is seen and written, not lost."""
    files = start(runs / "run", "echo ready; sleep 100")
    says(files, b"ready")
    os.kill(supervisor(files), signal.SIGTERM)
    state = ended(files)
    assert state.word == "ended" and "SIGTERM" in state.stopped_by


def test_terminal_signals_do_not_reach_the_supervisor(runs: Path) -> None:
    files = start(runs / "run", "echo ready; sleep 1; echo done")
    says(files, b"ready")
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGPIPE):
        os.kill(supervisor(files), number)
    state = ended(files)
    assert (state.exit, files.output()) == (0, b"ready\ndone\n")
    assert step(files) > 0


def _connection(files: RunFiles) -> socket.socket:
    here = os.open(files.folder, os.O_PATH)
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(f"/proc/self/fd/{here}/sock")
    os.close(here)
    return connection


def _send(files: RunFiles, data: bytes) -> None:
    with _connection(files) as connection:
        connection.sendall(data)


def _try_to_send(connection: socket.socket, data: bytes) -> None:
    connection.setblocking(False)
    with contextlib.suppress(OSError):
        connection.send(data)
