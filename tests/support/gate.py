"""A step that waits until a test lets it go on, however long the test takes."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from support.waiting import wait_until


class Gate:
    """`cat PATH` waits at it; `open()` lets through the one that waits, or that will."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self._path = path

    def open(self) -> None:
        """Returns once somebody has come and was let through."""
        wait_until(self._opened, what="somebody waits at the gate")

    def _opened(self) -> bool:
        with contextlib.suppress(OSError):  # nobody reads yet
            os.close(os.open(self._path, os.O_WRONLY | os.O_NONBLOCK))
            return True
        return False
