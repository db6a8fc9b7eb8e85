"""`m z`: the last act is corrected by a new one, and both can be read afterwards."""

from __future__ import annotations

from pathlib import Path

from support.terminal import Terminal
from support.waiting import wait_until

from handrail.incident.archive import Archive
from handrail.paths import State

RUNBOOK = """# Mill

- [ ] Look at the wheel
- [ ] Look at the race
"""


def test_a_tick_is_taken_back_by_a_new_event_that_says_why(handrail, env, tmp_path: Path):
    runbook = tmp_path / "mill.md"
    runbook.write_text(RUNBOOK)
    state = State(Path(env["HANDRAIL_STATE"]))
    with Terminal([handrail, str(runbook)], (80, 24), env) as terminal:
        terminal.wait_for("0 of 2")
        terminal.press("enter")
        terminal.wait_for("1 of 2")

        terminal.press("m", "z")
        terminal.wait_for("TAKE BACK your last act")
        terminal.wait_for("step 1 Look at the wheel ticked")
        terminal.press("that was the other mill")
        terminal.wait_for("other mill")
        terminal.press("enter")
        terminal.wait_for("0 of 2")

        id = Archive(state).active()[0].id
        kinds = [event.kind for event in Archive(state).read(id).events]
        assert kinds[-2:] == ["step_ticked", "correction"], "nothing was removed"
        assert Archive(state).verify(id).ok
        terminal.press("]")
        screen = terminal.wait_for("took an act back: that was the other mill")
        assert "Look at the wheel" in screen

        terminal.press("[")
        terminal.wait_for("0 of 2")
        terminal.press("m", "z")
        terminal.wait_for("cannot be taken back")
        wait_until(lambda: len(Archive(state).read(id).events) == len(kinds), what="no second correction")
