"""Old output given back to the disk: only of incidents that are closed and were exported, never what is still needed.

How each run ended, what it was and the digest of its output stay: in the record, in meta.json and in exit.json.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from handrail.paths import FILE_MODE
from handrail.runs.given_back import NOTE, content
from handrail.runs.record import RunFiles

EXPORTED = "exported"  # in the folder of an incident's runs: which of them an export holds to the end, a line each
AGE = 90 * 24 * 3600.0  # s after which output goes
SIZE = 10 << 30  # bytes of output of all closed and exported incidents that may stay
BULK = ("out", "idx", "service.out", "env.sh", "gap")


class Old(NamedTuple):
    """A run whose output may go, by the time it ended (s since the epoch)."""

    ended: float
    bytes: int
    folder: Path

    @property
    def incident(self) -> str:
        return self.folder.parent.name


def mark_exported(runs: Path, names: Collection[str]) -> None:
    """Say that the runs `names` below `runs` are kept elsewhere too, output included. Raises OSError."""
    runs.mkdir(parents=True, exist_ok=True)
    known = _exported(runs)
    with open(runs / EXPORTED, "w", opener=_private) as file:
        file.writelines(f"{name}\n" for name in sorted({*known, *names}))


def old(runs: Path, is_closed: Callable[[str], bool], now: float, *, age: float = AGE,
        size: int = SIZE) -> tuple[Old, ...]:
    """The runs below `runs` (one folder an incident) whose output is to go, oldest first.

    That is what ended longer than `age` (s) before `now` (s since the epoch), then the oldest until at most `size`
    bytes are left. `is_closed` answers for an incident's id. Raises nothing.
    """
    found = sorted(_may_go(runs, is_closed))
    left, going = sum(one.bytes for one in found), []
    for one in found:
        if one.ended > now - age and left <= size:
            break
        left -= one.bytes
        going.append(one)
    return tuple(going)


def give_back(one: Old, now: float) -> bool:
    """Remove the output of a run, with a note first. False when it cannot be removed."""
    try:
        with open(one.folder / NOTE, "wb", opener=_private) as file:
            file.write(content(now, one.bytes))
        for name in BULK:
            (one.folder / name).unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _may_go(runs: Path, is_closed: Callable[[str], bool]) -> Iterator[Old]:
    with contextlib.suppress(OSError):
        for incident in runs.iterdir():
            names = _exported(incident)
            if not names or not is_closed(incident.name):
                continue
            for name in names:
                with contextlib.suppress(OSError):
                    # Whatever is not plainly over and done may still be written to.
                    folder = incident / name
                    state = RunFiles(folder).state()
                    if (folder / "exit.json").is_file() and not state.background and not state.left and (
                            (folder / "out").is_file()):
                        bulk = sum((folder / name).stat().st_blocks * 512 for name in BULK if (folder / name).exists())
                        yield Old((folder / "exit.json").stat().st_mtime, bulk, folder)


def _exported(runs: Path) -> frozenset[str]:
    """The names in the mark; none where there is no mark. What is no plain name is no run."""
    try:
        lines = (runs / EXPORTED).read_text("utf-8", "replace").splitlines()
    except OSError:
        return frozenset()
    return frozenset(line for line in lines if line and line == Path(line).name)


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
