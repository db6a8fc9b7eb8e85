"""The palette by keys, in a terminal of any size."""

from __future__ import annotations

from pathlib import Path

from support.desks import a_desk
from support.onscreen import on_screen
from support.pilots import until
from textual.widgets import OptionList

from tui.palette import Palette


async def test_page_keys_break_nothing_where_no_cell_is_left_for_the_list(tmp_path: Path):
    with a_desk(tmp_path, "# Gate\n\n1. Look.\n") as desk:
        record = desk.open()
        async with on_screen(desk, record) as console:
            pilot = console.pilot
            await console.press("colon")
            await until(pilot, lambda: isinstance(pilot.app.screen, Palette))
            offered = pilot.app.screen.query_one(OptionList)
            await until(pilot, lambda: offered.option_count > 3, 30.0)
            await pilot.resize_terminal(1, 1)
            await until(pilot, lambda: not offered.scrollable_content_region, 30.0)
            offered._clear_caches()
            await pilot.press("down", "pagedown", "pageup", "pagedown")
            await pilot.resize_terminal(80, 24)
            await until(pilot, lambda: bool(offered.scrollable_content_region), 30.0)
            await pilot.press("escape")
            await console.shows("Look")
        assert not list(Path(desk.state.root).glob("crashes/*"))
