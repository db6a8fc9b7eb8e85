"""Reading the record. Imports nothing that can write; what it answers is checked against the seal of each file."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from handrail.errors import Damaged, HandrailError, UsageError
from handrail.incident.incident import Incident
from handrail.incident.record import glance, load
from handrail.incident.set_aside import SetAside
from handrail.incident.trouble import in_words
from handrail.incident.where import known
from handrail.paths import State

if TYPE_CHECKING:
    from handrail.incident.past import PastRow
    from handrail.incident.pastlist import PastList
    from handrail.incident.verify import Report

SHA = re.compile(r"[0-9a-f]{64}")

# The board needs the latest events for its list of activity; the whole timeline of a hundred incidents would not fit
# into the memory a console may use.
LATEST = 20

# Two writes within one tick of the file system's clock look alike; a file younger than this (ns) is read again.
TOO_YOUNG = 50_000_000

# How many opened incidents are kept at hand.
OPENED = 7

Signature = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file that cannot be read as an incident; it is left as it is. `why` is a sentence for the board."""

    id: str
    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class _Seen:
    signature: Signature
    settled: bool
    value: Incident | HandrailError


class Archive:
    """The incidents of one state folder, for reading. Keep one: unchanged files are not read again.

    Not for two threads at once; give each its own.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._board: dict[str, _Seen] = {}
        self._opened: dict[str, _Seen] = {}
        self._past: PastList | None = None

    def active(self) -> tuple[Incident | BadFile, ...]:
        """Everything open, by id: incidents and checklists (`kind` tells), damaged files in their place.

        `events` holds the latest 20 only. Raises nothing: a missing folder is an empty board.
        """
        board: dict[str, _Seen] = {}
        for id, signature in self._scan():
            old = self._board.get(id)
            if old is not None and old.settled and old.signature == signature:
                board[id] = old
            elif (seen := _look(self._state.active / f"{id}.json", _glance)) is not None:
                board[id] = seen
        self._board = board
        return tuple(self._shown(id, board[id].value) for id in sorted(board) if not _over(board[id].value))

    def changed(self) -> bool:
        """Whether `active` would answer something new: one scandir and a stat per open incident, for a 4 Hz poll."""
        now = dict(self._scan())
        return now.keys() != self._board.keys() or any(
            not seen.settled or seen.signature != now[id] for id, seen in self._board.items())

    def read(self, id: str) -> Incident:
        """One incident, open or past, with all its events; the same object again while its file is unchanged.

        Raises UsageError for an unknown id, Damaged and NewerSchema for a file that cannot be trusted.
        """
        path = self.path(id)
        old = self._opened.get(id)
        if old is not None and old.settled and old.signature == _signature_of(path) and isinstance(old.value, Incident):
            return old.value
        seen = _look(path, load) or _look(self.path(id), load)  # it may just have moved
        if seen is None:
            raise UsageError(f"{path.name} went away while it was read.", remedy="Try again.")
        if isinstance(seen.value, HandrailError):
            raise seen.value
        self._opened = {id: seen, **dict(list(self._opened.items())[:OPENED])}
        return seen.value

    def past(self, text: str = "") -> tuple[PastRow, ...]:
        """What is over, newest first; with `text` those that show every word of it. Quick once the index is there."""
        if self._past is None:
            from handrail.incident.pastlist import PastList

            self._past = PastList(self._state)
        return self._past.search(text)

    def bad_past(self) -> tuple[BadFile, ...]:
        """The past files that cannot be read, as of the last `past`."""
        bad = self._past.bad if self._past is not None else ()
        return tuple(BadFile(path.stem, path, why) for path, why in bad)

    def verify(self, id: str) -> Report:
        """Check seal, chain, fold, runbooks and outputs of one incident. Raises UsageError (no such id), OSError."""
        from handrail.incident.verify import verify

        return verify(self._state, id, self.path(id))

    def path(self, id: str) -> Path:
        """The file of an incident, open or past. Raises UsageError for an unknown id."""
        return known(self._state, id)

    def document(self, sha256: str) -> bytes:
        """A frozen runbook. Raises UsageError when it is not there, Damaged when its bytes do not fit its name."""
        path = self._state.documents / f"{sha256}.md"
        try:
            data = path.read_bytes() if SHA.fullmatch(sha256) else None
        except OSError:
            data = SetAside(self._state).read(sha256)
        if data is None:
            raise UsageError(f"There is no frozen runbook {sha256[:12]}.", f"{path.parent}: no {path.name[:12]}….")
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Damaged("A frozen runbook is damaged.", f"{path}: its bytes do not fit its name.",
                          "Opening the same runbook file again mends it.")
        return data

    def _shown(self, id: str, value: Incident | HandrailError) -> Incident | BadFile:
        if isinstance(value, Incident):
            return value
        return BadFile(id, self._state.active / f"{id}.json", f"{value.title} {value.detail}".strip())

    def _scan(self) -> list[tuple[str, Signature]]:
        found = []
        try:
            with os.scandir(self._state.active) as entries:
                for entry in entries:
                    if entry.name.endswith(".json"):
                        try:
                            stat = entry.stat()
                        except OSError:
                            continue
                        found.append((entry.name[:-5], (stat.st_ino, stat.st_mtime_ns, stat.st_size)))
        except OSError:
            return []
        return found


def _over(value: Incident | HandrailError) -> bool:
    return isinstance(value, Incident) and value.closed


def _glance(data: bytes, path: Path) -> Incident:
    return glance(data, path, LATEST)


def _look(path: Path, understand: Callable[[bytes, Path], Incident]) -> _Seen | None:
    """Read one file; None when it is gone. The signature is that of the descriptor read, never of the name."""
    try:
        with path.open("rb") as file:
            stat = os.fstat(file.fileno())
            data = file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        return _Seen((0, 0, 0), False, in_words(error, path, "read"))
    settled = abs(time.time_ns() - stat.st_mtime_ns) > TOO_YOUNG
    signature = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    try:
        return _Seen(signature, settled, understand(data, path))
    except HandrailError as error:
        return _Seen(signature, settled, error)


def _signature_of(path: Path) -> Signature | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
