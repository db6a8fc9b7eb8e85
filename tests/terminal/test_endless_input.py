"""A terminal that repeats one key without end, as `script` does after the end of its input: the console stays small."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from support.burden import Burden, resident, rests
from support.installed import command
from support.waiting import wait_until

pytest.importorskip("pyte", reason="pyte, the terminal emulator of the `test` extra, is not installed")
from support.terminal import Terminal

from tui.terminal.floods import LASTS

MORE = 30_000_000  # bytes of memory that it may take meanwhile


@pytest.fixture
def console(tmp_path):
    env = {"HANDRAIL_STATE": str(tmp_path / "state"), "HANDRAIL_ACTOR": "kim"}
    with Terminal([command()], (80, 24), env) as terminal:
        terminal.wait_for("declare", 30)
        yield terminal


@pytest.mark.parametrize("key", [
    b"\x04",
    pytest.param(b"j", marks=pytest.mark.nightly),
    pytest.param(b"\x1b[B", marks=pytest.mark.nightly),
    pytest.param(b"\x1b", marks=pytest.mark.nightly),
], ids=["ctrl+d", "j", "down", "esc"])  # fmt: skip
def test_a_key_without_end_takes_neither_memory_nor_the_processor(console, key):
    end = threading.Event()

    def press() -> None:
        while not end.is_set():
            if select.select([], [console.fd], [], 0.05)[1]:
                os.write(console.fd, key * 200)

    before = resident(console.pid)
    thread = threading.Thread(target=press, daemon=True)
    thread.start()
    try:
        _read_for(console, LASTS + 0.5)
        burden = Burden(console.pid)
        _read_for(console, 2.0)
        assert resident(console.pid) - before < MORE
        assert burden.share < 0.5
    finally:
        end.set()
        thread.join(5)


def _read_for(console: Terminal, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        console.read(0.05)


def test_a_console_under_script_without_a_terminal_stays_small_and_idle(tmp_path):
    """`script` with an empty input: a terminal of no size, and an input that may end or be flooded with ctrl+d."""
    if not Path("/usr/bin/script").exists():
        pytest.skip("`script` of util-linux is not here")
    env = {**os.environ, "HANDRAIL_STATE": str(tmp_path / "state"), "HANDRAIL_ACTOR": "kim", "TERM": "xterm-256color"}
    argv = ["script", "-qfec", f"exec {command()}", "/dev/null"]
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=env)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    child = int(wait_until(lambda: children.read_text().split(), 30)[0])
    try:
        wait_until(lambda: resident(child) > 40_000_000 or process.poll() is not None, 30)  # it is up, or has ended
        wait_until(lambda: rests(child), what="it has come up")
        before, burden = resident(child), Burden(child)
        deadline = time.monotonic() + 2.5
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert burden.share < 0.5
        assert resident(child) - before < 10_000_000
    finally:
        for pid in (child, process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
