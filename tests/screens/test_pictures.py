"""What a person sees, at the two sizes that matter, on a moment that stands still.

Few and meaningful: what can be asserted in words is asserted in words elsewhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from support.pilots import opened
from support.still import StillClock, operator
from textual.pilot import Pilot

from tui.app import HandrailApp
from tui.start import ConsoleStart, Opener, Session
from tui.wall_app import WallApp

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


def press(*keys: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    """Wait until the record is open, then press the keys, each after the one before was drawn."""

    async def run(pilot: Pilot[int]) -> None:
        await opened(pilot)
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
