"""Acts kept in memory (tmpfs) while the record cannot be written. NOT ON DISK: they survive a crash, not a reboot."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import asdict, replace

from handrail.clock import iso, parse_iso
from handrail.errors import StateError
from handrail.incident.events import Actor, Draft, Event
from handrail.incident.fold import Folding
from handrail.incident.incident import Incident
from handrail.incident.sealing import canonical, payload
from handrail.paths import FILE_MODE, FOLDER_MODE, State, in_memory


@dataclass(frozen=True, slots=True)
class Entry:
    """One act that waits for the disk: all its events, or none, will be recorded. `at` is when it was done."""

    incident: str
    actor: Actor
    at: datetime
    drafts: tuple[Draft, ...]


class Journal:
    """What waits for the disk of one state folder. Any number of processes of one account may use it at once."""

    def __init__(self, state: State, memory: Path | None = None) -> None:
        self.path = in_memory(state.root, memory).with_suffix(".jsonl")

    @property
    def waiting(self) -> bool:
        """Whether anything waits for the disk: one stat."""
        return self.signature is not None

    @property
    def signature(self) -> tuple[int, int] | None:
        """Another one whenever something else waits; None while nothing does. What others put there is nothing."""
        try:
            found = self.path.lstat()
        except OSError:
            return None
        own = found.st_uid == os.getuid() and stat.S_ISREG(found.st_mode)
        return (found.st_mtime_ns, found.st_size) if own and found.st_size else None

    def entries(self) -> tuple[Entry, ...]:
        """What waits, oldest first."""
        try:
            return _parsed(self.path.read_bytes())
        except OSError:
            return ()

    @contextmanager
    def held(self) -> Iterator[_Pages]:
        """Keep others out while an act is decided and written, or while all of it goes to the disk.

        Raises StateError when there is no memory file system to keep it in.
        """
        try:
            descriptor = self._open()
        except OSError as error:
            raise StateError("There is nowhere to keep this until the disk is back.",
                             f"{self.path.parent}: {error.strerror or error}.", "Write it down on paper.") from error
        try:
            yield _Pages(descriptor)
        finally:
            os.close(descriptor)

    def _open(self) -> int:
        folder = self.path.parent
        try:
            folder.mkdir(mode=FOLDER_MODE)
        except FileExistsError:
            own = folder.lstat()
            if own.st_uid != os.getuid() or not stat.S_ISDIR(own.st_mode) or own.st_mode & 0o077:
                raise PermissionError(1, "It belongs to somebody else, or others may write there") from None
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return descriptor


class _Pages:
    """The journal's file while it is held. It is emptied, never removed: whoever waits for it waits for this one."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read(self) -> tuple[Entry, ...]:
        size = os.fstat(self._descriptor).st_size
        return _parsed(os.pread(self._descriptor, size, 0))

    def add(self, entry: Entry) -> None:
        """One line at the end. Raises UsageError for what could not be recorded either, OSError when memory is full."""
        line = canonical({
            "incident": entry.incident, "actor": asdict(entry.actor), "at": iso(entry.at),
            "drafts": [{"kind": draft.kind, "id": draft.id, "reason": draft.reason, "data": payload(draft),
                        "occurred_at": iso(draft.occurred_at or entry.at)} for draft in entry.drafts],
        }) + b"\n"
        end = os.fstat(self._descriptor).st_size
        if os.pwrite(self._descriptor, line, end) != len(line):
            os.ftruncate(self._descriptor, end)
            raise OSError(28, "No space left in memory")

    def keep(self, entries: Sequence[Entry]) -> None:
        """Only these go on waiting."""
        os.ftruncate(self._descriptor, 0)
        for entry in entries:
            self.add(entry)


def overlaid(incident: Incident, entries: Sequence[Entry]) -> Incident:
    """The incident as it will be once what waits for it is recorded; `unrecorded` counts the events that wait."""
    known = {event.id for event in incident.events}
    events: list[Event] = []
    for entry in entries:
        for draft in entry.drafts:
            if entry.incident == incident.id and draft.id not in known:
                known.add(draft.id)
                events.append(Event(incident.rev + len(events) + 1, draft.id, draft.kind, draft.data, entry.actor,
                                    draft.occurred_at or entry.at, entry.at, 0, draft.reason, ""))
    if not events:
        return incident
    folding = Folding(incident.id, incident.events)
    folding.add(events)
    return replace(folding.incident(), unrecorded=len(events), head=incident.head)


def _parsed(data: bytes) -> tuple[Entry, ...]:
    """The whole lines; one that was cut off while it was written was never answered."""
    entries = []
    for line in data.splitlines(keepends=True):
        if line.endswith(b"\n"):
            try:
                entries.append(_entry(json.loads(line)))
            except (ValueError, KeyError, TypeError):
                continue
    return tuple(entries)


def _entry(row: dict[str, Any]) -> Entry:
    drafts = tuple(Draft(draft["kind"], draft["data"], draft["id"], parse_iso(draft["occurred_at"]), draft["reason"])
                   for draft in row["drafts"])
    return Entry(row["incident"], Actor(**row["actor"]), parse_iso(row["at"]), drafts)
