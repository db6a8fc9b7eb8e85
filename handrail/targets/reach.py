"""Looking at targets beside a screen: what was found last is answered at once, and looked at again in a thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from handrail.targets.found import names_a_program, targets_of
from handrail.targets.target import Target

PERIOD = 1.0  # s between two looks at what is on a screen
FORGOTTEN_AFTER = 30.0  # s in which nobody asked
# How long (s) a first answer may keep the caller waiting; a home on a dead network drive takes longer.
QUICK = 0.03

Asked = tuple[str, tuple[tuple[str, str], ...]]


class Reach:
    """`version` counts changes of what was answered. Thread-safe."""

    def __init__(self) -> None:
        self.version = 0
        self._guard = threading.Lock()
        self._wake = threading.Event()
        self._first = threading.Condition(self._guard)
        self._end = False
        self._known: dict[Asked, tuple[Target, ...] | None] = {}
        self._asked_at: dict[Asked, float] = {}
        self._thread: threading.Thread | None = None

    def known(self, command: str, environ: Mapping[str, str]) -> tuple[Target, ...] | None:
        """What `command` reaches, as of the last second; None while the first look takes its time. Hardly blocks."""
        if not names_a_program(command):
            return ()
        asked = (command, tuple(sorted(environ.items())))
        with self._guard:
            new = asked not in self._known
            self._known.setdefault(asked, None)
            self._asked_at[asked] = time.monotonic()
            if new and not self._end:
                self._start()
                self._wake.set()
                self._first.wait_for(lambda: self._known.get(asked) is not None, QUICK)
            return self._known.get(asked)

    def close(self) -> None:
        """End the thread. Never hangs."""
        self._end = True
        self._wake.set()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._go, name="handrail-targets", daemon=True)
            self._thread.start()

    def _go(self) -> None:
        while not self._end:
            self._wake.clear()
            with self._guard:
                now = time.monotonic()
                for old in [one for one, at in self._asked_at.items() if now - at > FORGOTTEN_AFTER]:
                    del self._known[old], self._asked_at[old]
                waiting = sorted(self._known, key=lambda one: self._known[one] is not None)
            for asked in waiting:
                self._look(asked)
            self._wake.wait(PERIOD if waiting else None)

    def _look(self, asked: Asked) -> None:
        found = targets_of(asked[0], dict(asked[1]))
        with self._guard:
            if asked in self._known and self._known[asked] != found:
                self._known[asked] = found
                self.version += 1
                self._first.notify_all()
