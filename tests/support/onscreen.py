"""A console on a real desk, headless: what a person would read on it, and keys that wait for what they should bring."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from support.desks import Desk
from support.pilots import opened, readable, until
from textual.pilot import Pilot

from handrail.incident.incident import Incident
from tui.app import HandrailApp
from tui.start import ConsoleStart, Opener, Session

SECONDS = 30.0


class OnScreen:
    """A pilot that reads the whole screen as text."""

    def __init__(self, pilot: Pilot[Any], desk: Desk) -> None:
        self.pilot, self.desk = pilot, desk
        self.operator = desk.operator

    def text(self) -> str:
        """The screen as lines."""
        strips = self.pilot.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    async def shows(self, wanted: str | Callable[[str], object]) -> str:
        """Wait until the screen shows `wanted`, a text or a predicate over the screen; answers the screen."""
        found = wanted if callable(wanted) else lambda text: wanted in text
        try:
            await until(self.pilot, lambda: found(self.text()), SECONDS)
        except AssertionError as error:
            raise AssertionError(f"the screen does not show {wanted!r}:\n{self.text()}") from error
        return self.text()

    async def press(self, *keys: str) -> None:
        for key in keys:
            await readable(self.pilot)
            await self.pilot.press(key)
            await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type letters and digits; other characters by their key's name."""
        await self.press(*({" ": "space", "/": "slash", "-": "minus", ".": "full_stop", "_": "underscore"}.get(c, c)
                           for c in text))

    async def goes_to(self, key: str) -> None:
        """Put the cursor of the checklist on a row."""
        from widgets.checklist_view import ChecklistView

        steps = self.pilot.app.screen.query_one(ChecklistView)
        await until(self.pilot, lambda: any(row.key == key for row in steps.rows), SECONDS, f"a row {key}")
        steps.go(key)
        await until(self.pilot, lambda: steps.cursor == key, SECONDS)


@contextlib.asynccontextmanager
async def on_screen(desk: Desk, record: Incident | None = None, *, size: tuple[int, int] = (80, 24),
                    start: ConsoleStart | None = None) -> AsyncIterator[OnScreen]:
    """The console of `desk`, on a record or on the Watch screen. The desk outlives it."""
    begin = start or ConsoleStart(incident=record.id if record else None)
    app = HandrailApp(Opener(Path(desk.state.root), lambda: Session(desk.operator, begin)))
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        yield OnScreen(pilot, desk)
