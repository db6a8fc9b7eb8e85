"""What is shown before the record is open says nothing that is not known yet."""

from __future__ import annotations

import threading
from pathlib import Path

from support.pilots import opened, until

from handrail.clock import SystemClock
from handrail.incident.events import Actor
from handrail.operator.operator import Operator
from handrail.pack import pack as packs
from handrail.paths import State
from tui.app import HandrailApp
from tui.start import ConsoleStart, Opener, Session


async def test_while_the_record_is_opened_nothing_is_said_of_it(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.make()
    let = threading.Event()
    made: list[Operator] = []

    def open_late() -> Session:
        assert let.wait(60)
        made.append(Operator(state, (packs.builtin("plain"),), SystemClock(), Actor("kim")))
        return Session(made[0], ConsoleStart())

    app = HandrailApp(Opener(state.root, open_late))
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            def shown() -> str:
                return "\n".join(strip.text for strip in app.screen._compositor.render_strips())

            await until(pilot, lambda: "The record is being opened." in shown(), 30)
            for said in ("No incident is open", "none open", "no probes", "nobody else"):
                assert said not in shown()
            let.set()
            await opened(pilot)
            await until(pilot, lambda: "No incident is open" in shown() and "has no probes" in shown(), 30)
    finally:
        let.set()
        for operator in made:
            operator.close()
