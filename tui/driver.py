"""The terminal as it really is: it stalls, it hangs up, and it may talk faster than anybody types.

Textual's own driver stops its writing thread at the first error and then waits for ever on the full queue, so a console
whose connection drops in the middle of a frame would never end; and it takes a terminal that is gone for one with
nothing to say, and asks it again without a pause.
"""

from __future__ import annotations

import os
import selectors
import time
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from tui.outlet import Outlet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.message import Message

KEYS_AHEAD = 256
"""Messages that may wait for the console before another key is read: the rest waits in the terminal."""
HANG_UP = 129
"""The exit status of a console whose terminal is gone: 128 + SIGHUP."""


class TerminalDriver(LinuxDriver):
    """Textual's driver with an outlet that cannot hang, and an inlet that knows the end of its terminal."""

    _outlet: Outlet | None = None

    def start_application_mode(self) -> None:
        self._outlet = Outlet(self._file.fileno(), self._repaint)
        self._outlet.start()
        super().start_application_mode()

    def write(self, data: str) -> None:
        assert self._outlet is not None, "the driver has not been started"
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
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    data = self._read()
                    if not data:
                        self._hung_up()
                        return
                    self._send(parser.feed(decode(data)))
                self._send(parser.tick())

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    def _send(self, messages: Iterable[Message]) -> None:
        for message in messages:
            while self._app._message_queue.qsize() > KEYS_AHEAD and not self.exit_event.is_set():
                time.sleep(0.01)
            self.process_message(message)

    def _hung_up(self) -> None:
        self._loop.call_soon_threadsafe(self._app.exit, HANG_UP, HANG_UP)
