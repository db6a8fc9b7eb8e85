"""Watches the real record while a drill is on the screen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from handrail.drill.alarm import RealIncident, real_incidents
from widgets.dialogs.real_incident import RealIncidentScreen

if TYPE_CHECKING:
    from handrail.paths import State
    from tui.app import HandrailApp

PERIOD = 1.0


class RealAlarm:
    """Interrupts once for each real incident. `sentence` says what is open, for as long as it is."""

    def __init__(self, app: HandrailApp, state: State) -> None:
        self._app = app
        self._state = state
        self._told: set[str] = set()
        self.sentence = ""

    async def watch(self) -> None:
        """Look every second, for as long as the drill lasts."""
        while True:
            found = await asyncio.to_thread(real_incidents, self._state)
            self.sentence = _sentence(found)
            if new := [one for one in found if one.id not in self._told]:
                self._told |= {one.id for one in new}
                self._app.push_screen(RealIncidentScreen(new), self._app.leave_for)
            await asyncio.sleep(PERIOD)


def _sentence(found: tuple[RealIncident, ...]) -> str:
    if not found:
        return ""
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"REAL: {found[0].level} {found[0].title} is open{more}. q leaves the drill, then `handrail {found[0].id}`."
