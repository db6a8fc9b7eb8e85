"""Reading the record. Imports nothing that can write; what it answers is checked against the seal of each file."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from handrail.errors import Damaged, HandrailError, UsageError
from handrail.incident.incident import Incident
from handrail.incident.record import glance, load
from handrail.paths import State

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
SHA = re.compile(r"[0-9a-f]{64}")

# The board needs the latest events for its list of activity; the whole timeline of a hundred incidents would not fit
# into the memory a console may use.
LATEST = 20

# Two writes within one tick of the file system's clock look alike; a file younger than this (ns) is read again.
TOO_YOUNG = 50_000_000

Signature = tuple[int, int, int]
T = TypeVar("T")


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
    value: Incident | BadFile


class Archive:
    """The incidents of one state folder, for reading. Keep one: unchanged files are not read again.

    Not for two threads at once; give each its own.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._board: dict[str, _Seen] = {}
        self._opened: dict[str, _Seen] = {}

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
        values = [board[id].value for id in sorted(board)]
        return tuple(value for value in values if isinstance(value, BadFile) or not value.closed)

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
        seen = _look(path, load)
        if seen is None:
            raise unknown(id)
        if isinstance(seen.value, BadFile):
            load(path.read_bytes(), path)
            raise Damaged(f"{path.name} cannot be read.", seen.value.why)
        self._opened = {id: seen, **dict(list(self._opened.items())[:7])}
        return seen.value

    def path(self, id: str) -> Path:
        """The file of an incident, open or past. Raises UsageError for an unknown id."""
        if ID.fullmatch(id):
            for folder in (self._state.active, self._state.past, self._state.active):
                if (path := folder / f"{id}.json").exists():
                    return path
        raise unknown(id)

    def document(self, sha256: str) -> bytes:
        """A frozen runbook. Raises UsageError when it is not there, Damaged when its bytes do not fit its name."""
        path = self._state.documents / f"{sha256}.md"
        try:
            data = path.read_bytes() if SHA.fullmatch(sha256) else None
        except OSError:
            data = None
        if data is None:
            raise UsageError(f"There is no frozen runbook {sha256[:12]}.", f"{path.parent}: no {path.name[:12]}….")
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Damaged("A frozen runbook is damaged.", f"{path}: its bytes do not fit its name.",
                          "Opening the same runbook file again mends it.")
        return data

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


def unknown(id: str) -> UsageError:
    """The error for an incident that is not there."""
    return UsageError(f"There is no incident {id}.", remedy="`handrail incidents` lists the open ones.")


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
        return _Seen((0, 0, 0), False, BadFile(path.stem, path, f"{path}: {error.strerror}."))
    settled = abs(time.time_ns() - stat.st_mtime_ns) > TOO_YOUNG
    signature = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    try:
        return _Seen(signature, settled, understand(data, path))
    except HandrailError as error:
        return _Seen(signature, settled, BadFile(path.stem, path, f"{error.title} {error.detail}"))


def _signature_of(path: Path) -> Signature | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
