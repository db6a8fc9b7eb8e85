"""What lies in a folder that others write to at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path


def contents(folder: Path, pattern: str = "*") -> Iterator[tuple[Path, bytes]]:
    """Each file below `folder` with what is in it. One that is replaced or gone by the time it is read is left out."""
    for path in folder.rglob(pattern):
        try:
            if path.is_file():
                yield path, path.read_bytes()
        except FileNotFoundError:
            continue


def holding(folder: Path, wanted: bytes | Callable[[bytes], bool], pattern: str = "*") -> list[Path]:
    """The files below `folder` with these bytes in them, or whose bytes pass."""
    found = wanted if callable(wanted) else lambda data: wanted in data
    return [path for path, data in contents(folder, pattern) if found(data)]
