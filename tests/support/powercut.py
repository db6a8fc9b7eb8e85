"""What a disk may hold after the power went: every state that the operations so far, and those not synced yet, allow.

The model is a journalling file system: names change in order and a prefix of the unsynced changes survives; the bytes
of a file that was not synced may be missing, zero, or there in part, whatever happened to its name.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from handrail.incident.files import RealFiles

SECTOR = 512


@dataclass
class Content:
    """The bytes of one file: as written, and as they were at the last sync."""

    now: bytes = b""
    synced: bytes | None = None

    def possible(self) -> Iterator[bytes]:
        if self.now == self.synced:
            yield self.now
            return
        half = len(self.now) // 2
        torn = min(len(self.now), (half // SECTOR + 1) * SECTOR)
        yield self.synced or b""
        yield self.now
        yield self.now[:half]
        yield bytes(len(self.now))
        yield self.now[:torn] + bytes(len(self.now) - torn)


@dataclass
class Change:
    """One change of names: what a path points to from now on (None: it is gone)."""

    names: dict[Path, Content | None]

    def touches(self, folder: Path) -> bool:
        return any(path.parent == folder for path in self.names)


@dataclass
class Disk:
    """The names that are safe, the changes that are not yet, and what was acknowledged by then."""

    safe: dict[Path, Content] = field(default_factory=dict)
    pending: list[Change] = field(default_factory=list)

    def names(self, survived: int) -> dict[Path, Content]:
        names = dict(self.safe)
        for change in self.pending[:survived]:
            for path, content in change.names.items():
                if content is None:
                    names.pop(path, None)
                else:
                    names[path] = content
        return names


class Watched(RealFiles):
    """The real disk, with every operation also done to a model of what would survive; `cut` is called after each."""

    def __init__(self, root: Path, forget: frozenset[str] = frozenset()) -> None:
        self.root = root
        self.forget = forget
        self.disk = Disk({path: _known(path) for path in root.rglob("*") if path.is_file()})
        self.acknowledged: list[str] = []
        self.states: list[tuple[dict[Path, bytes], tuple[str, ...]]] = []
        self._open: dict[int, Content] = {}

    def create(self, path: Path) -> int:
        descriptor = super().create(path)
        content = Content()
        self._open[descriptor] = content
        self._change({path: content})
        return descriptor

    def write(self, descriptor: int, data: memoryview) -> int:
        written = super().write(descriptor, data)
        self._open[descriptor].now += bytes(data[:written])
        self._cut()
        return written

    def sync(self, descriptor: int) -> None:
        if "sync" not in self.forget:
            super().sync(descriptor)
            self._open[descriptor].synced = self._open[descriptor].now
        self._cut()

    def close(self, descriptor: int) -> None:
        super().close(descriptor)
        del self._open[descriptor]

    def rename(self, old: Path, new: Path) -> None:
        super().rename(old, new)
        content = self.disk.names(len(self.disk.pending))[old]
        self._change({old: None, new: content})

    def remove(self, path: Path) -> None:
        super().remove(path)
        self._change({path: None})

    def sync_folder(self, folder: Path) -> None:
        if "sync_folder" not in self.forget:
            super().sync_folder(folder)
            last = max((n for n, change in enumerate(self.disk.pending, 1) if change.touches(folder)), default=0)
            self.disk.safe = self.disk.names(last)
            del self.disk.pending[:last]
        self._cut()

    def acknowledge(self, id: str) -> None:
        self.acknowledged.append(id)
        self._cut()

    def _change(self, names: dict[Path, Content | None]) -> None:
        self.disk.pending.append(Change(names))
        self._cut()

    def _cut(self) -> None:
        for survived in range(len(self.disk.pending) + 1):
            for files in _possible(self.disk.names(survived)):
                state = (files, tuple(self.acknowledged))
                if state not in self.states[-40:]:
                    self.states.append(state)


def _possible(names: dict[Path, Content]) -> Iterator[dict[Path, bytes]]:
    """Each unsynced file in each of its states, the others as written: one file at a time is enough to be torn."""
    whole = {path: content.now for path, content in names.items()}
    yield whole
    for path, content in names.items():
        for data in content.possible():
            if data != content.now:
                yield {**whole, path: data}


def after_the_cut(root: Path, files: dict[Path, bytes], copy: Path) -> Path:
    """A state folder as the disk held it, at `copy`."""
    shutil.rmtree(copy, ignore_errors=True)
    for folder in (path for path in root.rglob("*") if path.is_dir()):
        (copy / folder.relative_to(root)).mkdir(parents=True, exist_ok=True)
    for path, data in files.items():
        (copy / path.relative_to(root)).write_bytes(data)
    return copy


def _known(path: Path) -> Content:
    data = path.read_bytes() if path.name != "ballast" else b""
    return Content(data, data)
