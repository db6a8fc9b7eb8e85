"""However the console is left, and whatever comes behind it: the terminal is as it was, and nothing is called an error."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from support.terminal import Terminal


def at_watch(terminal: Terminal) -> None:
    terminal.wait_for("enter run")
    terminal.press("1")
    terminal.wait_for("No incident is open")
    terminal.wait_for("enter open")


def left(terminal: Terminal, env: dict[str, str], status: int) -> None:
    assert terminal.wait(5) == status
    assert b"error of its own" not in terminal.raw
    assert not list(Path(env["HANDRAIL_STATE"]).glob("crashes/*"))
    assert b"\x1b[?1049l" in terminal.raw
    assert terminal.raw.rfind(b"\x1b[?25h") > terminal.raw.rfind(b"\x1b[?25l"), "the cursor is shown"


@pytest.mark.parametrize("keys", ["q?", "qd", "q:", "q\x10", "q?q?", "q2]"])
def test_keys_behind_the_q_that_leaves_open_nothing(keys, handrail, env, runbook):
    with Terminal([handrail, str(runbook)], (80, 24), env) as terminal:
        at_watch(terminal)
        os.write(terminal.fd, keys.encode())
        left(terminal, env, 0)


@pytest.mark.parametrize("key", ["?", "d", ":"])
def test_a_signal_while_a_screen_opens(key, handrail, env, runbook):
    for delay in (0.0, 0.01, 0.02):
        with Terminal([handrail, str(runbook)], (80, 24), env) as terminal:
            at_watch(terminal)
            os.write(terminal.fd, key.encode())
            time.sleep(delay)  # the moment is the test's subject
            terminal.kill(signal.SIGTERM)
            left(terminal, env, 143)
