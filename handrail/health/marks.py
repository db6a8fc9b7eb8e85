"""What persons say about lamps: muted for a while, a latch cleared. Kept beside the lamps, by the id of their pack."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from handrail.errors import StateError
from handrail.paths import FILE_MODE, State, make_folder


class Mute(msgspec.Struct, frozen=True):
    """Until when (ISO 8601 UTC), by whom, and why."""

    until: str
    by: str
    reason: str = ""


class Cleared(msgspec.Struct, frozen=True):
    """When (ISO 8601 UTC) a latch was cleared last, and by whom."""

    at: str
    by: str


class Marks(msgspec.Struct, frozen=True):
    """By the lamp's id."""

    muted: dict[str, Mute] = {}
    cleared: dict[str, Cleared] = {}


NOTHING = Marks()
Edit = Callable[[Marks], Marks]
_DECODER = msgspec.json.Decoder(Marks)


def file_of(health: Path, pack: str) -> Path:
    """The file of a pack's marks below the `health` folder of a state."""
    return health / "marks" / f"{pack}.json"


def read(path: Path) -> Marks:
    """The marks; none when they cannot be read, for then every lamp is as loud as it is."""
    try:
        return _DECODER.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError, RecursionError):
        return NOTHING


def change(state: State, pack: str, edit: Edit) -> Marks:
    """Read, edit and replace them under a lock, synced. Raises StateError."""
    path = file_of(state.root / "health", pack)
    make_folder(path.parent)
    try:
        lock = os.open(path.parent / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            marks = edit(read(path))
            _replace(path, msgspec.json.encode(marks))
        finally:
            os.close(lock)
    except OSError as error:
        raise StateError("The lamp's mark cannot be kept.", f"{path}: {error.strerror or error}.") from error
    return marks


def _replace(path: Path, body: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise
