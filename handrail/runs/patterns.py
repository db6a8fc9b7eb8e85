"""What is looked for in output: words an operator typed, or the words in which programs say that something failed.

Patterns work on the bytes of whole lines as they came. Colours and other sequences within them do not hide a match,
since they are not on the screen either. Offsets are those of the bytes given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Protocol


class Pattern(Protocol):
    """Something to look for. `words` says it to a person; `literal` is the text to mark on the screen, "" for none."""

    @property
    def words(self) -> str: ...

    @property
    def literal(self) -> str: ...

    def places(self, data: bytes) -> Iterator[int]:
        """An offset in the line of each match, first to last."""
        ...


class Literal:
    """Words as typed. Without a capital letter in them, small and capital ASCII letters are the same."""

    def __init__(self, text: str) -> None:
        self.literal = text
        self.folds = text == text.lower()
        self._needle = text.encode("utf-8", "surrogateescape")
        if self.folds:
            self._needle = self._needle.lower()

    @property
    def words(self) -> str:
        return f'"{self.literal}"'

    @property
    def overlap(self) -> int:
        return max(0, len(self._needle) - 1)

    def places(self, data: bytes) -> Iterator[int]:
        shown = without_sequences(data)
        hay = shown.lower() if self.folds else shown
        at = hay.find(self._needle)
        back = _Back(data, shown)
        while at >= 0:
            yield back.line_of(at)
            at = hay.find(self._needle, at + len(self._needle))

    def count(self, data: bytes) -> int:
        """How many matches: the same as the number of places, and faster."""
        shown = without_sequences(data)
        return (shown.lower() if self.folds else shown).count(self._needle)


class Errors:
    """The words of failure, where they do not say that there was none."""

    words = "errors"
    literal = ""
    overlap = 0

    def places(self, data: bytes) -> Iterator[int]:
        shown = without_sequences(data)
        hay = shown.lower()
        back = _Back(data, shown)
        heads = {word: hay.find(word) for word in _FAILURE}
        at = 0
        while True:
            near = min((found for found in heads.values() if found >= at), default=-1)
            if near < 0:
                return
            start = hay.rfind(b"\n", 0, near) + 1
            end = hay.find(b"\n", near)
            line = hay[start : end if end >= 0 else len(hay)][:4096]
            if says_failure(line):
                yield back.line_of(start)
            at = end + 1 if end >= 0 else len(hay)
            for word, found in heads.items():
                if 0 <= found < at:
                    heads[word] = hay.find(word, at)

    def count(self, data: bytes) -> int:
        return sum(1 for _ in self.places(data))


_FAILURE = (b"error", b"fatal", b"panic", b"exception", b"traceback", b"fail", b"critical", b"denied", b"refused",
            b"unreachable", b"timed out", b"no such file", b"not found", b"cannot ", b"abort",
            b"segmentation")  # fmt: skip
_FINE = re.compile(
    rb"\b(?:0|no|without|zero)[ _-](?:\w+[ _-])?(?:errors?|failures?|failed|exceptions?)\b"
    rb"|\b(?:errors?|failures?|failed|exceptions?|error_count)[\"']?\s*[:=]\s*"
    rb"[\"']?(?:0\b(?!\.)|none\b|null\b|false\b|\"\")"
    rb"|\bfail(?:[- ]?over|2ban|safe|fast)|\b(?:on|if|in case of)[_ -](?:error|failure)\b"
)
_BAD = re.compile(
    rb"(?<![a-z])(?:errors?|fatal|panic\w*|exceptions?|traceback|fail(?:ed|ure|ures|s|ing)?|critical|denied|refused"
    rb"|unreachable|timed out|no such file|not found|cannot|abort(?:ed|ing)?|segmentation fault)(?![a-z])"
    rb"|[a-z](?:error|exception)(?=\s*(?:[:(]|$))"
)


def says_failure(line: bytes) -> bool:
    """Whether a line, in small letters, says that something failed."""
    return _BAD.search(_FINE.sub(b" ", line)) is not None


@cache
def _sequences() -> re.Pattern[bytes]:
    return re.compile(
        rb"\x1b(?:\[[0-?]*[ -/]*[@-~]?|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[PX^_][^\x1b\n]*(?:\x1b\\)?|[ -/]*[0-~]?)"
    )


def without_sequences(data: bytes) -> bytes:
    """`data` as far as it is seen; every newline stays."""
    return _sequences().sub(b"", data) if b"\x1b" in data else data


class _Back:
    """From a place in what is seen to its line in what came: the newlines are the same ones."""

    def __init__(self, data: bytes, shown: bytes) -> None:
        self._data, self._shown = data, shown
        self._in_shown = self._in_data = 0

    def line_of(self, at: int) -> int:
        """Asked for ever later places."""
        if self._shown is self._data:
            return at
        lines = self._shown.count(b"\n", self._in_shown, at)
        for _ in range(lines):
            self._in_data = self._data.find(b"\n", self._in_data) + 1
        self._in_shown = at
        return self._in_data
