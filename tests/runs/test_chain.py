"""A chain runs on though nobody looks: step after step, up to the first that fails, a stop, or its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.runs import end_all, says, step, supervisor
from support.waiting import wait_until

from handrail.runs.chain import ChainState, Link, Wanted, chain_state, launch_chain, stop_chain
from handrail.runs.control import stop
from handrail.runs.launch import RunSpec
from handrail.runs.record import RunFiles


class Chain:
    """A chain of scripts in a folder; run n is called `n`."""

    def __init__(self, folder: Path, *scripts: str, go_on: bool = False, wanted: dict[int, Wanted] | None = None,
                 shell: str = "") -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.links = [Link(RunSpec(folder=folder / str(n), script=script, cwd=folder, shell=shell),
                           (wanted or {}).get(n), f"step {n}") for n, script in enumerate(scripts, 1)]
        self.began = datetime.now(UTC)
        launch_chain(folder / "chain", self.links, go_on=go_on)

    def files(self, n: int) -> RunFiles:
        return RunFiles(self.folder / str(n))

    def state(self) -> ChainState:
        return chain_state(self.folder / "chain", self.began, datetime.now(UTC))

    def over(self) -> ChainState:
        return wait_until(lambda: (state := self.state()).over and state, 30, "the chain is over")

    def ran(self) -> list[int]:
        return [n for n in range(1, len(self.links) + 1) if self.files(n).exists]

    def outputs(self) -> list[bytes]:
        return [self.files(n).output() for n in self.ran()]


def test_each_step_continues_where_the_last_one_left(runs: Path) -> None:
    chain = Chain(runs, "X=5; cd /; f() { echo f$X; }", "echo $X $PWD; f", "echo third; X=6", "echo $X")
    assert chain.over() == ChainState("ended", "all 4 ran")
    assert chain.outputs() == [b"", b"5 /\nf5\n", b"third\n", b"6\n"]


@pytest.mark.parametrize("bad, wanted, why", [
    ("exit 3", None, "step 2 ended: failed, exit 3"),
    ("echo down", Wanted("text", "up"), 'step 2 ended: failed, the output does not say "up"'),
    ("echo 1 2", Wanted("number", "> 0"),
     "step 2 ended: inconclusive, the output holds 2 numbers, and which one is meant is not said"),
])
def test_it_ends_with_the_first_that_does_not_succeed(runs: Path, bad: str, wanted: Wanted | None, why: str) -> None:
    chain = Chain(runs, "echo one", bad, "echo three", wanted={2: wanted} if wanted else None)
    assert chain.over().why == why
    assert chain.ran() == [1, 2]


def test_what_is_expected_and_holds_lets_it_go_on(runs: Path) -> None:
    chain = Chain(runs, "echo up", "echo two", wanted={1: Wanted("text", "up")})
    assert (chain.over().why, chain.ran()) == ("all 2 ran", [1, 2])


def test_containment_goes_on_past_a_failure_and_says_so(runs: Path) -> None:
    chain = Chain(runs, "exit 3", "/nowhere/at-all", "echo three", go_on=True)
    assert (chain.over().why, chain.ran()) == ("all 3 ran, 2 without success", [1, 2, 3])


@pytest.mark.parametrize("go_on", [False, True])
def test_a_stopped_step_ends_it_though_failures_are_passed_over(runs: Path, go_on: bool) -> None:
    chain = Chain(runs, "echo ready; sleep 100", "echo two", go_on=go_on)
    says(chain.files(1), b"ready")
    assert stop(chain.files(1).folder, "mara")
    assert (chain.over().why, chain.ran()) == ("step 1 ended: stopped, by mara", [1])


def test_a_stopped_chain_lets_its_step_end_and_begins_no_other(runs: Path) -> None:
    chain = Chain(runs, "echo ready; while [ ! -e go ]; do sleep 0.02; done; echo done", "echo two")
    says(chain.files(1), b"ready")
    stop_chain(runs / "chain", "mara")
    (runs / "go").touch()
    assert (chain.over().why, chain.outputs()) == ("mara stopped it before step 2", [b"ready\ndone\n"])
    assert not (runs / ".chain.stop").exists()


def test_a_chain_stopped_before_its_birth_runs_nothing(runs: Path) -> None:
    stop_chain(runs / "chain", "mara")
    chain = Chain(runs, "echo one")
    assert (chain.over().why, chain.ran()) == ("mara stopped it before step 1", [])


def test_a_chain_outlives_whoever_began_it(runs: Path) -> None:
    """Killed with -9 the moment it has handed the chain over."""
    code = (f"import os, signal, sys\nsys.path[:0] = {sys.path!r}\nfrom pathlib import Path\n"
            "from handrail.runs.chain import Link, launch_chain\nfrom handrail.runs.launch import RunSpec\n"
            f"at = Path({str(runs)!r})\n"
            "launch_chain(at / 'chain', [Link(RunSpec(folder=at / str(n), script=f'sleep 0.2; seq {n}000', cwd=at))"
            " for n in (1, 2, 3)], go_on=False)\nos.kill(os.getpid(), signal.SIGKILL)\n")
    began = datetime.now(UTC)
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    assert process.wait() == -signal.SIGKILL
    state = wait_until(lambda: (now := chain_state(runs / "chain", began, datetime.now(UTC))).over and now, 30)
    assert state == ChainState("ended", "all 3 ran")
    assert [RunFiles(runs / str(n)).state().output_lines for n in (1, 2, 3)] == [1000, 2000, 3000]


def test_a_killed_conductor_is_lost_and_its_step_runs_on(runs: Path) -> None:
    chain = Chain(runs, "echo ready; while [ ! -e go ]; do sleep 0.02; done; echo done", "echo two")
    says(chain.files(1), b"ready")
    os.kill(_conductor(runs / "chain"), signal.SIGKILL)
    assert wait_until(lambda: chain.state().over and chain.state()) == ChainState(
        "lost", "what ran it is gone; no further step begins")
    (runs / "go").touch()
    wait_until(lambda: chain.files(1).state().word == "ended")
    assert chain.ran() == [1]


def test_a_lost_step_ends_the_chain(runs: Path) -> None:
    chain = Chain(runs, "echo ready; sleep 100", "echo two")
    says(chain.files(1), b"ready")
    os.kill(supervisor(chain.files(1)), signal.SIGKILL)
    assert chain.over().why.startswith("step 1 ended: lost")
    assert chain.ran() == [1]
    end_all([chain.files(1).folder])


def test_a_chain_that_nobody_came_to_run(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    assert chain_state(tmp_path / "none", now, now).word == "starting"
    late = chain_state(tmp_path / "none", datetime.fromtimestamp(now.timestamp() - 11, UTC), now)
    assert (late.word, late.over) == ("did not start", True)


def test_its_next_step_begins_soon_after_the_last(runs: Path) -> None:
    chain = Chain(runs, "true", "true", "true")
    chain.over()
    assert step(chain.files(3)) > 0
    assert time.time() - chain.began.timestamp() < 20


def _conductor(folder: Path) -> int:
    """Who holds the chain's lock."""
    wait_until((folder / "lock").exists)
    inode = (folder / "lock").stat().st_ino
    for line in Path("/proc/locks").read_text().splitlines():
        if line.split()[5].rpartition(":")[2] == str(inode):
            return int(line.split()[4])
    raise AssertionError("nobody holds the lock of the chain")
