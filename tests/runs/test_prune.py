"""Old output goes back to the disk by age and by size, and only where nobody can miss it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from support.runs import run, says, start

from handrail.runs.prune import AGE, SIZE, give_back, low_disk, mark_exported, old
from handrail.runs.record import RunFiles
from handrail.runs.transcript import Transcript

DAY = 24 * 3600.0


def made(runs: Path, incident: str, name: str, days: float = 0.0, kilobytes: int = 64) -> RunFiles:
    """A run that ended `days` ago and wrote so much."""
    folder = runs / incident / name
    run(folder, f"head -c {kilobytes * 1024} /dev/zero | tr '\\0' x")
    then = time.time() - days * DAY
    os.utime(folder / "exit.json", (then, then))
    return RunFiles(folder)


def prune(runs: Path, now: float, *, age: float = AGE, size: int = SIZE) -> int:
    """Give back all that may go; how many bytes that were."""
    return sum(one.bytes for one in old(runs, closed, now, age=age, size=size) if give_back(one, now))


def closed(id: str) -> bool:
    return id != "open"


def test_what_is_older_than_the_limit_goes_and_how_it_ended_stays(runs: Path) -> None:
    ancient, young = made(runs, "one", "old", 91), made(runs, "one", "young", 89)
    mark_exported(runs / "one", ["old", "young"])
    assert prune(runs, time.time()) >= 64 * 1024
    assert ancient.output() == b"" and len(young.output()) == 64 * 1024
    state = ancient.state()
    assert (state.word, state.exit) == ("ended", 0)
    assert state.error.startswith("its output was given back to the disk on ")
    assert ancient.meta() is not None
    transcript = Transcript(ancient.folder)
    transcript.refresh()
    assert transcript.error.startswith("Its output was given back to the disk on ") and "export" in transcript.error
    assert prune(runs, time.time()) == 0


def test_the_oldest_go_until_the_rest_has_room(runs: Path) -> None:
    files = [made(runs, "one", f"n{days}", days) for days in (1, 2, 3, 4)]
    mark_exported(runs / "one", ["n1", "n2"])
    mark_exported(runs / "one", ["n3", "n4"])
    assert prune(runs, time.time(), size=160 * 1024) > 0
    assert [bool(each.output()) for each in files] == [True, True, False, False]


@pytest.mark.parametrize("incident, exported", [("open", True), ("one", False)])
def test_what_is_open_or_was_never_exported_stays_however_old(runs: Path, incident: str, exported: bool) -> None:
    files = made(runs, incident, "old", 1000)
    if exported:
        mark_exported(runs / incident, ["old"])
    assert prune(runs, time.time(), size=0) == 0
    assert files.output()


def test_what_ended_after_the_export_stays_and_a_mark_leads_nowhere_else(runs: Path) -> None:
    before, after, beside = made(runs, "one", "before", 100), made(runs, "one", "after", 99), made(runs, "two", "x", 99)
    mark_exported(runs / "one", ["before", "../two/x", "..", "", "gone"])
    assert prune(runs, time.time()) > 0
    assert not before.output() and after.output() and beside.output()


def test_what_still_runs_stays(runs: Path) -> None:
    files = start(runs / "one" / "lives", "echo ready; sleep 100")
    says(files, b"ready")
    background = start(runs / "one" / "background", "sleep 100 & echo begun")
    says(background, b"begun")
    mark_exported(runs / "one", ["lives", "background"])
    assert prune(runs, time.time() + 1000 * DAY, size=0) == 0
    assert files.output() and background.output()


def test_little_room_is_said_with_the_figure_and_enough_is_not(tmp_path: Path) -> None:
    assert low_disk(tmp_path, least=1) == ""
    said = low_disk(tmp_path, least=1 << 62)
    assert said.startswith("Only ") and f" MB are free at {tmp_path}: clear some" in said
    assert low_disk(tmp_path / "nowhere") == ""
