"""What a person sees, at the two sizes that matter, on a moment that stands still.

Few and meaningful: what can be asserted in words is asserted in words elsewhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from support.pilots import opened, until
from support.still import StillClock, operator
from textual.pilot import Pilot

from tui.app import HandrailApp
from tui.start import ConsoleStart, Opener, Session
from tui.wall_app import WallApp
from widgets.board import Board

SIZES = {"80x24": (80, 24), "120x36": (120, 36)}
# name: (facts, keys)
PICTURES = {
    "watch": ("busy", []),
    "watch-empty": ("empty", []),
    "watch-damaged": ("bad", []),
    "incident": ("busy", ["enter"]),
    "incident-waits": ("waits", ["enter", "down"]),
    "confirm-word": ("busy", ["enter", "g", "down", "down", "r"]),
    "after-failure": ("busy", ["enter", "g", "down", "down", "down", "enter"]),
    "declare": ("busy", ["d", "down"]),
    "timeline": ("busy", ["enter", "right_square_bracket"]),
    "help": ("busy", ["enter", "question_mark"]),
}


def console(facts: str) -> HandrailApp:
    still = operator(facts)
    opener = Opener(Path("/var/lib/handrail"), lambda: Session(still, ConsoleStart()))  # type: ignore[arg-type]
    return HandrailApp(opener, clock=StillClock())


def board_is_there(app: object) -> bool:
    """Whether the cards are drawn and the focus is on the one with the cursor; at once when there is none."""
    assert isinstance(app, HandrailApp)
    board, focused = app.screen.query_one("#board", Board), app.focused
    if app.screen.has_class("-small") or not app.operator.watcher.now().cards:
        return True
    there = focused is not None and focused.region.width > 0
    return there and getattr(focused, "cursor", "") == board.cursor != ""


def press(*keys: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    """Wait until the record is open, then press the keys, each after the one before was drawn."""

    async def run(pilot: Pilot[int]) -> None:
        await opened(pilot)
        await until(pilot, lambda: board_is_there(pilot.app), what="the board with its cursor")
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()

    return run


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    for name in ("NO_COLOR", "COLORTERM", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("picture", PICTURES)
def test_console(snap_compare, picture: str, size: str):
    facts, keys = PICTURES[picture]
    assert snap_compare(console(facts), run_before=press(*keys), terminal_size=SIZES[size])


@pytest.mark.parametrize("size", SIZES)
def test_wall(snap_compare, size: str):
    app = WallApp(operator().watcher, locked=False, clock=StillClock())  # type: ignore[arg-type]
    assert snap_compare(app, terminal_size=SIZES[size])


def test_a_terminal_too_small_says_so_and_how_large_it_must_be(snap_compare):
    assert snap_compare(console("busy"), run_before=press(), terminal_size=(20, 5))
