"""A file, or the ones a pattern finds: there, readable, how large, how old."""

from __future__ import annotations

import glob
import os
import stat
import time
from itertools import islice
from pathlib import Path

from handrail.health.probes.reading import Hands, Reading, in_thread
from handrail.kinds import File
from handrail.quantities import seconds

MOST = 100_000  # files that a pattern may find


async def ask(options: File, hands: Hands) -> Reading:
    return await in_thread(lambda: _read(options))


def _read(options: File) -> Reading:
    try:
        if not options.glob:
            found = facts(Path(options.path))
            return Reading({**found, "count": 1 if found["exists"] else 0})
        return Reading(_among(options))
    except PermissionError:
        return Reading({"error": "denied"})
    except (OSError, ValueError):
        return Reading({"error": "io"})


def facts(path: Path) -> dict[str, object]:
    """What can be said of one path. One that is not there has no size and no age. Raises OSError."""
    link = path.is_symlink()
    values: dict[str, object] = {"error": "none", "exists": False, "broken_link": False}
    if link:
        values["target"] = str(path.readlink())
    try:
        found = path.stat()
    except FileNotFoundError:
        return values | {"broken_link": link, "readable": False, "writable": False}
    return values | {
        "exists": True, "readable": os.access(path, os.R_OK), "writable": os.access(path, os.W_OK),
        "size": found.st_size, "mode": stat.S_IMODE(found.st_mode), "age": time.time() - found.st_mtime,
    }


def _among(options: File) -> dict[str, object]:
    """The facts of the one that is picked, and how many there are."""
    limit = seconds(options.older_than) if options.older_than else None
    found: list[tuple[float, int, str]] = []
    for name in islice(glob.iglob(options.glob, recursive=True), MOST):  # noqa: PTH207  # pathlib has no absolute glob
        try:
            there = os.stat(name)  # noqa: PTH116  # a hundred thousand Path objects are a second of work
        except OSError:
            continue
        if limit is None or time.time() - there.st_mtime > limit:
            found.append((there.st_mtime, there.st_size, name))
    if not found:
        return {"error": "none", "exists": False, "count": 0}
    best = {"newest": max(found), "oldest": min(found), "largest": max(found, key=lambda one: one[1])}[options.pick]
    return {**facts(Path(best[2])), "count": len(found)}
