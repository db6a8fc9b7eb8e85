"""The index of a run's output, `idx`: where in `out` how many lines have passed, and when.

Records of 24 bytes, three unsigned little-endian 64-bit numbers, (offset in out, newlines before it, wall clock in ns
when the byte at that offset came), about one per 64 KiB and per 250 ms of activity. A torn last record is ignored. The
file may be missing or wrong: whoever uses what it says checks it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from struct import Struct
from typing import NamedTuple

from handrail.runs.blocks import Wrong

RECORD = Struct("<QQQ")


class Place(NamedTuple):
    """A byte offset in `out` and how many newlines lie before it."""

    offset: int
    newlines: int


class Index:
    """The records in `folder`, which need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: int | None = None

    def close(self) -> None:
        """Give the file back; it is opened again when it is asked."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def last(self) -> tuple[int, Place | None]:
        """How many records there are, and the place of the last one. Raises Wrong when it becomes shorter."""
        if self._file is None:
            try:
                self._file = os.open(self._folder / "idx", os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                return 0, None
        count = os.fstat(self._file).st_size // RECORD.size
        return count, self.place(count - 1) if count else None

    def place(self, number: int) -> Place:
        """The place of a record. Raises Wrong when there is none any more, OSError."""
        offset, newlines, _ = self._record(number)
        return Place(offset, newlines)

    def time(self, number: int) -> datetime | None:
        """When the byte at a record came, in UTC; None when it does not say. Raises as `place` and ValueError."""
        ns = self._record(number)[2]
        return datetime.fromtimestamp(ns / 1e9, UTC) if ns else None

    def before(self, beyond: Callable[[Place], bool], count: int) -> int:
        """How many of the first `count` records come before the first of which `beyond` is true."""
        low, high = 0, count
        while low < high:
            middle = (low + high) // 2
            if beyond(self.place(middle)):
                high = middle
            else:
                low = middle + 1
        return low

    def _record(self, number: int) -> tuple[int, int, int]:
        if self._file is None:
            raise Wrong
        data = os.pread(self._file, RECORD.size, number * RECORD.size)
        if len(data) != RECORD.size:
            raise Wrong
        offset, newlines, ns = RECORD.unpack(data)
        return offset, newlines, ns
