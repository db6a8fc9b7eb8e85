"""Waiting for a condition, never for luck."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(predicate: Callable[[], T], seconds: float = 30.0, what: str = "") -> T:
    """Call `predicate` until it answers something true, and return that. Fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := predicate():
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds} s still not so: {what or predicate}")
        time.sleep(0.01)
