"""What is written to the terminal, by a thread that never makes the console wait."""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HELD = 1 << 20
"""Characters that wait for a terminal which does not read. Later frames are left out and painted anew when it does."""
SHORT = 64
"""Characters of the longest thing that is no frame: a mode, a title. Those are never left out."""


class Outlet(threading.Thread):
    """Writes to the terminal behind `fd`. Neither a terminal that stalls nor one that is gone holds up whoever writes.

    `caught_up` is called, from this thread, when everything that waited is written and some of it had been left out:
    then what the terminal shows is not what was painted.
    """

    def __init__(self, fd: int, caught_up: Callable[[], None]) -> None:
        super().__init__(daemon=True, name="terminal-output")
        self._fd = fd
        self._caught_up = caught_up
        self._turn = threading.Condition()
        self._waiting: deque[str] = deque()
        self._held = 0
        self._left_out = False
        self._gone = False
        self._stopping = False

    def write(self, text: str) -> None:
        """Take `text`; it is written soon, in order. Nothing is written to a terminal that is gone."""
        with self._turn:
            if self._gone:
                return
            if len(text) > SHORT and self._held > HELD:
                self._left_out = True
                return
            self._waiting.append(text)
            self._held += len(text)
            self._turn.notify()

    def backlog(self) -> int:
        """Characters that the terminal has not taken yet."""
        return self._held

    def run(self) -> None:
        while text := self._next():
            try:
                self._write(text.encode(errors="replace"))
            except OSError:
                with self._turn:
                    self._gone = True
                return
            with self._turn:
                self._held -= len(text)
                repaint = self._left_out and not self._waiting
                self._left_out = self._left_out and not repaint
            if repaint:
                self._caught_up()

    def _next(self) -> str:
        """All that waits; "" at the end."""
        with self._turn:
            self._turn.wait_for(lambda: self._waiting or self._stopping)
            text = "".join(self._waiting)
            self._waiting.clear()
            return text

    def _write(self, data: bytes) -> None:
        # Not through the file object: one that hangs in a write would also hang the interpreter's own end.
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._fd, rest) :]

    def stop(self, seconds: float = 2.0) -> None:
        """Write what waits and end. A terminal that does not read is given up after `seconds`."""
        with self._turn:
            self._stopping = True
            self._turn.notify()
        self.join(seconds)
