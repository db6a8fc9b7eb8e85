"""The installed command, and an environment in which it touches nothing of the person who runs the tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HANDRAIL = Path(sys.executable).parent / "handrail"


def command() -> str:
    """Where it is; the test is skipped where it is not installed."""
    if not HANDRAIL.exists():
        pytest.skip(f"the command is not installed beside {sys.executable}")
    return str(HANDRAIL)


def own(folder: Path) -> dict[str, str]:
    """What makes it keep all that it writes below `folder`; kim is at the keys."""
    return {"HANDRAIL_STATE": str(folder / "state"), "HANDRAIL_ACTOR": "kim", "XDG_STATE_HOME": str(folder / "home"),
            "XDG_CONFIG_HOME": str(folder / "config"), "HOME": str(folder), "TZ": "UTC"}
