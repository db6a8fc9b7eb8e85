"""One person types at a time, by name; after half a minute of silence another may."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.runs import ended, says, start
from support.waiting import wait_until

from handrail.runs.control import claim, end_input, release, type_in
from handrail.runs.supervision.lease import SILENT_FOR, Lease


def test_it_is_taken_after_half_a_minute_of_silence_and_not_before() -> None:
    lease = Lease()
    assert lease.take("mara", 100.0)
    assert not lease.take("ade", 129.9)
    assert lease.take("mara", 129.9), "who has it goes on having it"
    assert not lease.take("ade", 129.9 + SILENT_FOR - 0.1)
    assert lease.take("ade", 129.9 + SILENT_FOR)
    assert not lease.take("mara", 170.0) and lease.holder == "ade"


def test_it_is_given_back_by_whoever_has_it_only() -> None:
    lease = Lease()
    lease.take("mara", 0.0)
    assert not lease.give_back("ade") and not lease.take("ade", 1.0)
    assert lease.give_back("mara") and lease.take("ade", 1.0)


def test_two_cannot_type_into_one_step(runs: Path) -> None:
    files = start(runs / "run", "while read -r line; do echo \"got $line\"; done")
    wait_until(lambda: files.state().word == "running")
    assert files.state().typist == ""
    assert wait_until(lambda: claim(files.folder, "mara"))
    assert not claim(files.folder, "ade") and not type_in(files.folder, b"ade's\n", "ade")
    assert not end_input(files.folder, "ade")
    assert type_in(files.folder, b"mara's\n", "mara")
    says(files, b"got mara's")
    state = files.state()
    assert state.typist == "mara" and state.typist_silent < 5
    later = files.state(None, datetime.now(UTC) + timedelta(seconds=31))
    assert later.typist_silent > SILENT_FOR
    assert not release(files.folder, "ade") and release(files.folder, "mara")
    assert files.state().typist == ""
    assert type_in(files.folder, b"ade's\n", "ade")
    says(files, b"got ade's")
    assert end_input(files.folder, "ade")
    assert ended(files).exit == 0
    assert [answer.by for answer in files.answers()] == ["mara", "ade", "ade"]


@pytest.mark.nightly
def test_it_is_really_half_a_minute(runs: Path) -> None:
    files = start(runs / "run", "read -r line; echo \"got $line\"")
    wait_until(lambda: claim(files.folder, "mara"))
    began = time.monotonic()
    wait_until(lambda: type_in(files.folder, b"ade's\n", "ade"), 60)
    assert SILENT_FOR - 1 < time.monotonic() - began < SILENT_FOR + 5
    assert ended(files).exit == 0 and files.output().endswith(b"got ade's\n")
