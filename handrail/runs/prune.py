"""Old output given back to the disk: only of incidents that are closed and were exported, never what is still needed.

How each run ended, what it was and the digest of its output stay: in the record, in meta.json and in exit.json.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from handrail.paths import FILE_MODE
from handrail.runs.record import RunFiles

EXPORTED = "exported"  # in the folder of an incident's runs: the head hash of the record that was exported
PRUNED = "pruned"
AGE = 90 * 24 * 3600.0  # s after which output goes
SIZE = 10 << 30  # bytes of output of all closed and exported incidents that may stay
BULK = ("out", "idx", "service.out", "env.sh", "gap")


class Old(NamedTuple):
    """A run whose output may go."""

    ended: float
    bytes: int
    folder: Path


def mark_exported(runs: Path, head: str) -> None:
    """Say that the incident whose runs lie in `runs` was exported, output included, as of `head`. Raises OSError."""
    runs.mkdir(parents=True, exist_ok=True)
    with open(runs / EXPORTED, "w", opener=_private) as file:
        file.write(head)


def prune(runs: Path, is_closed: Callable[[str], bool], now: float, *, age: float = AGE, size: int = SIZE) -> int:
    """Give back the output of old runs below `runs` (one folder an incident); how many bytes that were.

    What ended longer than `age` (s) before `now` (s since the epoch) goes, then the oldest until at most `size` bytes
    are left. `is_closed` answers for an incident's id. Raises nothing: what cannot be removed stays.
    """
    found = sorted(_old(runs, is_closed))
    left, gone = sum(one.bytes for one in found), 0
    for one in found:
        if one.ended > now - age and left <= size:
            break
        if _remove(one, now):
            left -= one.bytes
            gone += one.bytes
    return gone


def _old(runs: Path, is_closed: Callable[[str], bool]) -> Iterator[Old]:
    with contextlib.suppress(OSError):
        for incident in runs.iterdir():
            if not (incident / EXPORTED).is_file() or not is_closed(incident.name):
                continue
            for folder in incident.iterdir():
                with contextlib.suppress(OSError):
                    # Whatever is not plainly over and done may still be written to.
                    state = RunFiles(folder).state()
                    if (folder / "exit.json").is_file() and not state.background and not state.left and (
                            (folder / "out").is_file()):
                        bulk = sum((folder / name).stat().st_blocks * 512 for name in BULK if (folder / name).exists())
                        yield Old((folder / "exit.json").stat().st_mtime, bulk, folder)


def _remove(one: Old, now: float) -> bool:
    """The note first: a run without output that does not say why would look like one that wrote nothing."""
    try:
        with open(one.folder / PRUNED, "w", opener=_private) as file:
            json.dump({"at": now, "bytes": one.bytes}, file)
        for name in BULK:
            (one.folder / name).unlink(missing_ok=True)
    except OSError:
        return False
    return True


def low_disk(folder: Path, least: int = 200_000_000) -> str:
    """A sentence while fewer than `least` bytes are free where `folder` lies, else ""."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return ""
    if free >= least:
        return ""
    return f"Only {free // 1_000_000} MB are free at {folder}: clear some, or output and record find no room."


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, FILE_MODE)
