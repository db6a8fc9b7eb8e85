"""What comes too late for a screen that was left costs nothing; a part that a standing screen lacks is still told."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desks import a_desk
from support.onscreen import on_screen
from support.pilots import until
from textual.css.query import NoMatches
from textual.worker import WorkerFailed

from screens.runbooks import RunbooksScreen
from tui.gone import of_a_screen_that_is_gone


async def test_a_worker_that_comes_back_to_a_screen_that_was_left_ends_nothing(tmp_path: Path):
    with a_desk(tmp_path, "# Gate\n\n1. Look.\n") as desk:
        record = desk.open()
        async with on_screen(desk, record) as console:
            app = console.pilot.app
            await console.press("3")
            await until(console.pilot, lambda: isinstance(app.screen, RunbooksScreen))
            left = app.screen
            with pytest.raises(NoMatches) as ours:
                left.query_one("#nothing-of-the-kind")
            assert not of_a_screen_that_is_gone(ours.value, app.screen_stack), "the control: it stands"
            await console.press("1")
            await until(console.pilot, lambda: left not in app.screen_stack and not left.children)
            with pytest.raises(NoMatches) as late:
                left._redraw() if left._result is not None else left.facts()
            assert of_a_screen_that_is_gone(late.value, app.screen_stack)
            assert of_a_screen_that_is_gone(WorkerFailed(late.value), app.screen_stack)
            app._handle_exception(late.value)
            await console.press("question_mark")
            await console.shows("esc goes back")
        assert not list(Path(desk.state.root).glob("crashes/*"))


def test_other_errors_are_told_wherever_they_are():
    assert not of_a_screen_that_is_gone(ValueError("x"), ())
    assert not of_a_screen_that_is_gone(NoMatches("nobody looked from a screen"), ())
