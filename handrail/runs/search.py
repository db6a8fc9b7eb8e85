"""Looking for something in the output of a run, however large it is and while it grows.

In a thread of its own, and with pread: a mapped file would count as memory of the console, and a file that is cut short
while it is mapped would end the console with SIGBUS. No reading is longer than a few milliseconds of work.
"""

from __future__ import annotations

import os
import threading
from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from handrail.runs.patterns import Errors, Literal

READ = 256 * 1024  # bytes at once
TOLD = 0.2  # s between two reports of how far it is


class Found(NamedTuple):
    """The answer to `seek` number `ticket`: an offset within the line, None for nowhere; and the how manieth it is."""

    ticket: int
    offset: int | None
    rank: int


class Search:
    """Counts the matches from the first byte on and answers `seek`s in between.

    `matches` is how many there are so far, `swept` the bytes looked at, `complete` whether that is all there is now.
    `tell` is called from the thread, at most five times a second and when something is found.
    """

    def __init__(self, path: Path, pattern: Literal | Errors, tell: Callable[[], object]) -> None:
        self.pattern = pattern
        self.matches = 0
        self.swept = 0
        self.size = 0
        self.complete = False
        self.found: Found | None = None
        self._path = path
        self._tell = tell
        self._told = 0.0
        self._ends = array("Q", [0])  # after each reading of the sweep: how far it was
        self._sums = array("Q", [0])  # and how many matches there were
        self._ticket = 0
        self._wanted: tuple[int, int, bool] | None = None
        self._closed = False
        self._turn = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="handrail-search", daemon=True)
        self._thread.start()

    def seek(self, offset: int, *, forward: bool) -> int:
        """Look for the next match from `offset` on, or the last one before it; the ticket that `found` will carry.

        `offset` has to be where a line starts, or the size of the output. A new seek replaces one under way.
        """
        with self._turn:
            self._ticket += 1
            self._wanted = (self._ticket, offset, forward)
            self._turn.notify()
            return self._ticket

    def grown(self) -> None:
        """There may be more output now."""
        with self._turn:
            self.complete = False
            self._turn.notify()

    def close(self) -> None:
        with self._turn:
            self._closed = True
            self._turn.notify()

    # -- the thread

    def _run(self) -> None:
        try:
            fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self.complete = True
            self._tell()
            return
        try:
            while self._next(fd):
                pass
        except OSError:
            self.complete = True
        finally:
            os.close(fd)

    def _next(self, fd: int) -> bool:
        with self._turn:
            self._turn.wait_for(lambda: self._closed or self._wanted or not self.complete)
            if self._closed:
                return False
            wanted, self._wanted = self._wanted, None
        self.size = os.fstat(fd).st_size
        if wanted is not None:
            self._answer(fd, *wanted)
        else:
            self._sweep(fd)
        return True

    def _sweep(self, fd: int) -> None:
        """Count in the next piece of whole lines; a last line without its end is left for later."""
        data = self._lines_from(fd, self.swept)
        if data:
            self.matches += self.pattern.count(data)
            self.swept += len(data)
            self._ends.append(self.swept)
            self._sums.append(self.matches)
        self.complete = not data
        found = self.found
        if found is not None and found.offset is not None and not found.rank and found.offset < self.swept:
            self.found = found._replace(rank=self._rank(fd, found.offset))
        if self.complete or monotonic() - self._told > TOLD:
            self._told = monotonic()
            self._tell()

    def _answer(self, fd: int, ticket: int, offset: int, forward: bool) -> None:
        found = self._forward(fd, offset) if forward else self._backward(fd, offset)
        with self._turn:
            if self._wanted is not None:
                return
        self.found = Found(ticket, found, self._rank(fd, found) if found is not None else 0)
        self._tell()

    def _disturbed(self) -> bool:
        return self._closed or self._wanted is not None

    def _forward(self, fd: int, offset: int) -> int | None:
        while not self._disturbed():
            data = self._lines_from(fd, offset, last=True)
            if not data:
                return None
            first = next(self.pattern.places(data), None)
            if first is not None:
                return offset + first
            offset += len(data)
        return None

    def _backward(self, fd: int, offset: int) -> int | None:
        while offset > 0 and not self._disturbed():
            start = max(0, offset - READ)
            data = os.pread(fd, offset - start, start)
            if start:  # begin with a whole line, where there is one
                cut = data.find(b"\n") + 1
                if 0 < cut < len(data):
                    data, start = data[cut:], start + cut
            places = deque(self.pattern.places(data), maxlen=1)
            if places:
                return start + places[0]
            offset = start
        return None

    def _lines_from(self, fd: int, offset: int, *, last: bool = False) -> bytes:
        """Whole lines from `offset` on, at most 256 KiB; of a longer line its pieces. `last`: an unended line too."""
        data = os.pread(fd, READ, offset)
        end = data.rfind(b"\n") + 1
        if end:
            return data[:end]
        if len(data) < READ:
            return data if last else b""
        return data[: len(data) - self.pattern.overlap]

    def _rank(self, fd: int, offset: int) -> int:
        """The how manieth match the one at `offset` is; 0 when it has not been counted so far."""
        if offset >= self.swept:
            return 0
        index = bisect_right(self._ends, offset) - 1
        start = self._ends[index]
        before = os.pread(fd, min(offset + 1 - start, READ), start)
        before = before[: before.rfind(b"\n") + 1]
        inside = sum(1 for at in self.pattern.places(os.pread(fd, READ, start)[: len(before)]) if start + at < offset)
        return self._sums[index] + inside + 1
