"""A state folder of its own for each test, and the installed command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.runs import end_below

HANDRAIL = str(Path(sys.executable).parent / "handrail")


@pytest.fixture
def handrail() -> str:
    if not Path(HANDRAIL).exists():
        pytest.skip(f"the command is not installed beside {sys.executable}")
    return HANDRAIL


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment in which Handrail touches only `tmp_path`; its practice world is stopped at the end."""
    made = {
        "HANDRAIL_STATE": str(tmp_path / "state"),
        "HANDRAIL_ACTOR": "kim",
        "XDG_STATE_HOME": str(tmp_path / "home"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "HOME": str(tmp_path),
        "TZ": "UTC",
    }
    yield made
    if Path(HANDRAIL).exists():
        subprocess.run(
            [HANDRAIL, "drill", "--stop"], env={**made, "PATH": "/usr/bin:/bin"}, capture_output=True, check=False
        )


@pytest.fixture(autouse=True)
def _nothing_runs_on(tmp_path: Path) -> Iterator[None]:
    yield
    end_below(tmp_path)
