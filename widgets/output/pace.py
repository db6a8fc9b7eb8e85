"""How often a flood is painted: never faster than the terminal can show it.

What is written to a slow link waits in its buffers, and the echo of a key waits behind it: seconds, on a bad one. So
while frames follow one another closely each is followed by a question, where the cursor is; the terminal answers in
its turn, so the answer means that the frame has been shown. Only then comes the next one. An answer counts only while
one is awaited, since shift+F3 looks the same.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FRAME = 1 / 25  # s between two frames at least
FLOOD = 0.8  # s: frames that follow within this are a flood, and are asked about
DEAREST = 0.25  # s that a frame can cost; what took longer was no painting: another program had the terminal
PATIENCE = 3.0  # s to wait for an answer
MISSES = 2  # answers that may fail to come one after the other
UNANSWERED = 1 / 4  # s between frames for a terminal that does not answer, or has not yet
SLOW_FOR = 2.0  # s after a frame in which it is worth saying that there are few
MULTIPLEXED = 1 / 10  # s between frames inside tmux and screen, which answer themselves: that proves nothing


class Pace:
    """When the next frame may be painted. One for all that floods the terminal; used by the event loop alone.

    Unconnected (no terminal, or one that needs no sparing) it holds to FRAME alone.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._ask: Callable[[], None] | None = None
        self._least = FRAME
        self._last = self._cost = self._asked = float("-inf")
        self._waiting = False
        self._answers = False
        self._missed = 0
        self._round = 0.0  # s from the last question to its answer
        self._free: list[Callable[[], None]] = []
        self._backlog: Callable[[], int] = int
        self._flooding = False

    def connect(self, ask: Callable[[], None], backlog: Callable[[], int], *, multiplexed: bool = False) -> None:
        """From now on `ask` puts the question to the terminal, and `backlog` says how much it has not even taken yet.

        `multiplexed`: it is tmux or screen, which is never asked.
        """
        self._backlog = backlog
        self._ask = None if multiplexed else ask
        self._least = MULTIPLEXED if multiplexed else FRAME
        self._waiting = self._answers = False
        self._missed = 0

    @property
    def waiting(self) -> bool:
        """Whether a report of the cursor is awaited now, and would be the answer."""
        return self._waiting

    @property
    def remark(self) -> str:
        """Why fewer frames are shown than could be; "" when there is no reason to say so."""
        slow = self._missed >= MISSES and self._clock() - self._last < SLOW_FOR
        return "terminal silent, 4 frames/s" if slow else ""

    def delay(self) -> float:
        """Seconds until the next frame may start; 0 for now."""
        now = self._clock()
        least = max(self._least, 2 * self._cost)
        if self._ask is not None and not self._answers and self._asked > float("-inf"):
            least = max(least, UNANSWERED)
        due = self._last + least
        if self._waiting:
            if now - self._asked >= PATIENCE:
                self._give_up()
            elif self._answers:
                due = max(due, self._asked + PATIENCE)
        if self._backlog():
            due = max(due, now + FRAME)
        return max(0.0, due - now)

    def start(self) -> None:
        """A frame starts."""
        now = self._clock()
        self._flooding = now - self._last < FLOOD + 2 * self._round
        self._last = now

    def painted(self) -> None:
        """The frame has been written: what it took counts, and in a flood the terminal is asked whether it is there."""
        self._cost = min(self._clock() - self._last, DEAREST)
        if self._ask is not None and self._flooding and not self._waiting:
            self._waiting, self._flooding = True, False
            self._asked = self._clock()
            self._ask()

    def answered(self) -> None:
        """The terminal's answer came."""
        if not self._waiting:
            return
        self._waiting = False
        self._answers, self._missed = True, 0
        self._round = self._clock() - self._asked
        waiting, self._free = self._free, []
        for callback in waiting:
            callback()

    def when_free(self, callback: Callable[[], None]) -> None:
        """Call back once at the next answer, if one is awaited; `delay` tells the latest moment anyway."""
        if self._waiting and callback not in self._free:
            self._free.append(callback)

    def _give_up(self) -> None:
        self._waiting = False
        self._round = PATIENCE
        self._missed += 1
        if self._missed >= MISSES:
            self._answers = False
