"""The wall's own app. It gets a Watcher, so there is nothing in it that could change anything."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import deque
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.message import Message

from handrail.clock import Clock, SystemClock
from screens.wall import WallScreen
from tui.crash import report_crash
from tui.dress import Dress, dressed
from tui.driver import TerminalDriver
from tui.settings import PLAIN, Settings
from tui.theme import HANDRAIL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.binding import BindingType
    from textual.driver import Driver
    from textual.filter import LineFilter

    from handrail.watcher import Watcher
    from tui.wall_settings import WallSettings


MOST = 2500
"""Bytes a second over SSH from which on a wall leaves out a second, as a mean over OVER seconds."""
OVER = 5.0


class Changed(Message):
    """What the watcher shows has changed."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Changed)


class WallApp(App[int], inherit_bindings=False):
    """One screen, no palette, no mouse."""

    TITLE = "handrail wall"
    BINDINGS: ClassVar[list[BindingType]] = []
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self, watcher: Watcher, *, locked: bool, clock: Clock | None = None, settings: Settings = PLAIN,
        wall: WallSettings | None = None,
    ) -> None:
        super().__init__()
        self._dress = Dress(settings, colorless=self.no_color)
        self.register_theme(HANDRAIL)
        self.theme = "handrail"
        self.watcher = watcher
        self.clock: Clock = clock or SystemClock()
        self._locked = locked
        self._sent: deque[tuple[float, int]] = deque()
        self._wall = wall or settings.wall
        self._leave: Callable[[], None] = lambda: None
        self.crash_file = ""

    def get_driver_class(self) -> type[Driver]:
        return TerminalDriver

    def get_line_filters(self) -> Sequence[LineFilter]:
        return dressed(super().get_line_filters(), self._dress)

    def get_default_screen(self) -> WallScreen:
        return WallScreen(self.watcher.now, self.clock, locked=self._locked, dwell=self._wall.dwell,
                          legible=self._wall.legible, distance=self._wall.distance)

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, partial(self.exit, 128 + number, 128 + number))
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._leave = self.watcher.subscribe(self._tell)
        self.watcher.start()
        self.set_interval(1.0, self.tick)

    def _tell(self) -> None:
        if self._running:
            self.post_message(Changed())

    def on_changed(self) -> None:
        self.tick()

    def tick(self) -> None:
        if not isinstance(self.screen, WallScreen):
            return
        if "SSH_CONNECTION" in os.environ and self._sent_too_much():
            self.screen.reduced = True
            return  # the next second draws what has changed until then
        self.screen.repaint()

    def _sent_too_much(self) -> bool:
        """Whether more went over the link in the last seconds than a wall may take of it."""
        now, sent = monotonic(), int(getattr(self._driver, "sent", 0))
        while self._sent and now - self._sent[0][0] > OVER:
            self._sent.popleft()
        self._sent.append((now, sent))
        began, before = self._sent[0]
        return sent - before > MOST * max(OVER / 2, now - began)

    def on_unmount(self) -> None:
        self._leave()

    def _handle_exception(self, error: Exception) -> None:
        if self._exit:  # a part that was being made when the wall was left
            self._close_messages_no_wait()
            return
        self.crash_file = self.crash_file or str(report_crash(error, self.watcher.now().state))
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()


def run_wall(watcher: Watcher, locked: bool, settings: Settings = PLAIN, wall: WallSettings | None = None) -> int:
    """Show the wall until it is left. Answers the exit status."""
    app = WallApp(watcher, locked=locked, settings=settings, wall=wall)
    try:
        app.run(mouse=False)
    finally:
        watcher.close()
    if app.crash_file:
        print(f"handrail: the wall stopped on an error of its own. Report: {app.crash_file}", file=sys.stderr)
        return 1
    return app.return_code or 0
