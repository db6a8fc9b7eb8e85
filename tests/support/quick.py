"""How quick something is at its best: whatever else a machine does only ever adds to a figure."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator


class Stopwatch:
    """`with watch: ...`; `seconds` is what that took."""

    seconds = float("inf")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def __enter__(self) -> None:
        self._began = self._clock()

    def __exit__(self, *_: object) -> None:
        self.seconds = self._clock() - self._began


def until_within(seconds: float, tries: int = 20,
                 clock: Callable[[], float] = time.perf_counter) -> Iterator[Stopwatch]:
    """`for watch in until_within(0.1): with watch: ...`, again until one try took less than `seconds`.

    A limit that no try keeps is broken, and all figures are told. `clock` may be `time.process_time`.
    """
    took: list[float] = []
    while not took or took[-1] >= seconds:
        if len(took) == tries:
            raise AssertionError(f"never within {seconds} s: {', '.join(f'{each:.3f}' for each in took)}")
        watch = Stopwatch(clock)
        yield watch
        took.append(watch.seconds)
