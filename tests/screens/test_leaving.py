"""Home is left on purpose only."""

from __future__ import annotations

from pathlib import Path

from support.pilots import opened, until
from support.still import StillClock, operator

from screens.going import Go
from screens.help import HelpScreen
from tui.app import HandrailApp
from tui.start import ConsoleStart, Opener, Session
from widgets.checklist_view import ChecklistView


async def test_keys_that_were_on_their_way_when_a_page_was_left_do_not_end_the_console(tmp_path: Path):
    app = HandrailApp(Opener(tmp_path, lambda: Session(operator(), ConsoleStart())), clock=StillClock())  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen), what="the page of keys")
        for _ in range(3):
            app.screen.post_message(Go("back"))
        await until(pilot, lambda: len(app.screen_stack) == 1, what="home")
        await pilot.press("escape")
        assert app.is_running and app.return_code is None
        await pilot.press("q")
        await until(pilot, lambda: app.return_code == 0, what="q leaves")


async def test_a_screen_that_is_being_taken_away_is_neither_drawn_nor_asked(tmp_path: Path):
    app = HandrailApp(Opener(tmp_path, lambda: Session(operator(), ConsoleStart())), clock=StillClock())  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query(ChecklistView), what="the checklist")
        leaving = app.screen
        gone = leaving.remove()
        while leaving.query(ChecklistView):
            app.on_changed()
            await pilot.pause()
        app.on_changed()
        await gone
