"""The file operations of the record, one line each, so that a test can cut the power between any two of them."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Protocol

from handrail.paths import FILE_MODE


class Files(Protocol):
    """What the store does to the disk. Every method raises OSError as the system gave it."""

    def read(self, path: Path) -> bytes: ...
    def create(self, path: Path) -> int: ...
    def write(self, descriptor: int, data: memoryview) -> int: ...
    def sync(self, descriptor: int) -> None: ...
    def close(self, descriptor: int) -> None: ...
    def rename(self, old: Path, new: Path) -> None: ...
    def sync_folder(self, folder: Path) -> None: ...
    def remove(self, path: Path) -> None: ...
    def lock(self, descriptor: int) -> None: ...


class RealFiles:
    """The disk."""

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def create(self, path: Path) -> int:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)

    def write(self, descriptor: int, data: memoryview) -> int:
        return os.write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        os.rename(old, new)  # noqa: PTH104

    def sync_folder(self, folder: Path) -> None:
        _sync_folder(folder)

    def remove(self, path: Path) -> None:
        path.unlink()

    def lock(self, descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


REAL_FILES = RealFiles()


def replace(files: Files, path: Path, data: bytes | bytearray) -> None:
    """Make `data` the whole content of `path`: on disk when this returns, and never half there.

    Only for callers that hold the store's lock: the temporary name is the same every time, so that a crash leaves at
    most one. Raises OSError; then the old content is there, or (when only the folder's sync failed) the new one.
    """
    temporary = path.with_name(path.name + ".tmp")
    try:
        _write_new(files, temporary, data)
        files.rename(temporary, path)
    except OSError:
        discard(files, temporary)
        raise
    files.sync_folder(path.parent)


def discard(files: Files, path: Path) -> None:
    """Remove a file that may be there; failing to is no error."""
    try:
        files.remove(path)
    except OSError:
        return


def _write_new(files: Files, path: Path, data: bytes | bytearray) -> None:
    descriptor = files.create(path)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[files.write(descriptor, rest):]
        files.sync(descriptor)
    finally:
        files.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
