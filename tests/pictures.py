"""Makes the README's pictures from the running program: `python tests/pictures.py` walks a drill and saves what it saw.

The practice world, its fault, its steps and their output are real; only the size is chosen.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from support.pilots import readable, until
from textual.app import App
from textual.pilot import Pilot

from handrail.clock import SystemClock
from handrail.drill import world as worlds
from handrail.incident.events import Actor
from handrail.operator.operator import Operator
from handrail.paths import State
from handrail.watcher import Watcher
from tui.app import HandrailApp
from tui.start import ConsoleStart, Opener, Session
from tui.wall_app import WallApp

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
SIZE = (120, 36)


def save(app: App[Any], name: str) -> None:
    """The screen as SVG, without the web fonts that the template would load from elsewhere."""
    svg = re.sub(r"@font-face\s*\{.*?\}", "", app.export_screenshot(title="handrail"), flags=re.S)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.svg").write_text(svg, "utf-8")
    print(f"{FOLDER / name}.svg")


async def press(pilot: Pilot[Any], *keys: str) -> None:
    for key in keys:
        await readable(pilot)
        await pilot.press(key)
        await pilot.pause()


async def walk(world: worlds.World) -> None:
    """From the bad lamp to the verified kill switch."""
    state = State(world.state)
    state.make()
    operator = Operator(state, (world.pack,), SystemClock(), Actor("kim", host="edge-3"), prefix="DRILL")
    app = HandrailApp(Opener(state.root, lambda: Session(operator, ConsoleStart(drill=world)), drill=True))
    async with app.run_test(size=SIZE) as pilot:
        watcher = operator.watcher

        def lamp(word: str) -> Callable[[], bool]:
            return lambda: any(lamp.word == word for lamp in watcher.now().lamps)

        await until(pilot, lambda: app.session is not None and len(watcher.now().lamps) >= 5)
        await until(pilot, lambda: all(lamp.word == "OK" for lamp in watcher.now().lamps), 20)
        world.inject("gmail-compromise")
        await until(pilot, lamp("CRIT"), 20)
        await press(pilot, "d")
        await press(pilot, "enter", "enter")
        await until(pilot, lambda: bool(watcher.now().cards))
        await press(pilot, "a")
        await press(pilot, "y")
        await until(pilot, lambda: watcher.now().cards[0].incident.holder == "kim")
        await press(pilot, "enter")  # evidence comes first: harm goes on
        await press(pilot, "2", "enter")
        await until(pilot, lambda: bool(watcher.now().cards[0].incident.waivers))
        await pilot.pause(0.3)
        await press(pilot, "y")
        await until(pilot, lambda: watcher.now().cards[0].done == 1)
        await press(pilot, "enter")
        await until(pilot, lambda: "step_seen" in {event.kind for event in watcher.now().cards[0].incident.events})
        await press(pilot, "enter")
        await press(pilot, *"revoke")
        await press(pilot, "enter")
        await until(pilot, lambda: watcher.now().cards[0].done == 2)
        await press(pilot, "enter")
        await press(pilot, "enter")
        await until(pilot, lambda: watcher.now().cards[0].done == 3)
        save(app, "incident")
        await press(pilot, "1")
        await until(pilot, lambda: app.screen.id != "")
        save(app, "watch")
        await show_wall(world)
    operator.close()


async def show_wall(world: worlds.World) -> None:
    watcher = Watcher(State(world.state), (world.pack,), SystemClock())
    app = WallApp(watcher, locked=False)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: bool(watcher.now().cards) and len(watcher.now().lamps) >= 5)
        await pilot.pause(1.1)
        save(app, "wall")
    watcher.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "drill"
        world = worlds.start("alwaysclaw", root)
        os.environ["HOME"] = str(root / "home")  # where its steps live, so that no folder of this machine is drawn
        try:
            asyncio.run(walk(world))
        finally:
            worlds.stop(root)


if __name__ == "__main__":
    main()
