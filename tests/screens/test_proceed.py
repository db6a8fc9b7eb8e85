"""Proceeding through a section on the screen: all commands shown, one yes, and what runs goes on by itself."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from support.desks import a_desk, done
from support.onscreen import on_screen

RUNBOOK = """# Broken

## Contain

Take the first look:

```sh
for n in 1; do
  cat waiting
done
```

Stop the service:

```sh
touch stopped
```

Look again:

```sh
echo three
```

Remove the cache:

```sh
rm -rf cache
```
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    os.mkfifo(tmp_path / "waiting")
    with a_desk(tmp_path, RUNBOOK) as made:
        yield made


async def test_p_shows_every_command_and_where_it_ends_and_y_runs_them(desk, tmp_path: Path):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await console.shows("Take the first look")
        await console.press("p")
        asked = await console.shows("PROCEED, 1 CHANGE 3 steps of Contain, one after another")
        for line in ("1 reads    $ for n in 1; do", "  cat waiting", "done", "2 CHANGES  $ touch stopped",
                     "3 reads    $ echo three",
                     "ends with the first that fails", "ends before step 4: DESTROYS, and is typed for by itself"):
            assert line in asked, line
        assert "rm -rf" not in asked.partition("PROCEED")[2]
        await console.press("y")
        await console.shows("queued, chain of kim")
        await console.shows("running, kim")
        await asyncio.to_thread((tmp_path / "waiting").write_text, "go\n")
        screen = await console.shows("3 of 4")
        assert (tmp_path / "stopped").exists()
        assert screen.count("you judge") >= 3


async def test_x_on_a_queued_step_stops_the_chain_before_it(desk, tmp_path: Path):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await console.shows("Take the first look")
        await console.press("p")
        await console.shows("PROCEED")
        await console.press("y")
        await console.shows("running, kim")
        await console.goes_to(desk.key(record, "Look again"))
        await console.press("x")
        await console.shows("STOP the chain of kim before 2 steps")
        await console.press("y")
        await console.shows("The chain ends with the step that runs now.")
        await asyncio.to_thread((tmp_path / "waiting").write_text, "go\n")
        await console.shows("1 of 4")
        assert not (tmp_path / "stopped").exists()


async def test_p_at_a_step_for_a_person_says_why_nothing_runs(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await console.goes_to(desk.key(record, "Remove the cache"))
        await console.press("p")
        await console.shows("Step 4: DESTROYS, and is typed for")


async def test_a_proceed_whose_steps_somebody_else_begins_closes_itself(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await console.shows("Take the first look")
        await console.press("p")
        await console.shows("PROCEED")
        key = desk.key(record, "Take the first look")
        done(desk.operator.start_step(record.id, key, desk.consent(record, key)))
        await console.shows("Nothing was run.")
