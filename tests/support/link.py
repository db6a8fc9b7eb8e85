"""A program behind a link of so many bytes a second, as over SSH: the harness owns the terminal and reads at that pace.

What the program writes is looked at for marks only and otherwise forgotten, so that the harness takes next to no time
from the program on a small machine. Unlike `support.terminal` there is no picture of the screen.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

KEPT = 256 * 1024  # bytes looked back on
STEP = 0.01  # s between two reads of a throttled link
ASKED = re.compile(rb"\x1b\[6n")


class Link:
    """Spawns `argv` in a pty. `rate` is in bytes a second, None for as fast as it comes.

    With `answers` it answers where the cursor is (`CSI 6n`), as terminals do, once the question has come through.
    """

    def __init__(self, argv: Sequence[str], size: tuple[int, int] = (80, 24), env: Mapping[str, str] | None = None,
                 rate: int | None = None, answers: bool = True) -> None:
        columns, rows = size
        self.rate = rate
        self.answers = answers
        self.total = 0  # bytes that came
        self.asked = 0  # questions answered
        self._kept = b""
        self._forgotten = 0  # bytes before those kept
        self._came = threading.Condition()
        self.ended = False
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # Not execvp: readline, which a test runner loads, puts its own COLUMNS beside what Python knows.
            named = {"TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})}
            os.execvpe(argv[0], list(argv), {**os.environ, **named})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> Link:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._thread.join(5)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        with contextlib.suppress(OSError):
            os.close(self.fd)

    def _read(self) -> None:
        allowance, last = 0.0, time.monotonic()
        while True:
            count = 65536
            if self.rate is not None:
                time.sleep(STEP)
                now = time.monotonic()
                allowance, last = min(allowance + (now - last) * self.rate, 4 * STEP * self.rate), now
                count = int(allowance)
            try:
                if count and select.select([self.fd], [], [], 0 if self.rate else None)[0]:
                    data = os.read(self.fd, count)
                elif self.rate is None or count == 0 or not _gone(self.pid):
                    continue
                else:
                    data = b""
            except OSError:
                data = b""
            allowance -= len(data)
            if data:
                self._take(data)
            else:
                with self._came:
                    self.ended = True
                    self._came.notify_all()
                return

    def _take(self, data: bytes) -> None:
        with self._came:
            tail = self._kept[-3:]
            self._kept += data
            self.total += len(data)
            if len(self._kept) > 2 * KEPT:
                self._forgotten += len(self._kept) - KEPT
                self._kept = self._kept[-KEPT:]
            self._came.notify_all()
        if self.answers and (asked := len(ASKED.findall(tail + data))):
            self.asked += asked
            os.write(self.fd, b"\x1b[1;1R" * asked)

    def type(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def mark(self) -> int:
        """Here: what comes from now on comes after it."""
        return self.total

    def saw(self, wanted: bytes, since: int, seconds: float) -> float | None:
        """How long until `wanted` came after `since` (s); None when it did not within `seconds`."""
        start = time.monotonic()
        with self._came:
            while True:
                at = self._kept.find(wanted, max(0, since - self._forgotten - len(wanted)))
                if at >= 0:
                    return time.monotonic() - start
                left = start + seconds - time.monotonic()
                if left <= 0 or self.ended:
                    return None
                self._came.wait(left)

    def expect(self, wanted: str, seconds: float = 30.0, since: int = 0) -> None:
        if self.saw(wanted.encode(), since, seconds) is None:
            raise AssertionError(f"{wanted!r} did not come within {seconds} s: {self._kept[-2000:]!r}")


def _gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] == b"Z"
    except OSError:
        return True
