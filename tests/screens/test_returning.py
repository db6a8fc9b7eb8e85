"""Coming back: after another incident, after another place, after a while without a key."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.desks import a_desk
from support.onscreen import on_screen
from support.pilots import opened, until
from support.still import GMAIL, TWILIO, StillClock, operator

from screens.incident import IncidentScreen
from screens.watch import WatchScreen
from tui.app import HandrailApp
from tui.start import ConsoleStart, Opener, Session
from widgets.checklist_view import ChecklistView
from widgets.line import Line


@pytest.fixture
def app() -> HandrailApp:
    still = operator()
    opener = Opener(Path("/var/lib/handrail"), lambda: Session(still, ConsoleStart()))  # type: ignore[arg-type]
    return HandrailApp(opener, clock=StillClock())


def said(app: HandrailApp) -> str:
    return str(app.screen.query_one("#say", Line).render())


def stands_on(app: HandrailApp, key: str) -> bool:
    there = isinstance(app.screen, IncidentScreen)
    return there and any(view.cursor == key for view in app.screen.query(ChecklistView))


@pytest.mark.parametrize("way", [("1", "2"), ("1", "minus"), ("w", "w"), ("w", "minus")])
async def test_the_cursor_is_where_it_was_left_and_a_word_says_so(app: HandrailApp, way: tuple[str, str]) -> None:
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, IncidentScreen) and app.screen.place())
        await pilot.press("G")
        left = app.screen.place()  # type: ignore[union-attr]
        assert left == "c1:item8"
        await pilot.press(way[0])
        await until(pilot, lambda: isinstance(app.screen, WatchScreen) if way[0] == "1"
                    else getattr(app.screen, "incident_id", "") == TWILIO.id, what="elsewhere")
        await pilot.press(way[1])
        await until(pilot, lambda: getattr(app.screen, "incident_id", "") == GMAIL.id, what="back")
        await until(pilot, lambda: stands_on(app, left), what="the row that was left")
        await until(pilot, lambda: "You were here" in said(app), what="a word about it")
        assert "The provider's status page" in said(app)
        await pilot.press("up")
        await until(pilot, lambda: "You were here" not in said(app), what="the next key takes it away")


@pytest.mark.parametrize("way", [("escape", "2"), ("escape", "minus"), ("1", "2")])
async def test_a_checklist_without_an_incident_is_left_and_found_again(tmp_path: Path, way: tuple[str, str]) -> None:
    with a_desk(tmp_path, "# Mill\n\n1. Ring the bell\n") as desk:
        async with on_screen(desk, desk.open()) as console:
            await console.shows("Ring the bell")
            await console.press(way[0])
            await console.shows("No incident is open.")
            await console.press(way[1])
            await console.shows("Ring the bell")


async def test_the_first_time_nothing_is_said(app: HandrailApp) -> None:
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, IncidentScreen) and app.screen.place())
        assert "You were here" not in said(app)


async def test_after_minutes_without_a_key_it_says_where_the_operator_stood(app: HandrailApp) -> None:
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, IncidentScreen) and app.screen.place())
        screen = app.screen
        assert isinstance(screen, IncidentScreen)
        app.typed_at = time.monotonic() - 185
        assert screen.idle_row(screen.step()).plain.startswith(" You were here 3m ago: ")
        app.typed_at = time.monotonic() - 5
        assert screen.idle_row(screen.step()).plain == ""
