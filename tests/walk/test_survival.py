"""A step goes on when its console is gone, and whoever looks next sees how it ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from support.gate import Gate
from support.meanwhile import past_it
from support.terminal import Terminal
from support.waiting import wait_until

from handrail.paths import State

RUNBOOK = """# Slow things

## Wait a little

```bash
# Step 1: Count slowly
for n in 1 2 3; do echo "tick $n"; [ $n != 1 ] || cat gate; done
printf '{"%s": true}\\n' "counted"
# Expected: {"counted": true}
```
"""


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """The step goes on when it is opened."""
    return Gate(tmp_path / "gate")


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
def test_the_step_ends_by_itself_and_the_next_console_shows_it(loss, handrail, env, runbook, gate):
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
    gate.open()
    run = wait_until(lambda: next((Path(env["HANDRAIL_STATE"]) / "runs").glob("*/*/exit.json"), None),
                     what="the step ends without a console")
    assert b'{"counted": true}' in (run.parent / "out").read_bytes()
    with Terminal([handrail, str(runbook)], (80, 24), env) as again:
        past_it(again, lambda text: all(words in text for words in ("passed", "tick 3", "1 of 1")))


def test_a_stopped_console_holds_nothing_up_and_the_end_is_taken_in_once(handrail, env, runbook, gate):
    """Two others look at once when the step has ended, and the stopped one as soon as it goes on."""
    state = Path(env["HANDRAIL_STATE"])
    with start_counting(handrail, env, runbook) as first:
        first.kill(signal.SIGSTOP)
        gate.open()
        wait_until(lambda: next((state / "runs").glob("*/*/exit.json"), None), 30, "the step ends all the same")
        with Terminal([handrail, str(runbook)], (80, 24), env) as one, \
                Terminal([handrail, str(runbook)], (80, 24), env) as two:
            past_it(one, "tick 3")
            past_it(two, "tick 3")
            first.kill(signal.SIGCONT)
            first.wait_for("passed", 30)
            (record,) = State(state).active.glob("*.json")
            assert record.read_text().count('"step_finished"') == 1


def test_the_end_of_tmux_is_not_the_end_of_the_step(handrail, env, runbook, gate, tmp_path: Path):
    if not shutil.which("tmux"):
        pytest.skip("tmux is not installed here")
    tmux = ["tmux", "-S", str(tmp_path / "tmux.sock"), "-f", "/dev/null"]
    state = Path(env["HANDRAIL_STATE"])

    def shows(text: str) -> None:
        wait_until(lambda: text in subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, text=True,
                                                  check=False).stdout, 30, text)
    subprocess.run([*tmux, "new-session", "-d", "-x", "80", "-y", "24", handrail, str(runbook)],
                   env={**os.environ, **env}, check=True)
    try:
        shows("enter run")
        subprocess.run([*tmux, "send-keys", "Enter"], check=True)
        shows("tick 1")
    finally:
        subprocess.run([*tmux, "kill-server"], check=True)
    gate.open()
    run = wait_until(lambda: next((state / "runs").glob("*/*/exit.json"), None), 30, "the step ends without a console")
    assert (run.parent / "out").read_bytes().startswith(b"tick 1\ntick 2\ntick 3\n")
    with Terminal([handrail, str(runbook)], (80, 24), env) as again:
        past_it(again, "tick 3")


def test_a_second_console_and_the_wall_see_the_step_while_it_runs(handrail, env, runbook, gate):
    with start_counting(handrail, env, runbook) as first, Terminal([handrail, str(runbook)], (80, 24), env) as second:
        second.wait_for("running, kim")
        second.wait_for("tick 1")
        gate.open()
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
