"""From alarm to a verified kill switch, with the keys alone, at 80x24, in a real terminal."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from support.terminal import Terminal

TOO_EARLY = ("does not count", "press it again", "press it\nagain")


def answer(terminal: Terminal, key: str, asked: str) -> None:
    """Press a key as a person would, who is slower than the frame: one that came too early is pressed again."""
    terminal.wait_for(asked)
    for _ in range(20):
        terminal.press(key)
        text = terminal.wait_for(lambda text: asked not in text or any(words in text for words in TOO_EARLY))
        if asked not in text:
            return
        for _ in range(6):  # the sentence stands there until the next key: a person takes a breath
            terminal.read(0.05)
    raise AssertionError(f"{key} is never accepted:\n{terminal.text()}")


def declare_gmail(terminal: Terminal) -> None:
    terminal.wait_for("gmail watch")
    terminal.wait_for("inactive")
    terminal.press("d")
    terminal.wait_for("What does it look like?")
    terminal.wait_for("▌ AC P1  Gmail credential compromise")
    terminal.press("enter")
    terminal.wait_for(lambda _: terminal.screen.cursor.y > 12)  # the text cursor is in the title field
    answer(terminal, "enter", "Nothing is recorded before enter")
    terminal.wait_for("0 of 3")


def go_on_in_active_harm(terminal: Terminal) -> None:
    """Evidence comes first, unless a reason for going on goes on record."""
    terminal.wait_for("EVIDENCE FIRST")
    for key in ("2", "enter"):
        answer(terminal, key, " ▌ 1  collect first" if key == "2" else " ▌ 2  active harm")


def kill_switch(terminal: Terminal) -> None:
    """Stop the watch, revoke the token, verify: the three steps of the section."""
    terminal.press("enter")
    go_on_in_active_harm(terminal)
    terminal.wait_for("▌ CHANGES step 1: Stop the Gmail watch")
    answer(terminal, "y", "y do it")
    terminal.wait_for("enter looks right")
    terminal.press("enter")
    terminal.wait_for("── Step 2 ──")
    terminal.press("enter")
    terminal.wait_for("▌ DESTROYS step 2: Revoke the OAuth token")
    terminal.press("revoke")
    terminal.press("enter")
    terminal.wait_for("enter looks right")
    terminal.press("enter")
    terminal.wait_for("── Step 3 ──")
    terminal.press("enter")


def test_the_walk(handrail, env):
    with Terminal([handrail, "drill", "--fault", "gmail-compromise"], (80, 24), env) as terminal:
        declare_gmail(terminal)
        kill_switch(terminal)
        screen = terminal.wait_for("✓  3")
        assert "passed" in screen
        assert "3 of 3" in screen
        terminal.press("1")
        terminal.wait_for("3/3")


def test_a_wrong_answer_with_exit_0_fails(handrail, env):
    """The gateway says it revoked and did not: the step exits 0, and its body shows the lie."""
    with Terminal([handrail, "drill", "--fault", "gmail-compromise"], (80, 24), env) as terminal:
        declare_gmail(terminal)
        lie = subprocess.run(
            [handrail, "drill", "--fault", "wrong-body"],
            env={**env, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert "wrong-body" in lie.stdout
        kill_switch(terminal)
        terminal.wait_for("✗  3")
        screen = terminal.wait_for("failed, connected is true")
        assert "passed" not in screen


def test_the_wall_and_a_second_console_see_it_live(handrail, env):
    with Terminal([handrail, "drill", "--fault", "gmail-compromise"], (80, 24), env) as first:
        first.wait_for("inactive")
        state = {**env, "HANDRAIL_STATE": f"{env['HANDRAIL_STATE']}/drill/alwaysclaw/state"}
        pack = f"{env['HANDRAIL_STATE']}/drill/alwaysclaw/pack/alwaysclaw"
        with (
            Terminal([handrail, "wall", "--pack", pack], (120, 36), state) as wall,
            Terminal([handrail, "drill"], (80, 24), {**env, "HANDRAIL_ACTOR": "ade"}) as second,
        ):
            wall.wait_for("gmail watch")
            declare_gmail(first)
            wall.wait_for("Gmail credential compromise")
            second.wait_for("0/3")
            second.press("enter")
            second.wait_for("0 of 3")
            first.press("enter")
            go_on_in_active_harm(first)
            first.wait_for("▌ CHANGES step 1")
            answer(first, "y", "y do it")
            second.wait_for("enter looks right")
            wall.wait_for("1/3")
            wall.press("d", "enter", "y", "x")
            assert "1/3" in wall.wait_for("read only"), "no key of the wall changes anything"


def test_two_consoles_start_one_step_once(handrail, env):
    with (
        Terminal([handrail, "drill", "--fault", "gmail-compromise"], (80, 24), env) as first,
    ):
        declare_gmail(first)
        with Terminal([handrail, "drill"], (80, 24), {**env, "HANDRAIL_ACTOR": "ade"}) as second:
            second.wait_for("0/3")
            second.press("enter")
            second.wait_for("0 of 3")
            first.press("enter")
            go_on_in_active_harm(first)
            second.wait_for("ends as ran, you judge")  # the choice is on record for both
            second.press("enter")
            for terminal in (first, second):
                terminal.wait_for("▌ CHANGES step 1")
            answer(first, "y", "y do it")
            first.wait_for("enter looks right")
            second.press("y")
            second.wait_for(lambda text: "kim started it" in text or "already" in text)
            runs = list(Path(env["HANDRAIL_STATE"]).glob("drill/*/state/runs/*/*/meta.json"))
            assert len(runs) == 1


def test_the_palette_injects_a_fault(handrail, env):
    with Terminal([handrail, "drill"], (100, 30), env) as terminal:
        terminal.wait_for(lambda text: (lamps := re.search(r"(\d+) lamps", text)) and f"● {lamps[1]} ok" in text)
        terminal.press(":")
        terminal.wait_for("fault: gmail-compromise")
        terminal.press("gmail-comp")
        terminal.wait_for(lambda text: text.count("fault:") == 1)
        terminal.press("enter")
        terminal.wait_for("CRIT")
