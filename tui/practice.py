"""The faults of a practice world, as the palette offers them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from widgets import look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from handrail.drill.world import World
    from tui.app import HandrailApp


def fault_offers(app: HandrailApp) -> Iterator[tuple[str, str, Callable[[], None]]]:
    """Name, sentence and act of each; none outside a drill."""
    world = app.session.start.drill if app.session else None
    if world is None:
        return
    for name, sentence in world.faults().items():
        yield f"fault: {name}", sentence, partial(_inject, app, world, name)
    yield "fault: clear all", "Make the practice world well again", partial(_clear, app, world)


def _inject(app: HandrailApp, world: World, name: str) -> None:
    world.inject(name)
    app.places.acting.say(f"Fault injected: {name}. Watch the lamps.", look.QUIET)


def _clear(app: HandrailApp, world: World) -> None:
    world.clear()
    app.places.acting.say("The practice world is well again.", look.QUIET)
