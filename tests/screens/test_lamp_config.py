"""A mistaken edit of the configuration, as a person at the console sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.pilots import opened, until

from handrail.clock import SystemClock
from handrail.errors import PackError
from handrail.incident.events import Actor
from handrail.operator.operator import Operator
from handrail.pack import pack as packs
from handrail.paths import State
from screens.lamp import LampScreen
from tui.app import HandrailApp
from tui.start import ConsoleStart, Opener, Session
from widgets.row_list import RowList

GOOD = ('name = "Shop"\n[scheme.P2]\nrank = 2\n[defaults]\ninterval = "1s"\nconfirm_bad = 1\n'
        '[[probe]]\nid = "here"\nkind = "file"\npath = "."\nlevel = [{ severity = "P2", when = "not exists" }]\n')


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_its_lamp_names_file_line_key_and_the_nearest_one(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "pack").mkdir()
    file = tmp_path / "pack" / "handrail.toml"
    file.write_text(GOOD.replace("path =", 'intervall = "5s"\npath ='))
    with pytest.raises(PackError, match="Did you mean interval"):
        packs.load(file.parent)  # the same file, given at the start, is refused
    file.write_text(GOOD)
    state = State(tmp_path / "state")
    state.make()
    operator = Operator(state, (packs.load(file.parent),), SystemClock(), Actor("kim"))
    app = HandrailApp(Opener(state.root, lambda: Session(operator, ConsoleStart())))
    try:
        async with app.run_test(size=size) as pilot:
            await opened(pilot)
            await until(pilot, lambda: any(lamp.word == "OK" for lamp in operator.watcher.now().lamps), 30)
            file.write_text(GOOD.replace("path =", 'intervall = "5s"\npath ='))
            await until(pilot, lambda: len(operator.watcher.now().lamps) == 2, 30)
            await pilot.press("tab", "home", "enter")
            await until(pilot, lambda: isinstance(app.screen, LampScreen), 30)
            shown = app.screen.query_one("#facts", RowList)
            await until(pilot, lambda: any("intervall" in line.plain for row in shown.rows for line in row.lines), 30)
            said = "".join("".join(line.plain for row in shown.rows for line in row.lines).split())  # however wrapped
            for words in ("handrail.toml, line 10", "probe[0].intervall: no such key", "Did you mean interval?",
                          "the last valid configuration"):
                assert words.replace(" ", "") in said, said
            assert ".." not in said
            file.write_text(GOOD)
            await until(pilot, lambda: len(operator.watcher.now().lamps) == 1, 30, "the lamp is gone")
    finally:
        operator.close()
