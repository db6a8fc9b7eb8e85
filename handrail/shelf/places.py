"""Which runbooks there are: those of the packs, and what lies in the folders that were named."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from handrail.pack.model import Pack
from handrail.shelf.links import MARKDOWN

# Of a folder that holds more (somebody's home) the first so many; the screen says so.
MOST = 20_000
NOBODYS = frozenset({"node_modules", "__pycache__", "venv", "site-packages"})


@dataclass(frozen=True, slots=True)
class Place:
    """A runbook's file. `source` is the pack's or the folder's name, `shown` the path below it, for people."""

    path: Path
    source: str
    shown: str


def places(packs: Iterable[Pack], folders: Iterable[Path] = ()) -> Iterator[Place]:
    """Every runbook once, packs first. Looks at the disk; what cannot be looked at is not there."""
    seen: set[Path] = set()
    for pack in packs:
        for path in pack.runbooks:
            if _fresh(path, seen):
                yield Place(path, pack.name, _below(path, pack.folder))
    for folder in folders:
        for path in _walk(folder.absolute()):
            if len(seen) >= MOST:
                return
            if _fresh(path, seen):
                yield Place(path, folder.absolute().name, _below(path, folder.absolute()))


def _fresh(path: Path, seen: set[Path]) -> bool:
    if path in seen:
        return False
    seen.add(path)
    return True


def _walk(folder: Path) -> Iterator[Path]:
    """Markdown files below a folder by name; hidden folders and those of tools are passed over, links not followed."""
    for at, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in NOBODYS)
        yield from (Path(at) / name for name in sorted(files)
                    if not name.startswith(".") and os.path.splitext(name)[1].lower() in MARKDOWN)  # noqa: PTH122


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
