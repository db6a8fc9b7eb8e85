"""Where the newlines are in the stretches of output that were looked at last."""

from __future__ import annotations

import os
from array import array
from collections import OrderedDict
from itertools import accumulate

BLOCKS = 8  # blocks whose newlines are remembered
LARGEST = 1024 * 1024  # bytes of one block


class Wrong(Exception):
    """The index contradicts the output."""


class Blocks:
    """The offsets of newlines in a few blocks, from the beginning of each."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, int], array[int]] = OrderedDict()

    def newlines(self, fd: int, start: int, end: int, expected: int) -> array[int]:
        """Those of the bytes from `start` to `end`. Raises Wrong when they are not `expected` many; OSError."""
        key = start, end
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        if not 0 < end - start <= LARGEST:
            raise Wrong
        pieces = os.pread(fd, end - start, start).split(b"\n")
        if len(pieces) - 1 != expected:
            raise Wrong
        found = array("I", (end - 1 for end in accumulate(len(piece) + 1 for piece in pieces[:-1])))
        self._known[key] = found
        if len(self._known) > BLOCKS:
            self._known.popitem(last=False)
        return found

    def clear(self) -> None:
        self._known.clear()
