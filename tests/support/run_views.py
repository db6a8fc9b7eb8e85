"""What shows the output of a run is waited for, and fed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


async def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Let the app run until it is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        await asyncio.sleep(0.005)


def numbered(first: int, last: int) -> bytes:
    """Lines `first` to `last` - 1, each with its number."""
    return b"".join(b"line %d\n" % number for number in range(first, last))
