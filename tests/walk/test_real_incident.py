"""A real incident interrupts a drill, in a real terminal; practice stays out of the real record."""

from __future__ import annotations

import json
import subprocess
import time

from support.terminal import Terminal


def declare(handrail: str, env: dict[str, str], title: str) -> str:
    done = subprocess.run([handrail, "--pack", "alwaysclaw", "declare", title, "--severity", "P1"], env=env, text=True,
                          capture_output=True, check=True, timeout=60)
    return done.stdout.strip()


def board(handrail: str, env: dict[str, str]) -> list[str]:
    done = subprocess.run([handrail, "incidents", "--all", "--json"], env=env, text=True, capture_output=True,
                          check=True, timeout=60)
    return [one["id"] for one in json.loads(done.stdout)["incidents"]]


def leave(terminal: Terminal, key: str) -> None:
    """Press a key until it counts: one that comes before the frame that asks does not."""
    for _ in range(20):
        terminal.press(key)
        until = time.monotonic() + 1.0
        while time.monotonic() < until:
            terminal.read(0.05)
            if "go on practising" not in terminal.text():
                return
    raise AssertionError(terminal.text())


def test_a_real_incident_interrupts_and_y_leaves_for_it(handrail, env):
    with Terminal([handrail, "drill"], (80, 24), env) as terminal:
        terminal.wait_for("DRILL")
        terminal.wait_for("No incident is open")
        id = declare(handrail, env, "Really broken")
        screen = terminal.wait_for("esc go on practising", 30)
        assert "A REAL INCIDENT IS OPEN" in screen
        assert "AC P1" in screen and "Really broken" in screen and "nobody has it" in screen
        terminal.press("x", "enter")  # neither leaves
        leave(terminal, "y")
        real = terminal.wait_for("INVESTIGATING", 30)
        assert "Really broken" in real and "DRILL" not in real
        assert board(handrail, env) == [id]


def test_who_goes_on_practising_is_told_as_long_as_it_is_open(handrail, env):
    declare(handrail, env, "Really broken")
    with Terminal([handrail, "drill"], (80, 24), env) as terminal:
        terminal.wait_for("esc go on practising", 30)
        leave(terminal, "esc")
        screen = terminal.wait_for("REAL: AC P1 Really broken is open.", 30)
        assert screen.startswith(" DRILL ")
