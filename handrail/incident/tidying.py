"""`python -m handrail.incident.tidying STATE [unsafe]`: sweep what a crash left, and index what is over.

A process of its own, at a low priority: ten thousand files are many seconds of work, which would slow the keys of the
console that asked for it and leave it larger for good. It says `DONE OF` in lines, and ends with whoever reads them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from handrail.clock import SystemClock
from handrail.errors import HandrailError
from handrail.incident.store import Store
from handrail.paths import State

PATIENCE = 5.0  # s for the lock
PERIOD = 0.2  # s between two lines
NICE = 10


def tidy(state: State, progress: Callable[[int, int], None], ended: threading.Event, *, unsafe: bool) -> None:
    """Have it done, and wait. `progress` gets how many files were looked at, and of how many; `ended` breaks it off.

    Never raises: the list is a shortcut, and what it lacks is found without it.
    """
    argv = [sys.executable, "-P", "-m", __spec__.name, str(state.root), *(["unsafe"] if unsafe else [])]
    with suppress(OSError), subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                             stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout is not None
        try:
            for line in child.stdout:
                if ended.is_set():
                    break
                done, _, of = line.partition(" ")
                progress(int(done), int(of))
        finally:
            child.kill()


def main(root: str, unsafe: bool) -> None:
    """What the process does."""
    os.nice(NICE)
    store = Store(State(Path(root)), SystemClock(), patience=PATIENCE, unsafe_filesystem=unsafe)
    said = float("-inf")

    def say(done: int, of: int) -> None:
        nonlocal said
        if time.monotonic() - said >= PERIOD or done == of:
            said = time.monotonic()
            print(done, of, flush=True)

    for part in (store.sweep, lambda: store.index_past(say)):
        with suppress(HandrailError, OSError):
            part()


if __name__ == "__main__":
    with suppress(BrokenPipeError, KeyboardInterrupt):
        main(sys.argv[1], sys.argv[2:] == ["unsafe"])
    os._exit(0)  # a pipe that nobody reads any more is no error
