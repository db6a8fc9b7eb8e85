"""A full disk stops no step, loses no exit status, and the gap is told."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import small_disks
from support.runs import ended, holds, run, says, start
from support.waiting import wait_until

from handrail.runs.launch import RunSpec, launch
from handrail.runs.record import RunFiles

SIZE = 400 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 400 KB."""
    with small_disks.small_disk(tmp_path / "disk", SIZE) as disk:
        yield disk


def test_the_end_is_told_on_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    """The step writes ten times what fits: it runs to its own end, and its exit status is kept."""
    state, output = run(small_disk / "run", f"head -c {SIZE * 10} /dev/zero | tr '\\0' x; exit 42", cwd=tmp_path)
    assert (state.word, state.exit) == ("ended", 42)
    assert state.error == "No space left on device"
    assert 0 < len(output) < SIZE and set(output) == {ord("x")}
    assert not state.captured  # env.sh had no room either, and it is said


def test_a_disk_that_is_full_from_others_loses_no_exit_status(small_disk: Path, tmp_path: Path) -> None:
    files = start(small_disk / "run", "echo begun; while [ ! -e go ]; do sleep 0.01; done; echo lost; exit 9",
                  cwd=tmp_path)
    says(files, b"begun")
    with (small_disk / "other").open("wb", buffering=0) as other, pytest.raises(OSError):
        while True:
            other.write(b"o" * 4096)
    (tmp_path / "go").touch()
    state = ended(files)
    assert (state.word, state.exit) == ("ended", 9)


def test_output_goes_on_after_the_disk_was_full_and_the_gap_is_told(small_disk: Path, tmp_path: Path) -> None:
    script = (f"head -c {SIZE * 2} /dev/zero | tr '\\0' x; touch full; while [ ! -e go ]; do sleep 0.01; done;"
              "echo after")
    files = start(small_disk / "run", script, cwd=tmp_path)
    wait_until(lambda: (tmp_path / "full").exists())
    wait_until(lambda: files.state().silent > 0.2 and files.state().output_bytes > 0)
    out = small_disk / "run" / "out"
    with out.open("r+b") as file:  # someone makes room by punching away what is old
        subprocess.run(["fallocate", "--punch-hole", "--offset", "0", "--length", "200000", file.name], check=True)
    (tmp_path / "go").touch()
    assert ended(files).exit == 0
    tail = files.tail(200)
    assert b"bytes were not kept: No space left on device]\n" in tail and tail.endswith(b"after\n")


def test_a_limit_on_file_sizes_is_survived(runs: Path) -> None:
    """Where nothing can be mounted: the same refusal by RLIMIT_FSIZE, which the supervisor inherits."""
    limit = 64 * 1024
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    files = RunFiles(runs / "run")
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        start(files.folder, "head -c 300000 /dev/zero | tr '\\0' x; exit 42")
        wait_until(lambda: files.exists)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    state = ended(files)
    assert (state.word, state.exit, state.error, state.output_bytes) == ("ended", 42, "File too large", limit)


def test_a_folder_that_cannot_be_made_is_a_run_that_did_not_start(tmp_path: Path) -> None:
    """Nothing can be recorded where nothing can be written; so nothing is run."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    ran = tmp_path / "ran"
    launch(RunSpec(folder=blocked / "INC" / "run", script=f"touch {ran}", cwd=tmp_path))
    assert not holds(ran.exists, 0.5)
    assert RunFiles(blocked / "INC" / "run").state().word == "starting"
