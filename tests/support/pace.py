"""How fast this machine is now, so that a limit in seconds means the same on a slow or a loaded one."""

from __future__ import annotations

import time
from collections.abc import Callable

#: What the loop below takes (s of CPU) on the machine on which limits are given in seconds.
REFERENCE = 0.03


def slowness() -> float:
    """How many times as long as there ordinary work takes here and now; never less than 1."""
    return max(1.0, min(_loop() for _ in range(2)) / REFERENCE)


def seconds(work: Callable[[], object]) -> float:
    """The CPU seconds that `work` takes, as they would be on the reference machine."""
    before = slowness()
    start = time.process_time()
    work()
    took = time.process_time() - start
    return took / max(before, slowness())


def crowding() -> float:
    """How many times as long as there ordinary work takes here and now by the clock on the wall: on a machine whose
    processors others use too, most of it is waiting for a turn. Never less than 1."""
    return max(1.0, sum(_loop(time.perf_counter) for _ in range(10)) / 10 / REFERENCE)


def _loop(clock: Callable[[], float] = time.process_time) -> float:
    start = clock()
    seen: dict[str, int] = {}
    for number in range(100_000):
        word = f"{number % 977:x}"
        seen[word] = seen.get(word, 0) + len(word)
        word.startswith("a")
    return clock() - start
