"""`m x` at a terminal: what one operator says of a step, the next one finds."""

from __future__ import annotations

from pathlib import Path

from support.terminal import Terminal

RUNBOOK = "# Mill\n\n```sh\n./turn-wheel\n```\n\n- [ ] Look at the wheel\n"


def test_what_one_operator_says_of_a_step_the_next_one_finds(handrail, env, tmp_path: Path):
    runbook = tmp_path / "mill.md"
    runbook.write_text(RUNBOOK)
    with Terminal([handrail, str(runbook)], (80, 24), env) as terminal:
        terminal.wait_for("0 of 2")
        terminal.press("m", "x")
        terminal.wait_for("RE-CLASS step 1 ./turn-wheel, now: changes")
        terminal.press("2", "enter")
        terminal.wait_for("LESS CAREFUL step 1")
        terminal.press("reads")
        terminal.press("enter")
        terminal.wait_for("re-classed by kim: reads")
        terminal.press("]")
        terminal.wait_for("re-classed, changes to reads")

    runbook.write_text("# Mill\n\nSome news.\n\n" + RUNBOOK.split("\n", 2)[2])  # another document, the same step
    with Terminal([handrail, str(runbook)], (80, 24), {**env, "HANDRAIL_ACTOR": "ade"}) as terminal:
        terminal.wait_for("re-classed by kim: reads")
        terminal.press("enter")  # what reads runs at once
        terminal.wait_for("failed")
