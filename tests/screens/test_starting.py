"""Between the key that starts a step and the record of it: the screen says so, and a second key starts nothing."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from support.desks import Desk, a_desk
from support.onscreen import on_screen

from tui.app import HandrailApp

CHANGES = "# Mill\n\n```bash\n# Grind\ntouch ground\n```\n"
RUNBOOK = "# Mill\n\n```bash\n# Grind\necho ground\n```\n\n```bash\n# Sieve\necho sieved\n```\n"


@contextmanager
def somebody_writes(desk: Desk) -> Iterator[None]:
    """Another holds the store, as while it writes."""
    with Path(desk.state.lock).open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


async def test_a_second_enter_neither_runs_nor_judges_what_is_only_being_started(tmp_path: Path):
    with a_desk(tmp_path, RUNBOOK) as desk:
        record = desk.open()
        async with on_screen(desk, record) as console:
            await console.shows("enter run")
            with somebody_writes(desk):
                await console.press("enter")
                await console.shows("enter starts")
                await console.press("enter")
                await console.shows("It is being started.")
            await console.shows("enter looks right")
            (attempts,) = (state.attempts for state in desk.operator.watcher.incident(record.id).items.values())
            assert len(attempts) == 1


async def test_no_frame_after_the_yes_still_says_that_enter_runs(tmp_path: Path, monkeypatch):
    """It would run nothing any more: to who presses at once it would mean the output of the step."""
    frames: list[str] = []
    with a_desk(tmp_path, CHANGES) as desk:
        async with on_screen(desk, desk.open()) as console:
            await console.shows("enter run")
            await console.press("enter")
            await console.shows("y do it")
            display = HandrailApp._display

            def kept(app: HandrailApp, screen: Any, frame: Any) -> None:
                display(app, screen, frame)
                frames.append(console.text())

            monkeypatch.setattr(HandrailApp, "_display", kept)
            with somebody_writes(desk):
                await console.press("y")
                await console.shows("enter starts")
            await console.shows("enter looks right")
    closed = [frame for frame in frames if "y do it" not in frame]
    assert closed and not [frame for frame in closed if "enter run" in frame]
