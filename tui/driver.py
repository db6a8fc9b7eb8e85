"""The terminal as it really is: it stalls, it hangs up, it tears what it sends, and it may talk faster than a hand.

Textual's own driver stops its writing thread at the first error and then waits for ever on the full queue, so a console
whose connection drops in the middle of a frame would never end; and it takes a terminal that is gone for one with
nothing to say, and asks it again without a pause.
"""

from __future__ import annotations

import os
import selectors
import time
from codecs import getincrementaldecoder
from collections import deque
from typing import TYPE_CHECKING, Any

from textual.drivers.linux_driver import LinuxDriver

from tui.outlet import SHORT, Outlet
from tui.terminal.floods import Floods
from tui.terminal.resizing import hold_to_the_newest_size
from tui.terminal.understanding import Understanding, is_report
from tui.terminal.whole import Whole

if TYPE_CHECKING:
    from tui.terminal.whole import Piece
    from widgets.output.pace import Pace

TICK = 0.05
"""Seconds between looks at what was torn off and waits for its rest."""
IDLE = 0.1
"""Seconds between looks whether the driver stops."""
KEYS_AHEAD = 256
"""Messages that may wait for the console before another key is read: the rest waits in the terminal."""
READ = 1024
"""Bytes read at once."""
HANG_UP = 129
"""The exit status of a console whose terminal is gone: 128 + SIGHUP."""


class TerminalDriver(LinuxDriver):
    """Textual's driver with an outlet that cannot hang, and an inlet that knows the end of its terminal."""

    _outlet: Outlet | None = None

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.painted: deque[float] = deque(maxlen=16)
        """When the newest frames went out (monotonic, s)."""
        self.sent = 0
        """Bytes written so far."""

    def start_application_mode(self) -> None:
        hold_to_the_newest_size()
        self._outlet = Outlet(self._descriptor(), self._repaint)
        self._outlet.start()
        super().start_application_mode()
        if self._pace is not None and self.input_tty:
            self._pace.connect(self._ask_where, self._outlet.backlog, multiplexed=multiplexed())

    def _descriptor(self) -> int:
        assert self._file is not None
        return self._file.fileno()

    @property
    def _pace(self) -> Pace | None:
        """The pace of floods, where the app has one."""
        return getattr(self._app, "pace", None)

    def _get_terminal_size(self) -> tuple[int, int]:
        """As the terminal has it. COLUMNS and LINES, which Textual believes first, are what it was at some time."""
        try:
            size = os.get_terminal_size(self._descriptor())
        except OSError:
            size = os.terminal_size((0, 0))
        return (size.columns, size.lines) if all(size) else super()._get_terminal_size()

    def _ask_where(self) -> None:
        self.write("\x1b[6n")

    def write(self, data: str) -> None:
        assert self._outlet is not None, "the driver has not been started"
        if len(data) > SHORT:
            self.painted.append(time.monotonic())
        self.sent += len(data.encode(errors="replace"))
        self._outlet.write(data)

    def close(self) -> None:
        super().close()
        if self._outlet is not None:
            self._outlet.stop()

    def _repaint(self) -> None:
        """Some frames were left out: paint the whole screen again."""
        self._loop.call_soon_threadsafe(self._app.refresh)

    def run_input_thread(self) -> None:
        """Read keys until the driver stops, or the terminal is gone."""
        parser, whole, floods = Understanding(self._debug), Whole(), Floods()
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(TICK if whole.open else IDLE):
                    now = time.monotonic()
                    data = self._read()
                    if not data:
                        self._hung_up()
                        return
                    pieces, rest = floods.admit(whole.feed(decode(data), now), now)
                    self._send(parser, pieces, now)
                    if rest:
                        self.exit_event.wait(rest)
                awaited = self._pace is not None and self._pace.waiting
                now = time.monotonic()
                self._send(parser, whole.tick(now, awaited=awaited), now)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, READ)
        except OSError:
            return b""

    def _send(self, parser: Understanding, pieces: list[Piece], read_at: float) -> None:
        for piece in pieces:
            if is_report(piece):
                # The awaited answer; else one that comes too late, or a key that means nothing here.
                if self._pace is not None:
                    self._loop.call_soon_threadsafe(self._pace.answered)
                continue
            for message in parser.whole(piece):
                while self._app._message_queue.qsize() > KEYS_AHEAD and not self.exit_event.is_set():
                    time.sleep(0.01)
                message.time = read_at  # not when this thread had its turn: consent is told by when a key came
                self.process_message(message)

    def _hung_up(self) -> None:
        self._loop.call_soon_threadsafe(self._app.exit, HANG_UP, HANG_UP)


def multiplexed() -> bool:
    """Whether tmux or screen stands between: they answer for the terminal."""
    named = os.environ.get("TERM", "").startswith(("tmux", "screen"))
    return named or bool(os.environ.get("TMUX") or os.environ.get("STY"))
