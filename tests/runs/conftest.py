"""Every test of a run gets a folder for runs, and leaves no process behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.runs import end_all


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Path]:
    """A folder whose entries are runs; what still runs at the end of the test is killed."""
    folder = tmp_path / "runs"
    folder.mkdir()
    yield folder
    end_all([path for path in folder.rglob("*") if (path / "lock").exists()])
