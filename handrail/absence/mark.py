"""How far each console has seen the record: a small file of its own, so that the next one knows what it missed.

The file is locked for the life of its process. One that nobody locks belonged to a console that was lost, or that was
left while steps ran.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from handrail.errors import StateError
from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.paths import FILE_MODE, State, make_folder

PERIOD = 1.0  # s
OLDEST = 7 * 86400.0  # s after which nobody wants to be told any more


@dataclass(frozen=True, slots=True)
class Mark:
    """What a console had seen: `seen` is the number of events by incident, `at` when it last looked (aware, UTC).

    `left` is True when its operator left it, False when it was lost.
    """

    at: datetime
    seen: Mapping[str, int]
    left: bool


class Marking:
    """Keeps the mark of this console up to date, in a thread of its own. Never raises: it is a convenience."""

    def __init__(self, state: State, actor: Callable[[], Actor], look: Callable[[], tuple[Incident, ...]]) -> None:
        self._folder = state.seen
        self._file = state.seen / f"{os.getpid()}.json"
        self._actor = actor
        self._look = look
        self._lock: int | None = None
        self._end = threading.Event()
        self._written = ""
        self._thread = threading.Thread(target=self._go, name="handrail-mark", daemon=True)

    def start(self) -> None:
        with contextlib.suppress(OSError, StateError):
            make_folder(self._folder)
            self._lock = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._thread.start()

    def leave(self, *, running: bool) -> None:
        """The operator leaves: nothing was missed, unless steps run on. Quick."""
        self._end.set()
        if self._lock is None:
            return
        with contextlib.suppress(OSError):
            if running:
                self._write(left=True)
            else:
                self._file.unlink(missing_ok=True)
            os.close(self._lock)
        self._lock = None

    def _go(self) -> None:
        while not self._end.wait(PERIOD):
            with contextlib.suppress(OSError):
                self._write(left=False)

    def _write(self, *, left: bool) -> None:
        lock, actor = self._lock, self._actor()
        seen = {incident.id: incident.rev for incident in self._look()}
        text = json.dumps({"name": actor.name, "account": actor.account, "seen": seen, "left": left})
        if lock is None:
            return
        if text != self._written:
            # Written in place, longer or shorter: half of it is no JSON, and then nothing is told.
            os.pwrite(lock, text.encode(), 0)
            os.ftruncate(lock, len(text.encode()))
            self._written = text
        else:
            os.utime(lock)


def take(state: State, actor: Actor) -> Mark | None:
    """The newest mark that a console of this person left behind; it and older ones of the same person are removed."""
    found: list[Mark] = []
    try:
        files = list(state.seen.glob("*.json"))
    except OSError:
        return None
    for file in files:
        with contextlib.suppress(OSError):
            mark, whose = _free(file)
            old = (datetime.now(UTC) - mark.at).total_seconds() > OLDEST
            if whose == (actor.name, actor.account) and not old:
                found.append(mark)
            if old or whose in (("", ""), (actor.name, actor.account)):
                file.unlink(missing_ok=True)
    return max(found, key=lambda mark: mark.at, default=None)


def _free(file: Path) -> tuple[Mark, tuple[str, str]]:
    """The mark in `file`, and the name and account of its person, both "" for what is no mark.

    Raises BlockingIOError while its console lives, OSError when it cannot be read.
    """
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        at = datetime.fromtimestamp(os.fstat(descriptor).st_mtime, UTC)
        try:
            known = json.loads(os.read(descriptor, 1 << 20))
            seen = {str(id): int(rev) for id, rev in known["seen"].items()}
            return Mark(at, seen, known["left"] is True), (str(known["name"]), str(known["account"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            return Mark(at, {}, False), ("", "")
    finally:
        os.close(descriptor)
