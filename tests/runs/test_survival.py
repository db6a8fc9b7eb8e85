"""A step outlives whoever started it, however that one is lost, and its output and end are whole."""

from __future__ import annotations

import contextlib
import os
import pty
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import launcher
from support.runs import ended
from support.waiting import wait_until

import handrail
from handrail.runs.record import RunFiles
from handrail.runs.supervision import processes

SCRIPT = "seq 2000; sleep 0.3; seq 2000; exit 7"
WHOLE = "".join(f"{n}\n" for n in range(1, 2001)).encode() * 2
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{Path(handrail.__file__).parents[1]}:{Path(launcher.__file__).parents[1]}"}


class Console:
    """A launching process in a terminal of its own."""

    def __init__(self, run: Path, *options: str) -> None:
        self.run = run
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execve(sys.executable, [sys.executable, launcher.__file__, str(run), SCRIPT, *options], ENVIRONMENT)

    def launched(self) -> bool:
        return Path(f"{self.run}.launched").exists()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self.master)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def _die_at_once(console: Console) -> None:
    """The launcher has killed itself before anyone could: see `Console`."""


def _kill_nine(console: Console) -> None:
    os.kill(console.pid, signal.SIGKILL)


def _close_terminal(console: Console) -> None:
    os.close(console.master)


def _hang_up(console: Console) -> None:
    os.killpg(console.pid, signal.SIGHUP)


def _interrupt(console: Console) -> None:
    os.write(console.master, b"\x03")


def _stop(console: Console) -> None:
    os.kill(console.pid, signal.SIGSTOP)


def _kill_all_it_started(console: Console) -> None:
    """As a process supervisor does that walks from parent to child."""
    for pid in [console.pid, *_children(console.pid)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_children(int(child))]
    return found


LOSSES = [_die_at_once, _kill_nine, _close_terminal, _hang_up, _interrupt, _stop, _kill_all_it_started]


@pytest.mark.parametrize("lose", LOSSES)
def test_a_step_survives(runs: Path, lose: Callable[[Console], None]) -> None:
    _survive(runs, lose, 5)


@pytest.mark.nightly
@pytest.mark.parametrize("lose", LOSSES)
def test_a_step_survives_fifty_times(runs: Path, lose: Callable[[Console], None]) -> None:
    for batch in range(10):
        _survive(runs / str(batch), lose, 5)


def _survive(runs: Path, lose: Callable[[Console], None], count: int) -> None:
    """Lose the console at a random moment from the launch on: before the folder is there, while it writes, later."""
    runs.mkdir(exist_ok=True)
    dice = random.Random()
    options = ("die",) if lose is _die_at_once else ()
    consoles = [Console(runs / f"run{n}", *options) for n in range(count)]
    try:
        delays = {}
        for console in consoles:
            wait_until(console.launched)
            delays[console.run.name] = dice.random() * 0.08
            time.sleep(delays[console.run.name])
            if lose is _kill_all_it_started:  # for its first milliseconds the supervisor is a child like any other
                wait_until((console.run / "lock").exists)
            lose(console)
        for console in consoles:
            state = ended(RunFiles(console.run))
            assert (state.word, state.exit, RunFiles(console.run).output()) == ("ended", 7, WHOLE), delays
    finally:
        for console in consoles:
            console.close()


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[list[str]]:
    """A tmux server of our own."""
    if not shutil.which("tmux"):
        pytest.skip("tmux is not installed here")
    command = ["tmux", "-S", str(tmp_path / "tmux.sock"), "-f", "/dev/null"]
    yield command
    subprocess.run([*command, "kill-server"], capture_output=True, check=False)


def test_a_step_survives_the_end_of_tmux(runs: Path, tmux: list[str]) -> None:
    _survive_tmux(runs, tmux, 5)


@pytest.mark.nightly
def test_a_step_survives_the_end_of_tmux_fifty_times(runs: Path, tmux: list[str]) -> None:
    _survive_tmux(runs, tmux, 50)


def _survive_tmux(runs: Path, tmux: list[str], count: int) -> None:
    for n in range(count):
        run = runs / f"run{n}"
        mine = [tmux[0], "-S", f"{tmux[2]}{n}", *tmux[3:]]  # one that ends would still be met at the same place
        subprocess.run([*mine, "new-session", "-d", sys.executable, launcher.__file__, str(run), SCRIPT],
                       env=ENVIRONMENT, check=True)
        wait_until(Path(f"{run}.launched").exists)
        time.sleep(random.random() * 0.08)
        subprocess.run([*mine, "kill-server"], check=True)
    for n in range(count):
        _is_whole(RunFiles(runs / f"run{n}"))


def test_a_step_survives_a_dropped_ssh(runs: Path, sshd: list[str]) -> None:
    _survive_ssh(runs, sshd, 5)


@pytest.mark.nightly
def test_a_step_survives_a_dropped_ssh_fifty_times(runs: Path, sshd: list[str]) -> None:
    _survive_ssh(runs, sshd, 50)


def _survive_ssh(runs: Path, login: list[str], count: int) -> None:
    for n in range(count):
        run = runs / f"run{n}"
        paths = f"PYTHONPATH={ENVIRONMENT['PYTHONPATH']}"
        client = subprocess.Popen([*login, f"{paths} {sys.executable} {launcher.__file__} {run} '{SCRIPT}'"],
                                  stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        wait_until(Path(f"{run}.launched").exists)
        time.sleep(random.random() * 0.08)
        client.kill()
        client.wait()
    for n in range(count):
        _is_whole(RunFiles(runs / f"run{n}"))


def _is_whole(files: RunFiles) -> None:
    state = ended(files)
    assert (state.word, state.exit, files.output()) == ("ended", 7, WHOLE)


def test_what_no_supervisor_keeps_ends_with_its_console(runs: Path) -> None:
    """The control: the same script, begun as a plain child of a shell in the terminal."""
    out, number = runs / "plain", runs / "number"
    pid, master = pty.fork()
    if pid == 0:
        script = f"sh -c '{SCRIPT.replace('0.3', '60')}' > {out} & echo $! > {number}; wait"
        os.execv("/bin/sh", ["/bin/sh", "-c", script])
    half = WHOLE[: len(WHOLE) // 2]
    wait_until(lambda: out.exists() and out.read_bytes() == half)
    child = int(number.read_text())
    os.close(master)
    os.waitpid(pid, 0)
    wait_until(lambda: processes.status(child)[0] in ("", "Z"), 30)
    assert out.read_bytes() == half
