"""A search in the output as the view asks for it: from here on, round the end, and what to say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from handrail.runs.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handrail.runs.patterns import Errors, Literal


class Hit(NamedTuple):
    """Where the wanted match is: an offset in its line, None for nowhere at all; and what should be said of it."""

    offset: int | None
    remark: str


class Finding:
    """One search. `tell` is called from its thread whenever there may be news."""

    def __init__(self, path: Path, pattern: Literal | Errors, tell: Callable[[], object]) -> None:
        self.pattern = pattern
        self._search = Search(path, pattern, tell)
        self._ticket = 0
        self._forward = True
        self._rounded = False
        self._answered = 0  # the last seek that found something
        self._size = 0

    def close(self) -> None:
        self._search.close()

    def grown(self) -> None:
        """There may be more output now."""
        self._search.grown()

    def seek(self, offset: int, size: int, *, forward: bool) -> None:
        """Look for the next match from `offset` on, or the last before it; then from the other end."""
        self._forward, self._rounded, self._size = forward, False, size
        self._ticket = self._search.seek(offset, forward=forward)

    def hit(self) -> Hit | None:
        """The answer to the last `seek`, once; None as long as there is none."""
        found = self._search.found
        if not self._ticket or found is None or found.ticket != self._ticket:
            return None
        if found.offset is None and not self._rounded:
            self._rounded = True
            self._ticket = self._search.seek(0 if self._forward else self._size, forward=self._forward)
            return None
        self._ticket = 0
        if found.offset is None:
            return Hit(None, f"Nothing in the output so far matches {self.pattern.words}.")
        self._answered = found.ticket
        around = "It went on from the first line." if self._forward else "It went on from the last line."
        return Hit(found.offset, around if self._rounded else "")

    @property
    def label(self) -> str:
        """`"timeout" 17 of 3,412`, and how far the counting is while it goes on."""
        search = self._search
        count = f"{search.matches:,}"
        found = search.found
        rank = found.rank if found is not None and found.ticket == self._answered else 0
        where = f"{rank:,} of {count}" if rank else count
        if not search.complete and search.size:
            where += f" in {100 * search.swept // search.size} %"
        return f"{self.pattern.words} {where}"
