"""Two sizes at once: the screen is laid out for the newest, and then there is quiet."""

from __future__ import annotations

import time

import pytest
from support.burden import Burden, resident, rests
from support.installed import command
from support.waiting import wait_until
from textual.app import App, ComposeResult
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

from tui.terminal import resizing


class Busy(Screen[None]):
    """Has something to do after each new size, as ours have; so its events do not stand side by side."""

    def compose(self) -> ComposeResult:
        yield Static("here")

    def on_resize(self) -> None:
        self.call_later(lambda: None)


class Counting(App[None]):
    def get_default_screen(self) -> Busy:
        return Busy()


async def layouts(monkeypatch, *, steady: bool) -> int:
    """How often a screen is laid out for two sizes that wait at the same time; stops counting at 100."""
    monkeypatch.setattr(Screen, "_screen_resized", resizing._lay_out)
    if steady:
        resizing.hold_to_the_newest_size()
    app = Counting()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        count = 0
        inner = Screen._screen_resized

        def counted(self: Screen[None], size: Size) -> None:
            nonlocal count
            count += 1
            if count < 100:
                inner(self, size)

        monkeypatch.setattr(Screen, "_screen_resized", counted)
        app._size = Size(70, 20)
        for size in (Size(75, 22), Size(70, 20)):
            app.screen.post_message(Resize(size, size))
            app.screen.call_later(lambda: None)
        for _ in range(60):
            await pilot.pause()
        assert not steady or app.screen.size == Size(70, 20)
    return count


async def test_two_sizes_at_once_are_laid_out_a_few_times(monkeypatch):
    assert await layouts(monkeypatch, steady=True) < 10


async def test_the_control_never_ends(monkeypatch):
    assert await layouts(monkeypatch, steady=False) >= 100


def test_a_terminal_without_a_size_costs_nothing(tmp_path):
    pytest.importorskip("pyte", reason="pyte, the terminal emulator of the `test` extra, is not installed")
    from support.terminal import Terminal

    env = {"HANDRAIL_STATE": str(tmp_path / "state"), "HANDRAIL_ACTOR": "kim"}
    with Terminal([command()], (0, 0), env) as terminal:
        deadline = time.monotonic() + 30
        while b"declare" not in terminal.raw and time.monotonic() < deadline:
            terminal.read(0.05)
        assert b"declare" in terminal.raw
        wait_until(lambda: rests(terminal.pid, terminal.read), what="it has come up")
        before, burden = resident(terminal.pid), Burden(terminal.pid)
        until = time.monotonic() + 2.0
        while time.monotonic() < until:
            terminal.read(0.05)
        assert burden.share < 0.3
        assert resident(terminal.pid) - before < 5_000_000


def test_the_size_is_the_terminals_and_not_what_a_shell_once_wrote_down(tmp_path):
    pytest.importorskip("pyte", reason="pyte, the terminal emulator of the `test` extra, is not installed")
    from support.terminal import Terminal

    env = {"HANDRAIL_STATE": str(tmp_path / "state"), "HANDRAIL_ACTOR": "kim", "COLUMNS": "80", "LINES": "24"}
    with Terminal([command()], (120, 36), env) as terminal:
        text = terminal.wait_for("Nothing has happened yet", 30)
        assert max(map(len, text.splitlines())) == 120
        for columns, rows in ((90, 30), (59, 20), (60, 20), (200, 50)):
            terminal.resize(columns, rows)
            if columns < 60:
                terminal.wait_for(f"This terminal is {columns}x{rows}", 30)
            else:
                terminal.wait_for(lambda text, rows=rows, columns=columns: fills(text, columns, rows), 30)


def fills(text: str, columns: int, rows: int) -> bool:
    """Whether it is laid out for so much room: the keys stand in the last row, a rule ends at the edge."""
    lines = text.splitlines()
    return len(lines) == rows and ": all" in lines[-1] and max(map(len, lines)) == columns
