"""How a step is ended: asked, told, killed, with all it started, until nothing of it is left."""

from __future__ import annotations

import os
import termios

from handrail.runs.supervision.light import signal
from handrail.runs.supervision.processes import descendants

TERM_AFTER = 3.0  # s after INT
KILL_AFTER = 5.0
AGAIN_EVERY = 0.1
GIVE_UP_AFTER = 10.0  # what is left then cannot be killed by us: it is named and left

TYPE_CHECKING = False
if TYPE_CHECKING:
    from handrail.runs.supervision.step import Step


class Ladder:
    """INT to the foreground, after 3 s TERM to all, after 5 s KILL to all. Climbed only while something is left.

    No rung is passed over, however late it is taken: a machine that stood still for a while takes no time from a step
    that tidies up when it is told to end, and leaves none running.

    `by` is who asked, "" while nobody has; `timed_out` says that it was the time limit. `next` is when to climb on
    (monotonic seconds), None before the start and at the top.
    """

    def __init__(self, step: Step) -> None:
        self.step = step
        self.by = ""
        self.timed_out = False
        self.next: float | None = None
        self._gives_up = 0.0
        self._rung = 0

    @property
    def climbing(self) -> bool:
        """Whether it goes on by itself."""
        return self.next is not None

    def begin(self, by: str, now: float, timed_out: bool = False) -> None:
        """Start climbing; a second call while climbing changes nothing."""
        if self.climbing:
            return
        self.by, self.timed_out = by, timed_out
        self._rung = 0
        self.climb(now)

    def climb(self, now: float) -> None:
        """Take the rung that is due at `now`."""
        if self._rung == 0:
            self._ask()
            self.next = now + TERM_AFTER
        elif self._rung == 1:
            tell_all(signal.SIGTERM)
            self.next = now + KILL_AFTER - TERM_AFTER
        else:
            if self._rung == 2:
                self._gives_up = now + GIVE_UP_AFTER - KILL_AFTER
            kill_all()
            self.next = now + AGAIN_EVERY if now < self._gives_up else None
        self._rung += 1

    def leave(self) -> None:
        """Nothing is left to end."""
        self.next = None

    def _ask(self) -> None:
        for group in {self.step.group(), self.step.pid}:
            try:
                os.killpg(group, signal.SIGINT)
                os.killpg(group, signal.SIGCONT)  # a stopped process hears nothing else
            except OSError:
                pass
        if not all(map(_is_ours, descendants())):  # run by sudo: only the terminal may interrupt it
            try:
                os.write(self.step.master, self.step.character(termios.VINTR))
            except OSError:
                pass


def _is_ours(pid: int) -> bool:
    try:
        return os.stat(f"/proc/{pid}").st_uid == os.getuid()
    except OSError:
        return True


def tell_all(number: int) -> None:
    """Send a signal to every descendant, and let those that are stopped hear it."""
    for pid in descendants():
        for each in (number, signal.SIGCONT):
            try:
                os.kill(pid, each)
            except OSError:
                pass


def kill_all() -> None:
    """Kill every descendant; first stop them all, so that none starts another meanwhile."""
    stopped: set[int] = set()
    while fresh := set(descendants()) - stopped:
        for pid in fresh:
            _kill(pid, signal.SIGSTOP)
        stopped |= fresh
    for pid in stopped:
        _kill(pid, signal.SIGKILL)


def _kill(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except OSError:
        pass
