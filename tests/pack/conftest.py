from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from handrail.pack import pack
from handrail.pack.pack import Pack

SMALLEST = 'name = "Small"\n[scheme.P1]\nrank = 1\n'


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Write a handrail.toml (and Markdown files by name) and give its folder."""

    def write(text: str, **runbooks: str) -> Path:
        (tmp_path / "handrail.toml").write_text(text, "utf-8")
        for name, body in runbooks.items():
            (tmp_path / f"{name}.md").write_text(body, "utf-8")
        return tmp_path

    return write


@pytest.fixture
def loaded(written: Callable[..., Path]) -> Callable[..., Pack]:
    """Load the smallest pack with `more` after it."""
    return lambda more="", **runbooks: pack.load(written(SMALLEST + more, **runbooks))
