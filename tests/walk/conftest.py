"""A state folder of its own for each test, and the installed command."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.installed import HANDRAIL, command, own
from support.runs import end_below


@pytest.fixture
def handrail() -> str:
    return command()


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment in which Handrail touches only `tmp_path`; its practice world is stopped at the end."""
    made = own(tmp_path)
    yield made
    if HANDRAIL.exists():
        subprocess.run(
            [HANDRAIL, "drill", "--stop"], env={**made, "PATH": "/usr/bin:/bin"}, capture_output=True, check=False
        )


@pytest.fixture(autouse=True)
def _nothing_runs_on(tmp_path: Path) -> Iterator[None]:
    yield
    end_below(tmp_path)
