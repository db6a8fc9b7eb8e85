"""The installed command and a state folder of its own, for screens that are tried in a real terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.installed import command, own


@pytest.fixture
def handrail() -> str:
    return command()


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return own(tmp_path)
