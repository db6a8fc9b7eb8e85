"""However the console is left, and whatever comes behind it: the terminal is as it was, and no error is told."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from support.settling import quiet
from support.terminal import Terminal


def at_watch(terminal: Terminal) -> None:
    terminal.wait_for("enter run")
    terminal.press("1")
    terminal.wait_for("No incident is open")
    terminal.wait_for("enter open")


def left(terminal: Terminal, env: dict[str, str], status: int) -> None:
    assert terminal.wait() == status
    assert b"error of its own" not in terminal.raw
    assert not list(Path(env["HANDRAIL_STATE"]).glob("crashes/*"))
    assert b"\x1b[?1049l" in terminal.raw
    assert terminal.raw.rfind(b"\x1b[?25h") > terminal.raw.rfind(b"\x1b[?25l"), "the cursor is shown"


@pytest.mark.parametrize("keys", ["q?d", "qd", "q\x10"])
def test_keys_behind_the_q_that_leaves_open_nothing(keys, handrail, env, runbook):
    with Terminal([handrail, str(runbook)], (80, 24), env) as terminal:
        at_watch(terminal)
        os.write(terminal.fd, keys.encode())
        left(terminal, env, 0)


@pytest.mark.parametrize("key", ["?", ":"])
def test_a_signal_while_a_screen_opens(key, handrail, env, runbook):
    for delay in (0.0, 0.01):
        with Terminal([handrail, str(runbook)], (80, 24), env) as terminal:
            at_watch(terminal)
            os.write(terminal.fd, key.encode())
            time.sleep(delay)  # the moment is the test's subject
            terminal.kill(signal.SIGTERM)
            left(terminal, env, 143)


@pytest.mark.parametrize("keys", ["t", "d"])
def test_leaving_twice_in_one_burst_leaves_once(keys, handrail, env, runbook):
    """q in the whole text, esc in the declare dialog: the second one must not take the screen beneath."""
    with Terminal([handrail, str(runbook)], (80, 24), env) as terminal:
        terminal.wait_for("enter run")
        terminal.press(keys)
        terminal.wait_for("pgdn" if keys == "t" else "Nothing is recorded before enter")
        quiet(terminal)
        os.write(terminal.fd, b"qq" if keys == "t" else b"\t\t\t\r\r")
        quiet(terminal)
        assert "no incident, only a checklist" in terminal.text() or "declare" in terminal.text()
        assert not list(Path(env["HANDRAIL_STATE"]).glob("crashes/*"))


def test_taking_an_offer_of_the_palette_twice_breaks_nothing(handrail, env, runbook):
    with Terminal([handrail, str(runbook)], (80, 24), env) as terminal:
        terminal.wait_for("enter run")
        terminal.press(":")
        terminal.wait_for("Search for an action")
        terminal.press("all keys")
        terminal.wait_for(lambda text: "All keys" in text and "declare" not in text.partition("Search")[2][:400])
        quiet(terminal)
        os.write(terminal.fd, b"\r\r\r")
        terminal.wait_for("esc goes back")
