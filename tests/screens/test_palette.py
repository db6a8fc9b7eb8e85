"""The palette by keys, in a terminal of any size."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.color import Color
from rich.segment import Segment
from support.desks import a_desk
from support.onscreen import on_screen
from support.pilots import until
from textual.widgets import OptionList

from tui.dress import THEMES, Dress
from tui.palette import Palette
from tui.settings import Settings


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


@pytest.mark.parametrize("theme", THEMES)
async def test_every_colour_of_it_is_one_that_the_theme_replaces(theme: str, tmp_path: Path):
    """A blended colour would stay as it is in the dark, and nobody could read it on light ground."""
    with a_desk(tmp_path, "# Gate\n\n1. Look.\n") as desk:
        record = desk.open()
        async with on_screen(desk, record) as console:
            app = console.pilot.app
            app._dress = Dress(Settings(theme=theme), colorless=False)
            await console.press("colon")
            await console.shows("Search for an action")
            await console.shows("Write a note into the timeline")
            known = {Color.parse(each).triplet for each in THEMES[theme].values()}
            drawn = {color.triplet for strip in app.screen._compositor.render_strips() for segment in strip
                     for color in _colors(app._dress._dressed(segment))}
            assert drawn - known <= {None}


def _colors(segment: Segment) -> list[Color]:
    style = segment.style
    return [color for color in (style.color, style.bgcolor) if color is not None] if style and segment.text else []


async def test_what_can_be_done_here_comes_before_the_places_and_is_found_by_any_word(tmp_path: Path):
    with a_desk(tmp_path, "# Gate\n\n1. Look.\n") as desk:
        record = desk.open()
        async with on_screen(desk, record) as console:
            await console.press("colon")
            shown = await console.shows("Write a note into the timeline")
            assert shown.index("tick") < shown.index("note  (n)")
            await console.press(*"owed")
            await console.shows(lambda text: "Defer it: it stays owed" in text and "Write a note" not in text)
