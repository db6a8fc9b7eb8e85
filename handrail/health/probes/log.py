"""Lines of a log that match, counted as they come."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from handrail.health.probes.file import facts
from handrail.health.probes.reading import LONGEST_LINE, Hands, Reading, in_thread
from handrail.kinds import Log

MOST = 8 * 1024 * 1024  # bytes read for one answer; of more, the newest


async def ask(options: Log, hands: Hands) -> Reading:
    return await in_thread(lambda: _read(options, hands.memory))


def _read(options: Log, memory: dict[str, Any]) -> Reading:
    path = Path(options.path)
    try:
        values = facts(path)
        if not values["exists"]:
            memory.pop("place", None)
            return Reading(values)
        if not path.is_file():  # a pipe would be waited for without end
            return Reading({"error": "io"})
        lines = _whole(path) if options.read == "whole" else _fresh(path, memory)
    except PermissionError:
        return Reading({"error": "denied"})
    except (OSError, ValueError):
        return Reading({"error": "io"})
    pattern = re.compile(options.match)
    matches = sum(pattern.search(line[:LONGEST_LINE]) is not None for line in lines)
    if matches:
        memory["matched"] = time.time()
    if "matched" in memory:
        values["last_match_age"] = time.time() - memory["matched"]
    return Reading(values | {"matches": matches, "count": matches})


def _whole(path: Path) -> list[str]:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - MOST))
        return file.read(MOST).decode("utf-8", "replace").splitlines()


def _fresh(path: Path, memory: dict[str, Any]) -> list[str]:
    """The whole lines that came since the last answer, none the first time. A file replaced or cut begins anew."""
    with path.open("rb") as file:
        found = path.stat()
        before = memory.get("place")
        if before is None:
            memory["place"] = (found.st_ino, found.st_size)
            return []
        start = before[1] if before[0] == found.st_ino and before[1] <= found.st_size else 0
        start = max(start, found.st_size - MOST)
        file.seek(start)
        raw = file.read(MOST)
    whole = raw.rfind(b"\n") + 1
    memory["place"] = (found.st_ino, start + whole)
    return raw[:whole].decode("utf-8", "replace").splitlines()
