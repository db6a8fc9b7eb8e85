"""A run's `out` and `idx`, written as a supervisor writes them."""

from __future__ import annotations

import fcntl
import socket
from pathlib import Path
from struct import Struct
from typing import IO

RECORD = Struct("<QQQ")


class Output:
    """Appends to the two files of `folder`. `now` is the wall clock in seconds; a record is written when 64 KiB or
    250 ms have passed since the last, before the bytes it speaks of."""

    def __init__(self, folder: Path, now: float = 1_700_000_000.0) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.now = now
        self.bytes = self.lines = 0
        self._lock: IO[str] | None = None
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

    def lock(self) -> None:
        """Look alive: a reader takes the run for running until `close`."""
        self._lock = (self.folder / "lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def listen(self) -> socket.socket:
        """Answer at the door of the run, as its supervisor does: accept a reader, then send it a byte to wake it."""
        door = socket.socket(socket.AF_UNIX)
        door.bind(str(self.folder / "sock"))
        door.listen()
        door.settimeout(5)
        return door

    def _mark(self) -> None:
        self.idx.write(RECORD.pack(self.bytes, self.lines, int(self.now * 1e9)))
        self._marked = self.bytes, self.now

    def close(self) -> None:
        """The supervisor is gone."""
        self.out.close()
        self.idx.close()
        if self._lock is not None:
            self._lock.close()
