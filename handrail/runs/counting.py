"""Counting the lines of an output that has no index: in a thread, so that its end is on the screen meanwhile."""

from __future__ import annotations

import os
import threading
from array import array
from collections.abc import Callable
from pathlib import Path

READ = 256 * 1024  # bytes at once: the other threads wait less than a millisecond
PIECE = 64 * 1024  # bytes between two places that are remembered


class Count:
    """Counts the newlines of the first `end` bytes of `path` and remembers a place every 64 KiB.

    `offsets` and `newlines` are the places, `total` all newlines; they are whole once `finished`. `done` is how far it
    is, 0 to 1. `tell` is called from the thread at the end. A file that cannot be read ends it unfinished.
    """

    def __init__(self, path: Path, end: int, tell: Callable[[], object] = lambda: None) -> None:
        self.end = end
        self.offsets = array("Q")
        self.newlines = array("Q")
        self.total = 0
        self.finished = False
        self._path = path
        self._at = 0
        self._tell = tell
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="handrail-count", daemon=True)
        self._thread.start()

    @property
    def done(self) -> float:
        return self._at / self.end if self.end else 1.0

    def close(self) -> None:
        """Stop counting soon."""
        self._closed.set()

    def _run(self) -> None:
        try:
            fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return
        try:
            while self._at < self.end and not self._closed.is_set():
                data = os.pread(fd, min(READ, self.end - self._at), self._at)
                if not data:
                    return
                for start in range(0, len(data), PIECE):
                    self.offsets.append(self._at + start)
                    self.newlines.append(self.total)
                    self.total += data.count(b"\n", start, start + PIECE)
                self._at += len(data)
            self.finished = self._at >= self.end
        except OSError:
            return
        finally:
            os.close(fd)
            if not self._closed.is_set():
                self._tell()
