"""A run's `out` and `idx`, written as a supervisor writes them."""

from __future__ import annotations

from pathlib import Path
from struct import Struct

RECORD = Struct("<QQQ")


class Output:
    """Appends to the two files of `folder`. `now` is the wall clock in seconds; a record is written when 64 KiB or
    250 ms have passed since the last, before the bytes it speaks of."""

    def __init__(self, folder: Path, now: float = 1_700_000_000.0) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.now = now
        self.bytes = self.lines = 0
        self.out = (folder / "out").open("ab", buffering=0)
        self.idx = (folder / "idx").open("ab", buffering=0)
        self._mark()

    def write(self, data: bytes, after: float = 0.0) -> None:
        """Append `data`, `after` seconds later, in the chunks a terminal would hand over."""
        self.now += after
        for start in range(0, len(data), 64 * 1024):
            chunk = data[start : start + 64 * 1024]
            if self.bytes - self._marked[0] >= 64 * 1024 or self.now - self._marked[1] >= 0.25:
                self._mark()
            self.out.write(chunk)
            self.bytes += len(chunk)
            self.lines += chunk.count(b"\n")

    def _mark(self) -> None:
        self.idx.write(RECORD.pack(self.bytes, self.lines, int(self.now * 1e9)))
        self._marked = self.bytes, self.now

    def close(self) -> None:
        self.out.close()
        self.idx.close()
