"""After a lost console the first screen tells what happened, enter goes there, and half-typed words stand again."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from support.contents import holding
from support.terminal import Terminal
from support.waiting import wait_until

RUNBOOK = """# Slow things

## Wait a little

```bash
# Step 1: Wait for a file
until [ -e go ]; do sleep 0.05; done; echo found
```

```bash
# Step 2: Look around
ls
```
"""


@pytest.fixture
def runbook(tmp_path: Path) -> Path:
    path = tmp_path / "slow.md"
    path.write_text(RUNBOOK)
    return path


@pytest.mark.parametrize("loss", ["kill -9", "hang-up"])
def test_the_first_screen_tells_and_enter_goes_there(loss, handrail, env, runbook, tmp_path: Path) -> None:
    with Terminal([handrail, str(runbook)], (80, 24), env) as terminal:
        terminal.wait_for("enter run")
        terminal.press("enter")
        terminal.wait_for("running")
        terminal.press("n")
        terminal.wait_for("NOTE")
        terminal.press("half a though")
        drafts = Path(env["HANDRAIL_STATE"]) / "drafts"
        wait_until(lambda: holding(drafts, b"half a though", "*.json"), 30, "the draft is on disk")
        marks = Path(env["HANDRAIL_STATE"]) / "seen"
        wait_until(lambda: holding(marks, b'"seen": {"', "*.json"), 30, "the mark")
        terminal.kill(signal.SIGKILL if loss == "kill -9" else signal.SIGHUP)
        terminal.wait()
    (tmp_path / "go").touch()
    wait_until(lambda: list((Path(env["HANDRAIL_STATE"]) / "runs").glob("*/*/exit.json")), 30, "the step has ended")
    with Terminal([handrail], (80, 24), env) as again:
        again.wait_for("The console was lost", 30)
        again.wait_for("Wait for a file ran", 30)
        again.press("enter")
        again.wait_for("found", 30)
        again.press("n")
        again.wait_for("as you left it, half typed", 30)
        again.press("t", "enter")
        again.wait_for("Noted.", 30)
        again.press("]")
        again.wait_for("half a thought", 30)


def test_who_left_with_q_is_told_nothing_and_finds_no_draft(handrail, env, runbook) -> None:
    with Terminal([handrail, str(runbook)], (80, 24), env) as terminal:
        terminal.wait_for("enter run")
        terminal.press("n")
        terminal.wait_for("NOTE")
        terminal.press("no more")
        drafts = Path(env["HANDRAIL_STATE"]) / "drafts"
        wait_until(lambda: list(drafts.glob("*.json")), 30)
        terminal.press("esc")
        wait_until(lambda: not holding(drafts, b"no more", "*.json"), 30, "esc drops it")
        terminal.press("q")
        terminal.wait_for("No incident is open")
        terminal.press("q")
        assert terminal.wait(30) == 0
    with Terminal([handrail], (80, 24), env) as again:
        again.wait_for("No incident is open")
        again.press("?")
        assert "Meanwhile" not in again.wait_for("keys")
