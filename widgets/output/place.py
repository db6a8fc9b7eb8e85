"""Where one is in the output: what the view begins with, the line of the cursor, and whether the end is followed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Place:
    """Line numbers, from 0. While `following`, the cursor is the last line. `anchor` is where a selection began.

    `seen` counts the lines that were in view or above it, `left` the cells scrolled out to the left.
    """

    following: bool = True
    top: int = 0
    cursor: int = 0
    left: int = 0
    seen: int = 0
    anchor: int | None = None

    def settle(self, lines: int, height: int) -> None:
        """Hold to what there is: `lines` of output in a view of `height`."""
        if self.following:
            self.cursor = max(0, lines - 1)
            self.top = max(0, lines - height)
            self.seen = lines
        else:
            self.cursor = min(self.cursor, max(0, lines - 1))
            self.top = max(0, min(self.top, lines - height))
            self.seen = min(lines, max(self.seen, self.top + height))

    def go(self, number: int, lines: int, height: int) -> None:
        """Move the cursor; moving up from the end ends following, moving down never resumes it."""
        number = max(0, min(number, lines - 1))
        if self.following and number >= lines - 1:
            return
        self.following = False
        self.cursor = number
        self.reveal(height)

    def show(self, number: int, lines: int, height: int) -> None:
        """Put the cursor on `number`, with some of what is around it in view."""
        self.following = False
        self.cursor = max(0, min(number, lines - 1))
        if not self.top <= self.cursor < self.top + height:
            self.top = self.cursor - height // 3

    def page(self, by: int, lines: int, height: int) -> None:
        rows = by * max(1, height - 1)
        if not (self.following and by > 0):
            self.top += rows
            self.go(self.cursor + rows, lines, height)

    def scroll(self, by: int, lines: int, height: int) -> None:
        """Move the view and, where it leaves the view, the cursor."""
        if lines <= height or (self.following and by > 0):
            return
        self.following = False
        self.top = max(0, min(self.top + by, lines - height))
        self.cursor = max(self.top, min(self.cursor, self.top + height - 1))

    def reveal(self, height: int) -> None:
        """Move the view so far that the cursor is in it."""
        self.top = max(self.cursor - max(1, height) + 1, min(self.top, self.cursor))

    def shift(self, lines: int) -> None:
        """So many lines were put in front of the first."""
        self.top += lines
        self.cursor += lines
        self.seen += lines
        if self.anchor is not None:
            self.anchor += lines

    @property
    def selected(self) -> range:
        """The lines of the selection; none without one."""
        if self.anchor is None:
            return range(0)
        return range(min(self.anchor, self.cursor), max(self.anchor, self.cursor) + 1)
