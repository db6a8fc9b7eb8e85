"""The output as a small screen, for programs that paint over their own lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handrail.runs.replay import Replay

if TYPE_CHECKING:
    from handrail.runs.transcript import Transcript
    from handrail.text import Row

FED = 64 * 1024  # bytes taken in per frame: 10 ms of work; of more only the last ones are looked at


class Small:
    """What a terminal of `columns` by `lines` would show of the last output."""

    def __init__(self, columns: int, lines: int) -> None:
        self._replay = Replay(columns, lines)
        self._at: int | None = None

    def rows(self, transcript: Transcript) -> list[Row]:
        """The screen, after what is new in `transcript`."""
        size = transcript.size
        if self._at is None or not self._at <= size <= self._at + FED:
            self._replay.clear()
            self._at = max(0, size - FED)
        while (data := transcript.read(self._at, size - self._at)) and self._at < size:
            self._replay.feed(data)
            self._at += len(data)
        return self._replay.rows()
