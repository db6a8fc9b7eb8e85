"""Moving about in the output, and what is taken from it. No keys here: the screen calls these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handrail.runs.transcript import LINE
from widgets.output.place import Place

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Size

    from widgets.output.rows import Lines

WHEEL = 3  # lines


class Moves:
    """For a widget that shows `lines` lines, `place` says which."""

    place: Place
    size: Size
    _lines: Lines | None

    @property
    def lines(self) -> int:
        raise NotImplementedError

    def _lay_out(self) -> None:
        raise NotImplementedError

    def _frame(self) -> None:
        raise NotImplementedError

    @property
    def following(self) -> bool:
        return self.place.following

    @property
    def cursor(self) -> int:
        return self.place.cursor

    @property
    def new_lines(self) -> int:
        """Lines below the view that were never in it."""
        return self.lines - self.place.seen

    def line_up(self) -> None:
        self.go_to(self.cursor - 1)

    def line_down(self) -> None:
        self.go_to(self.cursor + 1)

    def page_up(self) -> None:
        self.place.page(-1, self.lines, self.size.height)
        self._lay_out()

    def page_down(self) -> None:
        self.place.page(1, self.lines, self.size.height)
        self._lay_out()

    def home(self) -> None:
        self.go_to(0)

    def go_to(self, number: int) -> None:
        """Put the cursor on line `number`, from 0."""
        self.place.go(number, self.lines, self.size.height)
        self._lay_out()

    def follow(self) -> None:
        """Show the end, and what comes."""
        self.place.following = True
        self._frame()
        self._lay_out()

    def pause(self) -> None:
        """Stay here while more comes; once more goes on following."""
        if self.following and self.lines:
            self.place.following = False
            self._lay_out()
        else:
            self.follow()

    def left(self) -> None:
        self._sideways(-1)

    def right(self) -> None:
        self._sideways(1)

    def _sideways(self, by: int) -> None:
        step = max(1, self.size.width // 2)
        self.place.left = max(0, min(self.place.left + by * step, LINE // 4 - step))
        self._lay_out()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(WHEEL)

    def _scroll(self, by: int) -> None:
        self.place.scroll(by, self.lines, self.size.height)
        self._lay_out()

    # -- taking

    def select(self) -> None:
        """Begin a selection at the cursor, which moving stretches; once more drops it."""
        if self.place.anchor is None and self.lines:
            self.place.following = False
            self.place.anchor = self.cursor
        else:
            self.place.anchor = None
        self._lay_out()

    def drop_selection(self) -> bool:
        """Drop the selection; whether there was one."""
        had = self.place.anchor is not None
        self.place.anchor = None
        self._lay_out()
        return had

    @property
    def in_view(self) -> range:
        """The lines in view."""
        return range(self.place.top, min(self.place.top + self.size.height, self.lines))

    def copy_text(self, *, everything: bool = False) -> str:
        """The selected lines, else the visible ones, or `everything`: of many the last 64 KiB, with a line that says
        what is left out."""
        if self._lines is None:
            return ""
        return self._lines.text(range(self.lines) if everything else self.place.selected or self.in_view)

    def line_at_cursor(self) -> str:
        """The line under the cursor, harmless; "" when there is none."""
        return self._lines.text(range(self.cursor, self.cursor + 1)) if self._lines and self.cursor < self.lines else ""
