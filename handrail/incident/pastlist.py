"""The list of past incidents: the index, mended by looking at the files it does not know."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from handrail.errors import HandrailError
from handrail.incident.past import PastRow, Signature, read_index, row_of
from handrail.incident.record import LONG_AGO, glance
from handrail.paths import State

# A folder that changed less than this ago (ns) may change again within one tick of its clock.
TOO_YOUNG = 50_000_000


class PastList:
    """Rows of what is in past/, newest first. Files are read only when the index does not know them as they are."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._folder: Signature | None = None
        self._rows: dict[str, PastRow] = {}
        self._sorted: tuple[PastRow, ...] = ()
        self._shown: list[str] = []
        self.bad: tuple[tuple[Path, str], ...] = ()

    def rows(self) -> tuple[PastRow, ...]:
        """All rows, newest first; one stat when nothing in the folder changed."""
        folder = _folder_signature(self._state.past)
        if folder is None or folder != self._folder:
            self._mend(lambda done, of: None)
            self._folder = folder
        return self._sorted

    def search(self, text: str) -> tuple[PastRow, ...]:
        """The rows that show every word of `text`, newest first; all of them for no words."""
        rows = self.rows()
        if not (words := text.lower().split()):
            return rows
        if len(self._shown) != len(rows):
            self._shown = [row.shown() for row in rows]
        found = list(zip(rows, self._shown, strict=True))
        for word in words:
            found = [pair for pair in found if word in pair[1]]
        return tuple(row for row, _ in found)

    def indexed(self, progress: Callable[[int, int], None]) -> tuple[tuple[PastRow, ...], bool]:
        """All rows, and whether the index on disk differs from them."""
        self._mend(progress)
        return self._sorted, read_index(self._state.past_index) != self._rows

    def _mend(self, progress: Callable[[int, int], None]) -> None:
        known = self._rows or read_index(self._state.past_index)
        found = list(_scan(self._state.past))
        rows: dict[str, PastRow] = {}
        bad: list[tuple[Path, str]] = []
        for done, (id, signature) in enumerate(found, 1):
            row = known.get(id)
            if row is None or row.signature != signature:
                path = self._state.past / f"{id}.json"
                try:
                    row = row_of(glance(path.read_bytes(), path, 0), signature)
                except FileNotFoundError:
                    continue
                except (OSError, HandrailError) as error:
                    bad.append((path, str(error)))
                    continue
                progress(done, len(found))
            rows[id] = row
        progress(len(found), len(found))
        self._rows = rows
        self._sorted = tuple(sorted(rows.values(), key=_when, reverse=True))
        self._shown = []
        self.bad = tuple(bad)


def _when(row: PastRow) -> tuple[datetime, str]:
    return row.declared_at or LONG_AGO, row.id


def _scan(folder: Path) -> Iterator[tuple[str, Signature]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(".json"):
                    try:
                        stat = entry.stat()
                    except OSError:
                        continue
                    yield entry.name[:-5], (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    except OSError:
        return


def _folder_signature(folder: Path) -> Signature | None:
    """None while it cannot be trusted; every change of a file in it is a rename and moves the folder's own time."""
    try:
        stat = folder.stat()
    except OSError:
        return None
    if abs(time.time_ns() - stat.st_mtime_ns) < TOO_YOUNG:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
