"""What lives on of a run that nobody supervises is found, ended by the ladder, and nothing else is touched."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from support.runs import belonging_to, ended, says, start, step, supervisor
from support.waiting import wait_until

from handrail.runs import orphans
from handrail.runs.tree import tree

STUBBORN = "trap '' HUP{}; echo begun; setsid sleep 300 & while :; do sleep 0.2; done"


def lost(folder: Path, ignored: str = "") -> Path:
    """A run whose supervisor was killed, and which goes on."""
    files = start(folder, STUBBORN.format(ignored))
    says(files, b"begun")
    os.kill(supervisor(files), signal.SIGKILL)
    wait_until(lambda: files.state().word == "lost", what="it is lost")
    # Between fork and exec its child still has the shell's name, and then that of `setsid`.
    wait_until(lambda: "sleep 300" in {process.command for process in tree(files)}, what="all of it is there")
    return folder


def test_all_of_it_is_found_also_what_left_its_session(runs: Path) -> None:
    files = start(runs / "other", "echo here; sleep 300")
    says(files, b"here")
    folder = lost(runs / "lost")
    # Its loop has another child five times a second: two looks may fall before and after one of them.
    wait_until(lambda: set(orphans.living(folder)) == set(belonging_to(folder)))
    assert len(orphans.living(folder)) >= 2
    assert step(files) not in orphans.living(folder)


def test_it_is_ended_and_named_and_another_run_goes_on(runs: Path) -> None:
    files = start(runs / "other", "echo here; sleep 300")
    says(files, b"here")
    folder = lost(runs / "lost")
    was, left = orphans.end(folder)
    assert any(name.endswith(" bash") for name in was) and any(name.endswith(" sleep") for name in was)
    assert left == () and belonging_to(folder) == []
    assert files.state().word == "running"


def test_what_ignores_int_and_term_is_killed(runs: Path) -> None:
    folder = lost(runs / "lost", " INT TERM")
    assert orphans.end(folder)[1] == ()
    assert belonging_to(folder) == []


def test_of_a_run_that_is_over_nothing_is_found(runs: Path) -> None:
    files = start(runs / "run", "true")
    ended(files)
    assert orphans.living(runs / "run") == () and orphans.end(runs / "run") == ((), ())
