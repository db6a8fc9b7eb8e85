"""One writer at a time: a blocking flock on a fresh descriptor, with the holder's pid inside for whoever waits."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from handrail.errors import StateError
from handrail.incident.files import Files
from handrail.paths import FILE_MODE

_mine = threading.local()

# A wait that was given up goes on in its thread until the kernel answers; there is never more than one per lock file.
_given_up: dict[Path, _Waiting] = {}


class Busy(StateError):
    """Another process holds the store for longer than the caller would wait. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the store. `stopped` means it sleeps under a SIGSTOP or ctrl+z and will not let go by itself."""

    pid: int
    name: str
    stopped: bool

    def __str__(self) -> str:
        return f"pid {self.pid} ({self.name}){', which is stopped,' if self.stopped else ''} holds the store"


@contextmanager
def held(files: Files, path: Path, patience: float | None = None) -> Iterator[None]:
    """Hold the lock file `path`. A fresh descriptor each time excludes threads as well as processes.

    Waits in the kernel's queue, which is fair; `patience` (s) bounds the wait, None waits for ever. Raises Busy after
    that, OSError when the lock file cannot be used, RuntimeError when this thread holds it already.
    """
    if getattr(_mine, "holds", False):
        raise RuntimeError("a decision under the lock must not use the store")
    descriptor = _take(files, path, patience)
    _mine.holds = True
    try:
        _sign(descriptor)
        yield
    finally:
        _mine.holds = False
        os.close(descriptor)


def holder(path: Path) -> Holder | None:
    """Who holds the lock now; None when nobody does, or nobody can be named."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except OSError:
        pid = os.pread(descriptor, 32, 0).strip()
        return _process(int(pid)) if pid.isdigit() else None
    finally:
        os.close(descriptor)


def carry_on(who: Holder) -> bool:
    """Wake a stopped holder (SIGCONT). False when it is gone or belongs to somebody else."""
    try:
        os.kill(who.pid, signal.SIGCONT)
    except OSError:
        return False
    return True


def _take(files: Files, path: Path, patience: float | None) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    if patience is None:
        try:
            files.lock(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor
    deadline = time.monotonic() + patience
    if (earlier := _given_up.get(path)) is not None and not earlier.over(patience):
        os.close(descriptor)
        raise _busy(path)
    _given_up.pop(path, None)
    if _free(descriptor):
        return descriptor
    waiting = _Waiting(files, descriptor)
    if waiting.over(max(0.0, deadline - time.monotonic())) or not waiting.give_up():
        return waiting.descriptor()
    _given_up[path] = waiting
    raise _busy(path)


def _free(descriptor: int) -> bool:
    """Whether the lock was free, and is held now: then no thread has to be made to wait for it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _busy(path: Path) -> Busy:
    who = holder(path)
    return Busy("The record is held by another process.", f"{who}." if who else "It cannot be named.",
                "It goes on by itself when that process does.")


class _Waiting:
    """A blocking flock cannot be given up, so a thread of its own waits; if nobody wants it any more, it lets go."""

    def __init__(self, files: Files, descriptor: int) -> None:
        self._files = files
        self._descriptor = descriptor
        self._guard = threading.Lock()
        self._wanted = True
        self._answered = threading.Event()
        self._error: OSError | None = None
        threading.Thread(target=self._block, name="store-lock", daemon=True).start()

    def over(self, patience: float) -> bool:
        """Whether the kernel answered within `patience` seconds."""
        return self._answered.wait(patience)

    def give_up(self) -> bool:
        """Let the lock go as soon as it comes. False when it came meanwhile, and is ours."""
        with self._guard:
            self._wanted = self._answered.is_set()
            return not self._wanted

    def descriptor(self) -> int:
        """The descriptor that holds the lock. Raises OSError when the kernel refused."""
        if self._error is not None:
            raise self._error
        return self._descriptor

    def _block(self) -> None:
        try:
            self._files.lock(self._descriptor)
        except OSError as error:
            self._error = error
        with self._guard:
            self._answered.set()
            if self._error is not None or not self._wanted:
                os.close(self._descriptor)


def _sign(descriptor: int) -> None:
    try:
        os.pwrite(descriptor, f"{os.getpid():<10}\n".encode(), 0)
    except OSError:
        return  # a full disk must not keep anyone from the lock; only the name is missing


def _process(pid: int) -> Holder | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    name = text[text.find("(") + 1 : text.rfind(")")]
    return Holder(pid, name, text[text.rfind(")") + 2 :][:1] in ("T", "t"))
