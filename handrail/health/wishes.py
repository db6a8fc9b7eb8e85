"""Asking whoever polls to ask a probe now: an empty file with the probe's name, taken away by the poller."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from handrail.errors import StateError
from handrail.health.history import safe
from handrail.paths import FILE_MODE, make_folder

FOLDER = "wishes"
FRESH = 30.0  # s; what has lain longer was taken, or nobody waits for it any more
EVERY = safe("*")  # the name that stands for all of them: no probe has it


def wish(folder: Path, probe: str) -> None:
    """Ask for `probe` in a health folder. Raises StateError."""
    make_folder(folder / FOLDER)
    path = folder / FOLDER / safe(probe)
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, FILE_MODE))
    except OSError as error:
        raise StateError("The poller cannot be asked.", f"{path}: {error.strerror or error}.") from error


def wish_all(health: Path) -> None:
    """Ask for every probe in every health folder below `health`. Where nobody may write nobody polls either."""
    with contextlib.suppress(OSError, StateError):
        for folder in health.iterdir():
            wish(folder, "*")


def take(folder: Path) -> frozenset[str]:
    """The names (made safe) of the probes that were asked for since the last look; EVERY for all of them."""
    found = set()
    with contextlib.suppress(OSError):
        # Twice a second for ever: a look at the folder's own time spares most looks into it.
        if time.time() - (folder / FOLDER).stat().st_mtime > FRESH:
            return frozenset()
        for entry in os.scandir(folder / FOLDER):
            found.add(entry.name)
            Path(entry.path).unlink(missing_ok=True)
    return frozenset(found)
