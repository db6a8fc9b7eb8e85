"""How much of a document's shell text is followed, so that any input at all is read in time.

A runbook written by people spends a quarter of what it is given here at most. What stands behind the end of it counts
as a change that is too long to follow; its blanks are found all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Effort:
    """`words` and openings that may still be taken apart, and commands that may still be `judged`."""

    __slots__ = ("judged", "words")

    def __init__(self, words: int, judged: int) -> None:
        self.words = words
        self.judged = judged


_ENDLESS = Effort(1 << 62, 1 << 62)
_CURRENT: ContextVar[Effort] = ContextVar("effort", default=_ENDLESS)


@contextmanager
def for_text_of(length: int) -> Iterator[None]:
    """While a document of `length` characters is read."""
    token = _CURRENT.set(Effort(10_000 + length // 12, 3_000 + length // 60))
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current() -> Effort:
    return _CURRENT.get()
