"""A headless console on a pack of which a lamp has turned bad."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from support.pilots import opened, until
from textual.pilot import Pilot

from handrail.clock import SystemClock
from handrail.incident.events import Actor
from handrail.operator.operator import Operator
from handrail.pack import pack as packs
from handrail.paths import State
from tui.app import HandrailApp
from tui.start import ConsoleStart, Opener, Session


@asynccontextmanager
async def a_bad_lamp(tmp_path: Path, pack: str, size: tuple[int, int]) -> AsyncIterator[Pilot[Any]]:
    """On the Watch screen, once a lamp of `pack` (the text of its handrail.toml) is HIGH."""
    (tmp_path / "pack").mkdir(exist_ok=True)
    (tmp_path / "pack" / "handrail.toml").write_text(pack)
    state = State(tmp_path / "state")
    state.make()
    operator = Operator(state, (packs.load(tmp_path / "pack"),), SystemClock(), Actor("kim"))
    app = HandrailApp(Opener(state.root, lambda: Session(operator, ConsoleStart())))
    try:
        async with app.run_test(size=size) as pilot:
            await opened(pilot)
            await until(pilot, lambda: any(lamp.word == "HIGH" for lamp in operator.watcher.now().lamps), 30)
            yield pilot
    finally:
        operator.close()
