"""The middle of a very long output that is no longer kept: a hole in `out`, told in the file `gap`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class Gap(NamedTuple):
    """The bytes from `start` up to `end` of the output, given back because a run may keep no more than `limit`."""

    start: int = 0
    end: int = 0
    limit: int = 0

    def overlaps(self, first: int, last: int) -> bool:
        """Whether it has a byte in common with those from `first` up to `last`."""
        return self.start < self.end and first < self.end and self.start < last

    def within(self, offset: int) -> bool:
        return self.start <= offset < self.end

    @property
    def note(self) -> bytes:
        """What is shown in its place."""
        return b"[%s are not kept any more: of one run at most %s are]" % (
            _size(self.end - self.start).encode(), _size(self.limit).encode())


NONE = Gap()


def read_gap(folder: Path) -> Gap:
    """The gap in the output of the run in `folder`; one of no bytes when there is none."""
    try:
        found = json.loads((folder / "gap").read_bytes())
        return Gap(int(found["from"]), int(found["to"]), int(found["limit"]))
    except (OSError, ValueError, KeyError, TypeError):
        return NONE


def _size(count: int) -> str:
    for name, unit in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count} B"
