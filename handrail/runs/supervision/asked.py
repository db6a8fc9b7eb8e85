"""What is asked of a step through its door: to stop, to be typed into, to have another size."""

from __future__ import annotations

import os
import termios
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from handrail.runs.supervision.watch import Watch


class Asked:
    """Carries out the lines of the door. Who may type is who has the lease; readers see that in the file `typing`."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def act(self, word: str, arguments: list[bytes]) -> bool:
        """Carry out one line of the door; False when it cannot be. Raises ValueError, IndexError on nonsense."""
        step = self._watch.step
        if word == "stop":
            return self._watch.stop(_name(arguments[0]))
        if word == "input":
            return self._type(arguments[1], _name(arguments[0]))
        if word == "eof":
            return self._type(step.character(termios.VEOF), _name(arguments[0]))
        if word == "claim":
            return self._lend(_name(arguments[0]))
        if word == "release":
            return self._take_back(_name(arguments[0]))
        if word == "size":
            step.resize(int(arguments[0]), int(arguments[1]))
            return True
        return False

    def _lend(self, by: str) -> bool:
        """Let `by` type."""
        watch, now = self._watch, time.monotonic()
        if not watch.lease.take(by, now):
            return False
        if watch.lease.to_be_told(now):
            watch.note("typing", {"by": by, "at_ns": time.time_ns()})
        return True

    def _take_back(self, by: str) -> bool:
        if not self._watch.lease.give_back(by):
            return False
        try:
            os.unlink("typing")
        except OSError:
            pass
        self._watch.news = True
        return True

    def _type(self, data: bytes, by: str) -> bool:
        if not self._lend(by):
            return False
        self._watch.keyboard.stir(time.monotonic())
        done = self._watch.terminal_open and self._watch.keyboard.type(data, by)
        self._watch.listen_for_room()
        return done


def _name(argument: bytes) -> str:
    return argument.decode("utf-8", "replace")
