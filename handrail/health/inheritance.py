"""What a pack's lamps know outlives an edit of the pack; what nobody needs any more is swept."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import time
from pathlib import Path

from handrail.health import history, lease, now

# A version of a pack that nobody polled for so long (s) has nothing to give any more.
KEPT = 3 * 86_400.0
_VERSION = re.compile(r"[0-9a-f]{64}")


def before(folder: Path, pack: str) -> now.Now | None:
    """What the last poller knew: of this very version, else of the version that was polled last.

    The history of that one is copied, so that no window fills anew because a comment was edited.
    """
    with contextlib.suppress(ValueError, OSError):
        if (own := now.read(folder)) is not None:
            return own
    newest: tuple[float, now.Now, Path] | None = None
    for other in versions(folder.parent):
        with contextlib.suppress(ValueError, OSError):
            stamp = (other / now.NAME).stat().st_mtime
            if other != folder and (newest is None or stamp > newest[0]):
                told = now.read(other)
                if told is not None and told.pack == pack:
                    newest = (stamp, told, other)
    if newest is None:
        return None
    _copy(newest[2] / history.FOLDER, folder / history.FOLDER)
    return newest[1]


def sweep(health: Path, but: Path) -> tuple[Path, ...]:
    """Remove the versions that nobody polls and nobody did for days; those that went. Never raises."""
    gone = []
    for folder in versions(health):
        if folder != but and _age(folder) > KEPT and _free(folder):
            shutil.rmtree(folder, ignore_errors=True)
            gone.append(folder)
    return tuple(gone)


def versions(health: Path) -> list[Path]:
    """The folders of all versions of all packs."""
    try:
        return [Path(entry.path) for entry in os.scandir(health) if _VERSION.fullmatch(entry.name)]
    except OSError:
        return []


def _copy(source: Path, target: Path) -> None:
    with contextlib.suppress(OSError):
        for file in source.glob("*.jsonl"):
            if not (target / file.name).exists():
                shutil.copy2(file, target / file.name)


def _age(folder: Path) -> float:
    stamps = [0.0]
    for name in (now.NAME, lease.NAME, "."):
        with contextlib.suppress(OSError):
            stamps.append((folder / name).stat().st_mtime)
    return time.time() - max(stamps)


def _free(folder: Path) -> bool:
    """Whether nobody holds the lease."""
    try:
        descriptor = os.open(folder / lease.NAME, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
