"""A disk that refuses."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from handrail.incident.files import RealFiles

OPERATIONS = ("read", "create", "write", "sync", "close", "rename", "sync_folder", "remove", "lock")


class Killed(BaseException):
    """The process ended here; nothing after this point ran."""


class Faulty(RealFiles):
    """Counts its operations and asks `fails(number, name, argument)` for the error number of each; 0 lets it pass."""

    def __init__(self, fails: Callable[[int, str, Any], int] = lambda number, name, argument: 0) -> None:
        self.fails = fails
        self.done: list[str] = []
        self.dead = False

    def __getattribute__(self, name: str) -> Any:
        real = super().__getattribute__(name)
        if name not in OPERATIONS:
            return real

        def operation(*arguments: Any) -> Any:
            number = len(self.done)
            self.done.append(name)
            if self.dead:
                raise Killed
            if error := self.fails(number, name, arguments[0]):
                raise OSError(error, os.strerror(error))
            return real(*arguments)
        return operation


class Dying(Faulty):
    """Stops before its `last` operation, as kill -9 would: not even the clean-up after it happens."""

    def __init__(self, last: int) -> None:
        super().__init__()
        self.fails = self._die
        self._last = last

    def _die(self, number: int, name: str, argument: Any) -> int:
        if number == self._last:
            self.dead = True
            raise Killed
        return 0


class Full(Faulty):
    """A full disk: nothing more can be written until something is removed. `spare` writes go through first."""

    def __init__(self, ballast: Path, error: int) -> None:
        super().__init__(lambda number, name, argument: error if name == "write" and ballast.exists() else 0)
