"""Where the newlines are in the stretches of output that were looked at last."""

from __future__ import annotations

import os
from array import array
from collections import OrderedDict
from itertools import accumulate

from handrail.runs.gap import NONE, Gap

BLOCKS = 8  # blocks whose newlines are remembered
LARGEST = 1024 * 1024  # bytes of one block


class Wrong(Exception):
    """The index contradicts the output."""


class Blocks:
    """The offsets of newlines in a few blocks, from the beginning of each."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, int], array[int]] = OrderedDict()

    def newlines(self, fd: int, start: int, end: int, expected: int, gap: Gap = NONE) -> array[int]:
        """Those of the bytes from `start` to `end`. Raises Wrong when they are not `expected` many; OSError.

        Those that were in the `gap` stand at its beginning.
        """
        key = start, end
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        if not 0 < end - start <= LARGEST:
            raise Wrong
        found = _found(fd, start, end, gap)
        missing = expected - len(found)
        if missing:
            begin, stop = max(start, gap.start), min(end, gap.end)
            if not 0 < missing <= stop - begin:
                raise Wrong
            found = array("I", sorted([*found, *range(begin - start, begin - start + missing)]))
        self._known[key] = found
        if len(self._known) > BLOCKS:
            self._known.popitem(last=False)
        return found

    def clear(self) -> None:
        self._known.clear()


def _found(fd: int, start: int, end: int, gap: Gap) -> array[int]:
    """The newlines that are there, from `start` on."""
    if gap.overlaps(start, end):
        before = _found(fd, start, gap.start, NONE) if start < gap.start else array("I")
        after = _found(fd, gap.end, end, NONE) if gap.end < end else array("I")
        return before + array("I", (at + gap.end - start for at in after))
    pieces = os.pread(fd, end - start, start).split(b"\n")
    return array("I", (end - 1 for end in accumulate(len(piece) + 1 for piece in pieces[:-1])))
