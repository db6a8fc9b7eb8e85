"""Every test of a run gets a folder for runs, and leaves no process behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.runs import end_all
from support.secure_shell import NoServer, a_server


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Path]:
    """A folder whose entries are runs; what still runs at the end of the test is killed."""
    folder = tmp_path / "runs"
    folder.mkdir()
    yield folder
    end_all([path for path in folder.rglob("*") if (path / "lock").exists()])


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[list[str]]:
    """The command that logs in as this account at an ssh server on loopback, with keys of its own."""
    try:
        with a_server(tmp_path) as (login, _):
            yield login
    except NoServer as reason:
        pytest.skip(str(reason))
