"""A run for the widgets that show its output."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.transcripts import Output


@pytest.fixture
def output(tmp_path: Path) -> Iterator[Output]:
    """A run that is under way."""
    made = Output(tmp_path / "run", now=1_700_000_000.0)
    made.lock()
    yield made
    made.close()
