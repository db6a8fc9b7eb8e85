"""What the step wrote, as it came: `out`, and `idx`, which tells when which line came and finds it in a large log."""

from __future__ import annotations

import os
import time
from struct import Struct

from handrail.runs.supervision.cap import Cap

RECORD = Struct("<QQQ")  # offset in out, lines before it, wall clock in ns when the byte at that offset came
INDEX_BYTES = 64 * 1024
INDEX_NS = 250_000_000
TAIL = 256
FULL_SCREEN = b"\x1b[?1049h"  # the alternate screen, which editors, pagers and monitors switch to

TYPE_CHECKING = False
if TYPE_CHECKING:
    from handrail.runs.supervision.folder import Folder
    from handrail.runs.supervision.masking import Mask


class Recorder:
    """Appends to `out` and `idx`. A full disk never stops the step: the terminal is read on, the gap is told."""

    def __init__(self, folder: Folder, mask: Mask, cap: int = 0) -> None:
        self.out = folder.open("out", os.O_WRONLY | os.O_APPEND)
        self.idx = folder.open("idx", os.O_WRONLY)
        self.mask = mask
        self.cap = Cap(folder, self.out, cap)
        self.bytes = 0
        self.lines = 0
        self.lost = 0  # bytes since the disk refused the first
        self.error = ""
        self.tail = b""  # the newest bytes, at most TAIL
        self.took_the_screen = False
        self._folder = folder
        self._records = 0
        self._marked = (-INDEX_BYTES, 0)
        self._mark(time.time_ns())

    def take(self, data: bytes) -> None:
        """Keep `data`, which has just come; its end may be held back until `flush`."""
        self._write(self.mask.feed(data))

    def flush(self) -> None:
        """Keep what was held back because it might have been the start of a secret."""
        if self.mask.held:
            self._write(self.mask.rest())

    @property
    def holds(self) -> bool:
        """Whether something is held back."""
        return bool(self.mask.held)

    def close(self) -> None:
        """Write the last index record."""
        self.flush()
        self._marked = (-INDEX_BYTES, 0)
        self._mark(time.time_ns())

    def _write(self, data: bytes) -> None:
        if not data:
            return
        self._mark(time.time_ns())
        if not self.took_the_screen and FULL_SCREEN in data:
            self._note_the_screen()
        self.tail = (self.tail + data[-TAIL:])[-TAIL:]
        gap = b"\n[%d bytes were not kept: %s]\n" % (self.lost, self.error.encode()) if self.lost else b""
        whole, kept = gap + data, 0
        try:
            while kept < len(whole):
                kept += os.write(self.out, whole[kept:] if kept else whole)
            self.lost = 0
        except OSError as error:
            self.error = error.strerror or str(error)
            if kept < len(gap):
                os.ftruncate(self.out, self.bytes)
                kept = 0
            self.lost += len(data) - max(0, kept - len(gap))
        self.bytes += kept
        self.lines += whole.count(b"\n", 0, kept)
        self.cap.keep(self.bytes)

    def _note_the_screen(self) -> None:
        """It draws over the whole screen from here on: who looks is told to attach a terminal."""
        self.took_the_screen = True
        try:
            self._folder.write("screen", b"")
        except OSError:
            pass

    def _mark(self, now: int) -> None:
        offset, when = self._marked
        if self.bytes - offset < INDEX_BYTES and now - when < INDEX_NS:
            return
        try:
            # by position, so that half a record on a full disk does not shift those after it
            os.pwrite(self.idx, RECORD.pack(self.bytes, self.lines, now), self._records * RECORD.size)
        except OSError:
            return
        self._records += 1
        self._marked = (self.bytes, now)
