"""Monitors on the screen: what they will do is said before, and how far they are while they run."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desks import a_desk
from support.onscreen import on_screen

RUNBOOK = """# Broken

Look until it is back:

```sh
until [ -e back ]; do sleep 0.1; done
```

Then go on:

```sh
echo on
```
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    with a_desk(tmp_path, RUNBOOK) as made:
        yield made


async def test_a_loop_is_shown_as_a_monitor_runs_as_one_and_passes(desk, tmp_path: Path):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await console.shows("monitors every 0.1s, until it succeeds")
        await console.press("enter")
        await console.shows("not yet: exit 1")
        (tmp_path / "back").touch()
        await console.shows("passed: exit 0")
        screen = await console.shows("1 of 2")
        assert "passed" in screen
        assert desk.ended(record, "Look until it is back").verdict == "passed"
