"""Who is here: consoles by a locked file each, walls by a shared lock on the folder, which writes nothing.

A lock dies with its process, so presence is never believed from a file alone.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from pathlib import Path

from handrail.errors import StateError
from handrail.incident.events import Actor
from handrail.paths import FILE_MODE, State, make_folder
from handrail.snapshot import Console


class Presence:
    """This console, seen by the others from `enter` to `leave`, or to the death of the process."""

    def __init__(self, state: State) -> None:
        self._folder = state.consoles
        self._file = state.consoles / f"{os.getpid()}.json"
        self._lock: int | None = None

    def enter(self, actor: Actor) -> None:
        """Say who is here; again after the name changed. Sweeps what dead consoles left. Never raises."""
        card = json.dumps({"name": actor.name, "pid": os.getpid(), "tty": actor.tty, "host": actor.host})
        try:
            make_folder(self._folder)
            self._sweep()
            if self._lock is None:
                self._lock = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._lock, 0)
            os.pwrite(self._lock, card.encode(), 0)
        except (OSError, StateError):
            self.leave()

    def leave(self) -> None:
        if self._lock is not None:
            with contextlib.suppress(OSError):
                self._file.unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None

    def _sweep(self) -> None:
        for file in self._folder.glob("*.json"):
            if file != self._file and not _held(file):
                file.unlink(missing_ok=True)


class WallPresence:
    """A wall: a shared lock on the consoles' folder, opened for reading: nothing is written."""

    def __init__(self, state: State) -> None:
        self._lock: int | None = None
        try:
            self._lock = os.open(state.consoles, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(self._lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            self.leave()

    def leave(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def consoles(state: State) -> tuple[Console, ...]:
    """The consoles that are open now, by name."""
    found = []
    try:
        files = list(state.consoles.glob("*.json"))
    except OSError:
        return ()
    for file in files:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            if _held(file):
                card = json.loads(file.read_bytes())
                found.append(Console(str(card["name"]), int(card["pid"]), str(card["tty"]), str(card["host"])))
    return tuple(sorted(found, key=lambda console: (console.name, console.pid)))


def walls(state: State) -> int:
    """How many walls show this folder, as the kernel's list of locks says."""
    try:
        inode = state.consoles.stat().st_ino
        locks = Path("/proc/locks").read_text("ascii", "replace")
    except OSError:
        return 0
    # 12: FLOCK  ADVISORY  READ 4711 00:2a:1093 0 EOF
    return sum(1 for line in locks.splitlines()
               if (words := line.split())[1:2] == ["FLOCK"] and "READ" in words
               and any(word.endswith(f":{inode}") for word in words))


def _held(file: Path) -> bool:
    """Whether a living process holds the lock of this file."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except OSError:
        return True
    finally:
        os.close(descriptor)
