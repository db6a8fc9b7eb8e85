"""Waiting inside a headless app: for a condition, never for a number of pauses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from textual.events import Key
from textual.pilot import Pilot

from tui.app import HandrailApp
from widgets.ask import Ask


async def until(pilot: Pilot[Any], predicate: Callable[[], Any], seconds: float = 30.0, what: str = "") -> Any:
    """Let the app run until `predicate` answers something true; answers that."""
    deadline = time.monotonic() + seconds
    while not (answer := predicate()):
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds} s still not so: {what or predicate}")
        await pilot.pause()
        await asyncio.sleep(0.01)
    await pilot.pause()
    return answer


async def readable(pilot: Pilot[Any]) -> None:
    """What is asked, if anything is, has been drawn: a key pressed from now on is an answer."""
    asking = pilot.app.screen.query(Ask)
    await until(pilot, lambda: not any(ask.is_early(Key("y", "y")) for ask in asking), 30.0, "the question is drawn")


async def opened(pilot: Pilot[Any]) -> None:
    """The record is open and its facts are drawn."""
    app = pilot.app
    assert isinstance(app, HandrailApp)
    await until(pilot, lambda: app.session is not None, what="the record opens")
