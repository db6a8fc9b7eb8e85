"""Who polls: one process per state folder and pack, whoever holds a flock with its name in it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
from pathlib import Path

from handrail.clock import Clock, iso
from handrail.health import now
from handrail.paths import FILE_MODE

NAME = "lease"
# A holder that has written nothing for this many of its own periods is stopped or hung: its lease is void.
VOID = 3.0
# A poller writes at least this often, in seconds, however rarely it asks.
SLOWEST = 5.0


class Lease:
    """The lease of one pack's health folder. Not for use from two threads at once."""

    def __init__(self, folder: Path, by: str, clock: Clock) -> None:
        self.path = folder / NAME
        self.by = by
        self.clock = clock
        self.descriptor: int | None = None

    def take(self) -> bool:
        """Take it if it is free, or void. Raises OSError when the folder cannot be used."""
        if self.held():
            return True
        self.release()
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return self._replace() if self.void() else False
        except OSError:
            os.close(descriptor)
            raise
        self._sign(descriptor)
        return self._keep(descriptor)

    def held(self) -> bool:
        """Whether it is still ours: nobody has put another file in its place."""
        if self.descriptor is None:
            return False
        try:
            ours, there = os.fstat(self.descriptor), self.path.stat()
        except OSError:
            return False
        return (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)

    def holder(self) -> str:
        """The name in the lease, "" without one."""
        try:
            return str(json.loads(self.path.read_bytes())["by"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def void(self) -> bool:
        """Whether its holder, though alive, has written nothing for three of its periods."""
        try:
            told = now.read(self.path.parent)
        except (ValueError, OSError):
            told = None
        every = told.every if told is not None else SLOWEST
        with contextlib.suppress(OSError):
            if self.clock.now().timestamp() - self.path.stat().st_mtime <= VOID * every:
                return False  # just taken: the first now.json is on its way
        return told is None or told.boot_id != now.boot_id() or self.clock.boot() - told.boot > VOID * told.every

    def release(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def _replace(self) -> bool:
        """Put a lease of our own over a void one; its holder sees that and stops writing."""
        fresh = self.path.with_name(f".{NAME}.{os.getpid()}")
        descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._sign(descriptor)
            fresh.replace(self.path)
        except OSError:
            os.close(descriptor)
            with contextlib.suppress(OSError):
                fresh.unlink()
            return False
        return self._keep(descriptor)

    def _sign(self, descriptor: int) -> None:
        mark = {"by": self.by, "pid": os.getpid(), "host": socket.gethostname(), "at": iso(self.clock.now())}
        os.fchmod(descriptor, FILE_MODE)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(mark).encode() + b"\n", 0)

    def _keep(self, descriptor: int) -> bool:
        """It is ours unless somebody replaced the file between our open and our lock."""
        self.descriptor = descriptor
        if self.held():
            return True
        self.release()
        return False
