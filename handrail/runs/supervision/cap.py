"""The most that one run may keep on the disk: of more, the middle is given back as a hole in `out`, and told in `gap`.

The first lines say what was begun, the newest how it stands; offsets, lines and times stay as they were.
"""

from __future__ import annotations

import os

from handrail.runs.supervision.jsontext import to_json

BLOCK = 4096
KEEP_SIZE, PUNCH_HOLE = 1, 2  # of fallocate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from handrail.runs.supervision.folder import Folder


class Cap:
    """Keeps `out` below `limit` bytes: a quarter from the beginning, half from the end. 0 is no limit.

    `lost` counts the bytes that were given back. Where the file system makes no holes, nothing is given back.
    """

    def __init__(self, folder: Folder, out: int, limit: int) -> None:
        self.folder, self.out, self.limit = folder, out, limit
        self.lost = 0

    def keep(self, size: int) -> None:
        """`out` has `size` bytes now: make a hole, or the one there is longer, when more is kept than may be."""
        if not self.limit or size - self.lost <= self.limit:
            return
        first = self.limit // 4 // BLOCK * BLOCK
        last = (size - self.limit // 2) // BLOCK * BLOCK
        if last <= first + self.lost:
            return
        try:
            _punch(self.out, first + self.lost, last - first - self.lost)
            self.folder.replace("gap", to_json({"from": first, "to": last, "limit": self.limit}).encode())
        except OSError:
            self.limit = 0
            return
        self.lost = last - first


def _punch(fd: int, offset: int, length: int) -> None:
    """Give the blocks back; the file stays as long as it is. Raises OSError."""
    import ctypes  # 10 ms, once, and only for a run that writes without end

    library = ctypes.CDLL(None, use_errno=True)
    done = library.fallocate(fd, KEEP_SIZE | PUNCH_HOLE, ctypes.c_longlong(offset), ctypes.c_longlong(length))
    if done != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
