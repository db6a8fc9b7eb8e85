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
from support.secure_shell import NoServer, a_server
from support.waiting import wait_until

import handrail
from handrail.runs.record import RunFiles

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
    for n in range(3):
        run = runs / f"run{n}"
        subprocess.run([*tmux, "new-session", "-d", sys.executable, launcher.__file__, str(run), SCRIPT],
                       env=ENVIRONMENT, check=True)
        wait_until(Path(f"{run}.launched").exists)
        time.sleep(random.random() * 0.08)
        subprocess.run([*tmux, "kill-server"], check=True)
        state = ended(RunFiles(run))
        assert (state.word, state.exit, RunFiles(run).output()) == ("ended", 7, WHOLE)


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[tuple[list[str], int]]:
    """The command that logs in over loopback, and the server's pid."""
    try:
        with a_server(tmp_path) as server:
            yield server
    except NoServer as reason:
        pytest.skip(str(reason))


def test_a_step_survives_a_dropped_ssh(runs: Path, sshd: tuple[list[str], int]) -> None:
    login, _ = sshd
    for n in range(3):
        run = runs / f"run{n}"
        paths = f"PYTHONPATH={ENVIRONMENT['PYTHONPATH']}"
        client = subprocess.Popen([*login, f"{paths} {sys.executable} {launcher.__file__} {run} '{SCRIPT}'"],
                                  stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        wait_until(Path(f"{run}.launched").exists)
        time.sleep(random.random() * 0.08)
        client.kill()
        state = ended(RunFiles(run))
        assert (state.word, state.exit, RunFiles(run).output()) == ("ended", 7, WHOLE)
        client.wait()
