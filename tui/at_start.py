"""What a console says by itself when it has opened: where this host cannot hold what it promises."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from handrail.paths import State
from screens.base import ActingScreen
from widgets import look

if TYPE_CHECKING:
    from textual.app import App

    from handrail.operator import Operator


async def at_start(app: App[int], operator: Operator) -> None:
    """Look in a thread; say what there is to say on the screen that is on then."""
    if not isinstance(operator.state, State):
        return
    await say_limits(app, operator.state)


async def say_limits(app: App[int], state: State) -> None:
    """One calm line about the worst that would end steps or lose the record; nothing when all is well."""
    sentence, bad = await asyncio.to_thread(_limits, state)
    screen = app.screen
    if sentence and isinstance(screen, ActingScreen) and screen.is_silent():
        screen.say(sentence, look.WARN if bad else look.QUIET)


def _limits(state: State) -> tuple[str, bool]:
    from handrail.doctor.examine import where_it_cannot_hold, worst

    found = worst(where_it_cannot_hold(state))
    return (f"{found.says} handrail doctor says what mends it.", found.word == "bad") if found else ("", False)
