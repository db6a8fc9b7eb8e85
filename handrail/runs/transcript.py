"""The output of a run by its lines, while it grows and however large it is.

Reads `out` (bytes as they came) with the help of its index, which may be missing or wrong: what it says is checked
wherever it is used, and when it is wrong the lines are counted here instead, one bounded piece per refresh.

Everything is read with pread, and only what is asked for: memory and time do not grow with the output.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from handrail.runs.blocks import Blocks, Wrong
from handrail.runs.counting import Count
from handrail.runs.gap import NONE, read_gap
from handrail.runs.given_back import said
from handrail.runs.index import Index, Place

PIECE = 64 * 1024  # bytes between two places that are remembered
REFRESH = 1024 * 1024  # bytes counted per refresh, and the most that two index records may lie apart
LINE = 64 * 1024  # bytes of one line that are ever read
FAR = 8 * 1024 * 1024  # bytes without an index from which the end is shown first and the rest counted in a thread


class Transcript:
    """The output in `folder`, which need not exist yet. Not for use by two threads at once.

    `size` counts bytes, `lines` the lines known so far (a last one without newline counts), `behind` the bytes not yet
    looked at. `error` says why the output cannot be read, if it cannot. Between two calls of `refresh` nothing changes,
    but that lines may turn out empty when the index was wrong; the next `refresh` answers True then. `epoch` changes
    whenever the counting began again, so that a line number may mean another line than before.

    Where a large output has no index, line 0 is one near the end at first: `counting` says how far a thread is with
    those before, 0 to 1, and `tell` is called from it when `refresh` can put them in front; `added` counts them then.
    """

    def __init__(self, folder: Path, tell: Callable[[], object] = lambda: None) -> None:
        self.folder = folder
        self._tell = tell
        self._count_before: Count | None = None
        self.error = ""
        self.epoch = 0
        self._out: int | None = None
        self._index = Index(folder)
        self._trusted = True
        self._gap = NONE
        self._known: Place
        self._offsets: array[int]
        self._newlines: array[int]
        self._forget()

    def _forget(self) -> None:
        """Start counting again."""
        self.epoch += 1
        self.size = 0
        self.lines = 0
        self.added = 0
        self._origin = 0  # where line 0 begins
        if self._count_before is not None:
            self._count_before.close()
            self._count_before = None
        self._records = 0  # records of idx in use
        self._begin_at(Place(0, 0))
        self._blocks = Blocks()
        self._last = (Place(0, 0), Place(0, 0))  # the block used last
        self._changed = False

    def close(self) -> None:
        """Give the files back. The transcript can be used again after another `refresh`."""
        if self._out is not None:
            os.close(self._out)
            self._out = None
        self._index.close()
        if self._count_before is not None:
            self._count_before.close()

    @property
    def counting(self) -> float | None:
        """How far the lines before line 0 are counted; None when there are none."""
        return None if self._count_before is None else self._count_before.done

    @property
    def behind(self) -> int:
        return self.size - self._known.offset

    # -- growing ------------------------------------------------------------------------------------------------

    def refresh(self) -> bool:
        """Look at the files again; whether anything is new. Reads at most 1 MiB. Never raises."""
        before = (self.size, self.lines, self.behind, self.error)
        changed, self._changed = self._changed, False
        try:
            self._look()
            self.error = ""
        except FileNotFoundError:
            gone = said(self.folder)
            self.error = f"{gone[:1].upper()}{gone[1:]}; an export holds it." if gone else ""
        except Wrong:
            self._distrust()
        except OSError as error:
            self.error = error.strerror or str(error)
        return changed or before != (self.size, self.lines, self.behind, self.error)

    def _look(self) -> None:
        if self._out is None:
            self._out = os.open(self.folder / "out", os.O_RDONLY | os.O_CLOEXEC)
        records, place = self._indexed()  # before the size: the index is never ahead of the output
        size = os.fstat(self._out).st_size
        if size < self.size:
            self._forget()
            self._trusted = True
            records, place = self._indexed()
        grown = size > self.size
        self.size = size
        if grown and self._gap != (gap := read_gap(self.folder)):
            self._gap = gap
            self._blocks.clear()
            self._last = (Place(0, 0), Place(0, 0))
            self._changed = True
        if place is not None and records > self._records:
            self._use(records, place)
        if self._count_before is not None and self._count_before.finished:
            self._put_in_front(self._count_before)
        if self.behind > FAR and not self._records and self._count_before is None:
            self._start_late()
        if grown or self.behind:
            self._count()

    def _indexed(self) -> tuple[int, Place | None]:
        return self._index.last() if self._trusted else (0, None)

    def _use(self, records: int, place: Place) -> None:
        """Take over what the index says of all up to `place`."""
        known = self._known
        if not place.newlines <= place.offset <= self.size or (
            place.offset == known.offset and place.newlines != known.newlines
        ):
            self._distrust()
            return
        self._records = records
        if place.offset > known.offset:
            if not 0 <= place.newlines - known.newlines <= place.offset - known.offset:
                self._distrust()
                return
            self._known = place
        after = bisect_left(self._offsets, place.offset + 1)
        self._offsets = array("Q", [place.offset]) + self._offsets[after:]
        self._newlines = array("Q", [place.newlines]) + self._newlines[after:]

    def _count(self) -> None:
        """Count the newlines of the next piece that the index does not know."""
        assert self._out is not None
        offset, newlines = self._known
        data = os.pread(self._out, min(REFRESH, self.size - offset), offset)
        for start in range(0, len(data), PIECE):
            if offset + start - self._offsets[-1] >= PIECE:
                self._offsets.append(offset + start)
                self._newlines.append(newlines)
            newlines += data.count(b"\n", start, start + PIECE)
        self._known = Place(offset + len(data), newlines)
        last = data[-1:] or (os.pread(self._out, 1, offset - 1) if offset else b"\n")
        self.lines = newlines + (last != b"\n")

    def _start_late(self) -> None:
        """Begin with a line near the end; those before are counted in a thread."""
        assert self._out is not None
        start = self.size - REFRESH // 2
        end = os.pread(self._out, PIECE, start).find(b"\n")
        start += end + 1 if end >= 0 else 0
        self._begin_at(Place(start, 0))
        self._origin = start
        self._count_before = Count(self.folder / "out", start, self._tell)

    def _put_in_front(self, count: Count) -> None:
        """All lines are counted: the numbers move up."""
        offsets, newlines = self._offsets, self._newlines
        self._count_before, self._origin = None, 0
        self._offsets = count.offsets + offsets
        self._newlines = count.newlines + array("Q", (number + count.total for number in newlines))
        self._known = Place(self._known.offset, self._known.newlines + count.total)
        self._blocks.clear()
        self._last = (Place(0, 0), Place(0, 0))
        self.lines += count.total
        self.added += count.total
        self.epoch += 1
        self._changed = True

    def _begin_at(self, first: Place) -> None:
        self._known = first  # counted up to here
        self._offsets = array("Q", [first.offset])  # places since the last record in use, that one first
        self._newlines = array("Q", [first.newlines])

    def _distrust(self) -> None:
        """From now on the lines are counted here."""
        self._forget()
        self._trusted = False
        self._changed = True

    # -- lines --------------------------------------------------------------------------------------------------

    def line(self, number: int, limit: int = LINE, *, end: bool = False) -> bytes:
        """Line `number`, from 0, without its newline: its first `limit` bytes, or with `end` its last. b"" beyond."""
        start, length = self._extent(number)
        taken = min(length, limit)
        if self._before_gap(start, length):
            return (self.read(start, taken) + self._gap.note)[-limit:]
        return self.read(start + (length - taken if end else 0), taken)

    def length(self, number: int) -> int:
        """The bytes of line `number` without its newline, however many; 0 beyond the last."""
        start, length = self._extent(number)
        return length + len(self._gap.note) if self._before_gap(start, length) else length

    def _before_gap(self, start: int, length: int) -> bool:
        """Whether what was given back begins at the end of this line: that is said there."""
        return self._gap.end > 0 and start <= self._gap.start == start + length

    def lines_between(self, first: int, last: int) -> list[bytes]:
        """Lines from `first` up to but not including `last`, as far as there are any, each at most 64 KiB."""
        first, last = max(0, first), min(last, self.lines)
        if first >= last:
            return []
        start, _ = self._extent(first)
        final, length = self._extent(last - 1)
        if final + length - start > REFRESH or self._gap.overlaps(start, final + length + 1):
            return [self.line(number) for number in range(first, last)]
        lines = self.read(start, final + length - start).split(b"\n")
        return [line[:LINE] for line in lines[: last - first]]

    def start_of(self, number: int) -> int:
        """The offset of the first byte of line `number`; the size beyond the last."""
        return self._extent(number)[0] if 0 <= number < self.lines else self.size

    def line_at(self, offset: int) -> int | None:
        """The number of the line that the byte at `offset` belongs to; None when it is not counted yet."""
        if not self._origin <= offset < self.size or self._out is None:
            return None
        try:
            if offset < self._offsets[0] and self._records:
                after = self._index.before(lambda place: place.offset > offset, self._records)
                place = self._index.place(after - 1) if after else Place(0, 0)
                beyond = self._index.place(after)
            else:
                index = bisect_right(self._offsets, offset) - 1
                place = Place(self._offsets[index], self._newlines[index])
                more = index + 1 < len(self._offsets)
                beyond = Place(self._offsets[index + 1], self._newlines[index + 1]) if more else self._known
            newlines = os.pread(self._out, offset - place.offset, place.offset).count(b"\n")
            if self._gap.overlaps(place.offset, offset):  # there they cannot be counted: from the other side they can
                rest = os.pread(self._out, max(0, beyond.offset - offset), offset).count(b"\n")
                newlines = beyond.newlines - place.newlines - rest
        except (OSError, Wrong):
            return None
        return min(place.newlines + newlines, max(0, self.lines - 1))

    def time_of(self, number: int) -> datetime | None:
        """When line `number` began to come, in UTC, to about 250 ms; None when the index does not say."""
        start, _ = self._extent(number)
        if not 0 <= number < self.lines:
            return None
        try:
            after = self._index.before(lambda place: place.offset > start, self._records)
            return self._index.time(after - 1) if after else None
        except (OSError, Wrong, ValueError, OverflowError):
            return None

    def _extent(self, number: int) -> tuple[int, int]:
        """Where line `number` starts, and its bytes."""
        if not 0 <= number < self.lines:
            return 0, 0
        try:
            start = self._newline(number) + 1 if number else self._origin
            end = self._newline(number + 1) if number < self._known.newlines else self._known.offset
        except Wrong:
            self._distrust()
            return 0, 0
        except OSError:
            return 0, 0
        if self._gap.within(start):
            return start, 0
        return start, (self._gap.start if self._gap.within(end) or self._gap.overlaps(start, end) else end) - start

    def read(self, offset: int, count: int) -> bytes:
        """At most `count` bytes as they came, from `offset` on; b"" where there are none."""
        if self._out is None or count <= 0:
            return b""
        try:
            return os.pread(self._out, count, offset)
        except OSError:
            return b""

    # -- finding ------------------------------------------------------------------------------------------------

    def _newline(self, number: int) -> int:
        """The offset of newline `number`, counted from 1. Raises Wrong, OSError."""
        first, last = self._last
        if not first.newlines < number <= last.newlines:
            first, last = self._last = self._block_of(number)
        found = self._newlines_in(first, last)
        return first.offset + found[number - first.newlines - 1]

    def _block_of(self, number: int) -> tuple[Place, Place]:
        """The two neighbouring places between which newline `number` lies."""
        if self._newlines[0] < number or not self._records:
            index = bisect_left(self._newlines, number) - 1
            first = Place(self._offsets[index], self._newlines[index])
            if index + 1 == len(self._offsets):
                return first, self._known
            return first, Place(self._offsets[index + 1], self._newlines[index + 1])
        after = self._index.before(lambda place: place.newlines >= number, self._records)
        return self._index.place(after - 1) if after else Place(0, 0), self._index.place(after)

    def _newlines_in(self, first: Place, last: Place) -> array[int]:
        """Where the newlines between two places are, from the first one. Raises Wrong when their number is another."""
        if last.offset > self.size or self._out is None:
            raise Wrong
        return self._blocks.newlines(self._out, first.offset, last.offset, last.newlines - first.newlines, self._gap)
