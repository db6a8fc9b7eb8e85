"""Who types into a step: one person at a time, by name, until silent for half a minute."""

from __future__ import annotations

SILENT_FOR = 30.0  # s without a key after which somebody else may take it
TOLD_EVERY = 1.0  # s between two notes of the same person


class Lease:
    """The right to type. `now` is in monotonic seconds everywhere. `holder` is "" while nobody has it."""

    def __init__(self) -> None:
        self.holder = ""
        self._last = self._told = float("-inf")

    def take(self, by: str, now: float) -> bool:
        """Take it, or go on having it; False while somebody else has it who was not silent for long enough."""
        if self.holder not in ("", by) and now - self._last < SILENT_FOR:
            return False
        if self.holder != by:
            self._told = float("-inf")
        self.holder, self._last = by, now
        return True

    def give_back(self, by: str) -> bool:
        """Leave it to anybody; False when it was not theirs."""
        if self.holder != by:
            return False
        self.holder = ""
        return True

    def to_be_told(self, now: float) -> bool:
        """Whether readers have to be told anew who types; then they are taken to have been."""
        if now - self._told < TOLD_EVERY:
            return False
        self._told = now
        return True
