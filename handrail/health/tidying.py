"""Room in a pack's health folder: what left-over writers and lamps that are no more have left there, and a limit."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Collection
from pathlib import Path

from handrail.health import answers, history, lease, now
from handrail.health.history import safe
from handrail.paths import FILE_MODE

EVERY = 3600.0  # s
# What a lamp that is no more has left is kept for so long (s): it may come back.
GONE = 3 * 86_400.0
# A file that was to replace another within moments, and has not for so long (s), is of a writer that died.
TORN = 60.0
# All histories of one version of a pack together (B).
LIMIT = 256 << 20


def tidy(folder: Path, lamps: Collection[str]) -> None:
    """For whoever holds the lease of `folder`; `lamps` are the ids there are. Never raises."""
    _torn(folder)
    kept = {safe(id) for id in lamps}
    for part in (history.FOLDER, answers.FOLDER):
        for path, found in _files(folder / part):
            if path.name.startswith(".") or (path.stem not in kept and time.time() - found.st_mtime > GONE):
                with contextlib.suppress(OSError):
                    path.unlink()
    _limit(folder / history.FOLDER)


def _torn(folder: Path) -> None:
    for path, found in _files(folder):
        left = path.name.startswith((f".{now.NAME}.", f".{lease.NAME}."))
        if left and not path.name.endswith(f".{os.getpid()}") and time.time() - found.st_mtime > TORN:
            with contextlib.suppress(OSError):
                path.unlink()


def _limit(folder: Path) -> None:
    """Cut the longest histories to an equal share of the limit, if all of them are more than it."""
    files = _files(folder)
    if sum(found.st_size for _, found in files) <= LIMIT:
        return
    share = LIMIT // len(files)
    for path, found in files:
        if found.st_size > share:
            _cut(path, share)


def _cut(path: Path, size: int) -> None:
    """Keep the newest whole lines of about `size` bytes."""
    fresh = path.with_name(f".{path.name}")
    with contextlib.suppress(OSError):
        with path.open("rb") as file:
            file.seek(-size, os.SEEK_END)
            body = file.read().partition(b"\n")[2]
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
        fresh.replace(path)


def _files(folder: Path) -> list[tuple[Path, os.stat_result]]:
    found = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            with contextlib.suppress(OSError):
                if entry.is_file(follow_symlinks=False):
                    found.append((Path(entry.path), entry.stat(follow_symlinks=False)))
    return found
