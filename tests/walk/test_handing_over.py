"""Two operators at two terminals: an incident handed over, and two incidents merged, by keys alone."""

from __future__ import annotations

import subprocess

from support.terminal import Terminal


def declare(handrail: str, env: dict[str, str], title: str, severity: str) -> str:
    made = subprocess.run([handrail, "declare", title, "--severity", severity], env={**env, "PATH": "/usr/bin:/bin"},
                          capture_output=True, text=True, check=True)
    return made.stdout.strip()


def pause(terminal: Terminal, seconds: float = 0.4) -> None:
    """A breath, as a person takes one: consent counts from the frame that asks."""
    for _ in range(int(seconds / 0.05)):
        terminal.read(0.05)


def test_a_handover_is_offered_seen_and_accepted(handrail: str, env: dict[str, str]) -> None:
    declare(handrail, env, "Mill on fire", "P2")
    with (
        Terminal([handrail], (80, 24), env) as kim,
        Terminal([handrail], (80, 24), {**env, "HANDRAIL_ACTOR": "ade"}) as ade,
    ):
        kim.wait_for("consoles: ade, kim", 30)
        ade.wait_for("consoles: ade, kim", 30)
        kim.press("a")
        kim.wait_for("y do it")
        pause(kim)
        kim.press("y")
        kim.wait_for("Accepted: it is yours.")
        kim.press("enter")
        kim.wait_for("held by kim")
        kim.press("m")
        kim.wait_for("h hand over")
        pause(kim)
        kim.press("h")
        kim.wait_for("ade, who is here")
        pause(kim)
        kim.press("enter")
        kim.wait_for("offered to ade")
        ade.wait_for("offered to ade: a accepts")
        ade.press("a")
        ade.wait_for("y do it")
        pause(ade)
        ade.press("y")
        ade.wait_for("Accepted: it is yours.")
        kim.wait_for("held by ade")


def test_one_incident_is_merged_into_another_and_leaves_the_board(handrail: str, env: dict[str, str]) -> None:
    declare(handrail, env, "Mail is down", "P1")
    declare(handrail, env, "Letters are late", "P3")
    with Terminal([handrail], (80, 24), env) as terminal:
        terminal.wait_for("2 open", 30)
        terminal.press("j")
        pause(terminal)
        terminal.press("enter")
        terminal.wait_for("Letters are late")
        terminal.wait_for("INVESTIGATING")
        terminal.press("m")
        terminal.wait_for("g link")
        pause(terminal)
        terminal.press("g")
        terminal.wait_for("to which one?")
        terminal.wait_for("Mail is down")
        pause(terminal)
        terminal.press("enter")
        terminal.wait_for("merged into it: this one is closed")
        pause(terminal)
        terminal.press("4")
        pause(terminal)
        terminal.press("enter")
        terminal.wait_for("CLOSED")
        terminal.press("1")
        terminal.wait_for("1 open")
        terminal.press("enter")
        terminal.wait_for("Mail is down")
        terminal.press("]")
        terminal.wait_for("was merged into this: Lette")
