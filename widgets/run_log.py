"""The output of a run, drawn straight from its files: only the visible lines are ever read."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from handrail.runs.transcript import LINE, Transcript
from handrail.text import ROW_LIMIT
from widgets import look
from widgets.output.pace import Pace
from widgets.output_row import Drawable, Lines, strip_of
from widgets.titled import Titled

if TYPE_CHECKING:
    from pathlib import Path

    from rich.style import Style
    from textual import events
    from textual.timer import Timer

    from handrail.runs.control import Waker

CATCH_UP = 0.01  # s per frame for counting lines that no index knows
WHEEL = 3  # lines

NOTHING_RAN = "Nothing has run here yet."
NO_OUTPUT = "No output yet."


class RunLog(Titled, can_focus=True):
    """Follows the end of the output until someone moves up; `follow` resumes.

    Not a ScrollView: there, each new line lays out the whole screen again. Foreign text goes in as bytes and comes out
    as styled segments; it passes no parser. No keys of its own: the screen calls `line_up` and its like.
    """

    DEFAULT_CSS = f"""
    RunLog {{ height: 1fr; background: $background; color: {look.TEXT}; }}
    RunLog > .run-log--quiet {{ color: {look.QUIET}; }}
    RunLog > .run-log--mark {{ color: {look.ACCENT}; }}
    """
    COMPONENT_CLASSES = frozenset({"run-log--quiet", "run-log--mark"})
    FOCUS_MARK = "▌"

    class Moved(Message):
        """There are other numbers to show in a title."""

        def __init__(self, following: bool, new_lines: int, lines: int) -> None:
            super().__init__()
            self.following = following
            self.new_lines = new_lines
            self.lines = lines

    class Woken(Message, bubble=False):
        """The run has something new; posted from a thread."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.folder: Path | None = None
        self.following = True
        self.cursor = 0  # a line number; the last line while following
        self.times = False
        self._transcript: Transcript | None = None
        self._lines: Lines | None = None
        self._waker: Waker | None = None
        self._woken = False  # a Woken is under way
        self._next: Timer | None = None
        self._alone = Pace()
        self._top = 0
        self._left = 0
        self._seen = 0  # lines that were in view, or above it
        self._told = (True, 0, 0)
        self._drawn: list[Strip] = []

    # -- which run

    def show(self, folder: Path | None) -> None:
        """Show the run in `folder`, which need not exist yet, from its end; None for none."""
        if folder == self.folder:
            return
        self._close()
        self.folder = folder
        self.following, self._top, self._left, self._seen = True, 0, 0, 0
        if folder is not None:
            self._transcript = Transcript(folder)
            self._lines = Lines(self._transcript)
            self._watch()
        self._frame()
        self._lay_out()

    def on_mount(self) -> None:
        self._watch()
        self._frame()
        self._lay_out()

    def on_unmount(self) -> None:
        self._close()

    def _watch(self) -> None:
        if self.folder is not None and self._waker is None and self.is_attached:
            from handrail.runs.control import Waker

            self._waker = Waker(self.folder, self._wake)

    def _close(self) -> None:
        if self._waker is not None:
            self._waker.close()
            self._waker = None
        if self._transcript is not None:
            self._transcript.close()
            self._transcript = self._lines = None

    # -- frames

    def _wake(self) -> None:
        """Called by the waker's thread. One message at a time is enough, however often it calls."""
        if not self._woken:
            self._woken = True
            if not self.post_message(self.Woken()):
                self._woken = False

    def on_run_log_woken(self) -> None:
        self._woken = False
        self._soon()

    def _soon(self) -> None:
        """A frame now, or as soon as the last one is long enough ago: output after a pause is painted at once."""
        wait = self._pace.delay()
        if wait <= 0:
            self._frame()
        elif self._next is None:
            self._next = self.set_timer(wait, self._due)
            self._pace.when_free(self._due)

    def _due(self) -> None:
        """The terminal has shown the frame before, or has had its time."""
        if self._next is not None:
            self._next.stop()
            self._next = None
            if self.is_attached:
                self._soon()

    @property
    def _pace(self) -> Pace:
        """The app's, since all floods go to one terminal; an app without one spares nothing."""
        pace = getattr(self.app, "pace", None)
        return pace if isinstance(pace, Pace) else self._alone

    def _frame(self) -> None:
        """Look at the files; when there is anything new, paint what differs."""
        if self._next is not None:
            self._next.stop()
            self._next = None
        start = monotonic()
        self._pace.start()
        transcript = self._transcript
        if transcript is None or not transcript.refresh():
            return
        while transcript.behind and not transcript.error and monotonic() - start < CATCH_UP:
            transcript.refresh()
        self._lay_out()
        if transcript.behind and not transcript.error:
            self._soon()

    def _framed(self) -> None:
        self._pace.painted()

    def _lay_out(self) -> None:
        """Work out the visible lines, and repaint those that differ."""
        lines, height = self.lines, self.size.height
        epoch = self._transcript.epoch if self._transcript is not None else 0
        if self.following:
            self.cursor = max(0, lines - 1)
            self._top = max(0, lines - height)
            self._seen = lines
        else:
            self.cursor = min(self.cursor, max(0, lines - 1))
            self._top = max(0, min(self._top, lines - height))
            self._seen = min(lines, max(self._seen, self._top + height))
        old, self._drawn = self._drawn, self._draw(height)
        changed = [y for y in range(height) if self._strip(old, y) != self._strip(self._drawn, y)]
        for y in changed:
            self.refresh(Region(0, y, self.size.width, 1))
        if changed:
            self.call_after_refresh(self._framed)
        told = (self.following, self.new_lines, lines)
        if told != self._told:
            self._told = told
            self.post_message(self.Moved(*told))
        if self._transcript is not None and self._transcript.epoch != epoch:
            self._soon()  # reading found the index wrong: the lines are counted anew

    @staticmethod
    def _strip(drawn: list[Strip], y: int) -> Strip | None:
        return drawn[y] if y < len(drawn) else None

    # -- painting

    def render_line(self, y: int) -> Strip:
        strip = self._strip(self._drawn, y)
        return strip if strip is not None else Strip.blank(self.size.width, self.rich_style)

    def _draw(self, height: int) -> list[Strip]:
        base = self.rich_style
        quiet = base + self.get_component_rich_style("run-log--quiet", partial=True)
        if self._transcript is None or not self.lines:
            text = NOTHING_RAN if self._transcript is None else self._transcript.error or NO_OUTPUT
            return [Strip([Segment(f" {text}", quiet)]).adjust_cell_length(self.size.width, base)][:height]
        mark = base + self.get_component_rich_style("run-log--mark", partial=True)
        last = min(self._top + height, self.lines)
        return [self._line(number, base, quiet, mark) for number in range(self._top, last)]

    def _line(self, number: int, base: Style, quiet: Style, mark: Style) -> Strip:
        """A gutter that shows the cursor, the time when it is wanted, and the text."""
        shown, cut, time = self._row(number)
        marked = self.has_focus and number == self.cursor
        head = [Segment(self.FOCUS_MARK, mark) if marked else Segment(" ", base)]
        if self.times:
            head.append(Segment(f"{time:8} ", quiet))
        width = max(0, self.size.width - sum(len(segment.text) for segment in head))
        return Strip([*head, *strip_of(shown, cut, self._left, width, base, quiet)]).simplify()

    def _row(self, number: int) -> Drawable:
        limit = min(LINE, max(ROW_LIMIT, 4 * (self._left + self.size.width)))
        assert self._lines is not None
        return self._lines.get(number, limit, times=self.times)

    def on_resize(self, event: events.Resize) -> None:
        if not self.following:
            self._reveal()
        self._lay_out()

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)  # here and not in on_focus, which comes before has_focus is set
        self._lay_out()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.is_mounted:
            self._lay_out()

    # -- moving

    def line_up(self) -> None:
        self._go(self.cursor - 1)

    def line_down(self) -> None:
        self._go(self.cursor + 1)

    def page_up(self) -> None:
        self._page(-1)

    def page_down(self) -> None:
        self._page(1)

    def home(self) -> None:
        self._go(0)

    def go_to(self, number: int) -> None:
        """Put the cursor on line `number`, from 0."""
        self._go(number)

    def follow(self) -> None:
        """Show the end, and what comes."""
        self.following = True
        self._frame()
        self._lay_out()

    def left(self) -> None:
        self._sideways(-1)

    def right(self) -> None:
        self._sideways(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(WHEEL)

    def _go(self, number: int) -> None:
        """Move the cursor; moving up from the end ends following, moving down never resumes it."""
        number = max(0, min(number, self.lines - 1))
        if self.following and number >= self.lines - 1:
            return
        self.following = False
        self.cursor = number
        self._reveal()
        self._lay_out()

    def _page(self, by: int) -> None:
        rows = by * max(1, self.size.height - 1)
        if not (self.following and by > 0):
            self._top += rows
            self._go(self.cursor + rows)

    def _scroll(self, by: int) -> None:
        """Move the view and, where it leaves the view, the cursor."""
        height = self.size.height
        if self.lines <= height or (self.following and by > 0):
            return
        self.following = False
        self._top = max(0, min(self._top + by, self.lines - height))
        self.cursor = max(self._top, min(self.cursor, self._top + height - 1))
        self._lay_out()

    def _reveal(self) -> None:
        """Move the view so far that the cursor is in it."""
        height = max(1, self.size.height)
        self._top = max(self.cursor - height + 1, min(self._top, self.cursor))

    def _sideways(self, by: int) -> None:
        step = max(1, self.size.width // 2)
        self._left = max(0, min(self._left + by * step, LINE // 4 - step))
        self._lay_out()

    def toggle_times(self) -> None:
        """Show or hide when each line began to come, in local time."""
        self.times = not self.times
        self._lay_out()

    # -- what it shows

    @property
    def lines(self) -> int:
        """Lines of output so far."""
        return self._transcript.lines if self._transcript is not None else 0

    @property
    def new_lines(self) -> int:
        """Lines below the view that were never in it."""
        return self.lines - self._seen

    def line_at_cursor(self) -> str:
        """The line under the cursor, harmless; "" when there is none."""
        return self._row(self.cursor)[0].text if self.cursor < self.lines else ""

    def copy_text(self, *, everything: bool = False) -> str:
        """The visible lines, or `everything`: at most the last 1 MiB, after a line that says what is left out."""
        if self._lines is None:
            return ""
        if everything:
            return self._lines.everything()
        last = min(self._top + self.size.height, self.lines)
        return "\n".join(self._row(number)[0].text for number in range(self._top, last))
