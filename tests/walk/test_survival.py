"""A step goes on when its console is gone, and whoever looks next sees how it ended."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from support.terminal import Terminal
from support.waiting import wait_until

RUNBOOK = """# Slow things

## Wait a little

```bash
# Step 1: Count slowly
for n in 1 2 3; do echo "tick $n"; sleep 0.7; done
printf '{"%s": true}\\n' "counted"
# Expected: {"counted": true}
```
"""


@pytest.fixture
def runbook(tmp_path: Path) -> Path:
    path = tmp_path / "slow.md"
    path.write_text(RUNBOOK)
    return path


def start_counting(handrail: str, env: dict[str, str], runbook: Path) -> Terminal:
    terminal = Terminal([handrail, str(runbook)], (80, 24), env)
    terminal.wait_for("Count slowly")
    terminal.wait_for("enter run")
    terminal.press("enter")
    terminal.wait_for("tick 1")
    return terminal


@pytest.mark.parametrize("loss", ["kill -9", "the terminal closes", "hang-up"])
def test_the_step_ends_by_itself_and_the_next_console_shows_it(loss, handrail, env, runbook):
    with start_counting(handrail, env, runbook) as terminal:
        if loss == "kill -9":
            terminal.kill(signal.SIGKILL)
            terminal.wait()
        elif loss == "hang-up":
            terminal.kill(signal.SIGHUP)
            assert terminal.wait() == 129
        else:
            terminal.hang_up()
            wait_until(lambda: _gone(terminal.pid), what="the console ends when its terminal closes")
            terminal.status = 0
    run = wait_until(
        lambda: next((Path(env["HANDRAIL_STATE"]) / "runs").glob("*/*/exit.json"), None),
        15,
        "the step ends without a console",
    )
    assert b'{"counted": true}' in (run.parent / "out").read_bytes()
    with Terminal([handrail, str(runbook)], (80, 24), env) as again:
        screen = again.wait_for("passed")
        again.wait_for("tick 3")
        assert "1 of 1" in screen


def test_a_second_console_and_the_wall_see_the_step_while_it_runs(handrail, env, runbook):
    with start_counting(handrail, env, runbook) as first, Terminal([handrail, str(runbook)], (80, 24), env) as second:
        second.wait_for("running, kim")
        second.wait_for("tick 2")
        first.wait_for("passed")
        second.wait_for("passed")


def test_a_signal_leaves_the_terminal_as_it_was(handrail, env):
    for number, status in ((signal.SIGTERM, 143), (signal.SIGHUP, 129)):
        with Terminal([handrail], (80, 24), env) as terminal:
            terminal.wait_for("No incident is open")
            assert b"\x1b[?1049h" in terminal.raw, "the control: it did take the other screen"
            terminal.kill(number)
            assert terminal.wait() == status
            assert terminal.raw.rstrip().endswith(b"\x1b[?25h") or b"\x1b[?1049l" in terminal.raw
            assert b"Traceback" not in terminal.raw


def _gone(pid: int) -> bool:
    import os

    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True
