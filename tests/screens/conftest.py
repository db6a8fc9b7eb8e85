"""The installed command and a state folder of its own, for screens that are tried in a real terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HANDRAIL = str(Path(sys.executable).parent / "handrail")


@pytest.fixture
def handrail() -> str:
    if not Path(HANDRAIL).exists():
        pytest.skip(f"the command is not installed beside {sys.executable}")
    return HANDRAIL


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {
        "HANDRAIL_STATE": str(tmp_path / "state"), "HANDRAIL_ACTOR": "kim", "XDG_STATE_HOME": str(tmp_path / "home"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"), "HOME": str(tmp_path), "TZ": "UTC",
    }
