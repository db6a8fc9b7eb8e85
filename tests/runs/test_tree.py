"""What `x` shows before it ends anything: the processes of the run."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from support.runs import ended, says, start, supervisor
from support.waiting import wait_until

from handrail.runs.record import RunFiles
from handrail.runs.tree import tree


def test_the_processes_of_a_run(runs: Path) -> None:
    script = "(setsid sleep 61 &); sleep 62 & sh -c 'kill -STOP $$' & echo ready; while :; do :; done"
    files = start(runs / "run", script)
    says(files, b"ready")
    wait_until(lambda: len(tree(files)) == 4 and "stopped" in {process.doing for process in tree(files)})
    # Between fork and exec the children still have the shell's name.
    wait_until(lambda: {("sleep 61", "waiting"), ("sleep 62", "waiting")} <= {
        (process.command, process.doing) for process in tree(files)})
    wait_until(lambda: tree(files)[0].cpu > 0)
    found = {process.command: process for process in tree(files)}
    assert (found["sleep 61"].depth, found["sleep 62"].depth) == (0, 1)
    assert found["sleep 62"].ours
    step = tree(files)[0]
    assert (step.name, step.depth, step.pid, step.doing) == ("bash", 0, files.state().pid, "running")


def test_no_processes(runs: Path) -> None:
    assert tree(RunFiles(runs / "never")) == ()
    files = start(runs / "run", "true")
    ended(files)
    assert tree(files) == ()


def test_the_processes_of_a_lost_run(runs: Path) -> None:
    files = start(runs / "run", "trap '' HUP; echo ready; sleep 60")
    says(files, b"ready")
    os.kill(supervisor(files), signal.SIGKILL)
    wait_until(lambda: files.state().word == "lost")
    # Between fork and exec the child still has the shell's name.
    wait_until(lambda: [process.name for process in tree(files)] == ["bash", "sleep"])


def test_what_each_process_waits_for(runs: Path) -> None:
    script = "sleep 61 | cat & (exec 9>lock; flock 9; flock lock sleep 60) & echo ready; read answer"
    files = start(runs / "run", script)
    says(files, b"ready")

    def waits() -> dict[str, str]:
        return {process.command: process.waits_for for process in tree(files)}

    wait_until(lambda: {"sleep 61", "cat", "flock lock sleep 60"} <= set(waits()), 30)
    wait_until(lambda: (waits()["sleep 61"], waits()["cat"]) == ("the clock", "a pipe"), 30, f"{waits()}")
    wait_until(lambda: waits().get("flock lock sleep 60") == "a lock", 30, f"{waits()}")
    wait_until(lambda: tree(files)[0].waits_for == "a key press", 30, f"{tree(files)}")
