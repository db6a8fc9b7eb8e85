"""The output of a run, drawn straight from its files: only the visible lines are ever read."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from handrail.runs.transcript import Transcript
from widgets import look
from widgets.output.drawing import Drawing
from widgets.output.empty import instead_of_output
from widgets.output.finding import Finding
from widgets.output.moving import Moves
from widgets.output.pace import Pace
from widgets.output.place import Place
from widgets.output.rows import Lines
from widgets.output.small import Small
from widgets.titled import Titled

if TYPE_CHECKING:
    from pathlib import Path

    from textual import events
    from textual.timer import Timer

    from handrail.runs.control import Waker
    from handrail.runs.patterns import Errors, Literal

CATCH_UP = 0.01  # s per frame for counting lines that no index knows


class RunLog(Moves, Titled, can_focus=True):
    """Follows the end of the output until someone moves up; `follow` resumes.

    Not a ScrollView: there, each new line lays out the whole screen again. Foreign text goes in as bytes and comes out
    as styled segments; it passes no parser. No keys of its own: the screen calls `line_up` and its like.
    """

    DEFAULT_CSS = f"""
    RunLog {{ height: 1fr; background: $background; color: {look.TEXT}; }}
    RunLog > .run-log--quiet {{ color: {look.QUIET}; }}
    RunLog > .run-log--mark {{ color: {look.ACCENT}; }}
    RunLog > .run-log--selected {{ background: {look.CURSOR}; }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"run-log--quiet", "run-log--mark", "run-log--selected"}
    FOCUS_MARK = "▌"

    class Moved(Message):
        """There are other numbers to show in a title."""

        def __init__(self, following: bool, new_lines: int, lines: int) -> None:
            super().__init__()
            self.following = following
            self.new_lines = new_lines
            self.lines = lines

    class Said(Message):
        """There is a sentence for the operator."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    class Woken(Message, bubble=False):
        """The run has something new, or a search has; posted from a thread."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.folder: Path | None = None
        self.place = Place()
        self.times = self.wraps = self.raw = False
        self.finding: Finding | None = None
        self._hit_ahead: tuple[int | None, str] | None = None  # found beyond what was looked at so far
        self._small: Small | None = None
        self._transcript: Transcript | None = None
        self._lines: Lines | None = None
        self._waker: Waker | None = None
        self._woken = False  # a Woken is under way
        self._next: Timer | None = None
        self._alone = Pace()
        self._told: object = (True, 0, 0, ())
        self._added = 0
        self._drawn: list[Strip] = []

    # -- which run

    def show(self, folder: Path | None) -> None:
        """Show the run in `folder`, which need not exist yet, from its end; None for none."""
        if folder == self.folder:
            return
        self._close()
        self.folder = folder
        self.place, self._small, self._added = Place(), None, 0
        if folder is not None:
            self._transcript = Transcript(folder, self._wake)
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
        self.stop_finding()
        if self._waker is not None:
            self._waker.close()
            self._waker = None
        if self._transcript is not None:
            self._transcript.close()
            self._transcript = self._lines = None

    # -- frames

    def _wake(self) -> None:
        """Called by threads. One message at a time is enough, however often it calls."""
        if not self._woken:
            self._woken = True
            if not self.post_message(self.Woken()):
                self._woken = False

    def on_run_log_woken(self) -> None:
        self._woken = False
        if self.finding is not None and (hit := self.finding.hit()) is not None:
            self._go_to_hit(*hit)
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
            self._tell()
            return
        while transcript.behind and not transcript.error and monotonic() - start < CATCH_UP:
            transcript.refresh()
        if transcript.added != self._added:
            self.place.shift(transcript.added - self._added)
            self._added = transcript.added
        if self.finding is not None:
            self.finding.grown()
            if self._hit_ahead is not None:
                self._go_to_hit(*self._hit_ahead)
        self._lay_out()
        if transcript.behind and not transcript.error:
            self._soon()

    def _framed(self) -> None:
        self._pace.painted()

    def _lay_out(self) -> None:
        """Work out the visible lines, and repaint those that differ."""
        height = self.size.height
        epoch = self._transcript.epoch if self._transcript is not None else 0
        self.place.settle(self.lines, height)
        old, self._drawn = self._drawn, self._draw(height)
        changed = [y for y in range(height) if self._strip(old, y) != self._strip(self._drawn, y)]
        for y in changed:
            self.refresh(Region(0, y, self.size.width, 1))
        if changed:
            self.call_after_refresh(self._framed)
        self._tell()
        if self._transcript is not None and self._transcript.epoch != epoch:
            self._soon()  # reading found the index wrong: the lines are counted anew

    def _tell(self) -> None:
        """Tell the screen when there are other numbers to show."""
        told = (self.following, self.new_lines, self.lines, self.remarks())
        if told != self._told:
            self._told = told
            self.post_message(self.Moved(*told[:3]))

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
        if self._transcript is None or self._lines is None or not self.lines:
            text = instead_of_output(self.folder, self._transcript.error if self._transcript is not None else "")
            return [Strip([Segment(f" {text}", quiet)]).adjust_cell_length(self.size.width, base)][:height]
        drawing = Drawing(
            self._lines, self.place, self.size,
            base=base, quiet=quiet,
            mark=base + self.get_component_rich_style("run-log--mark", partial=True),
            selected=self.get_component_rich_style("run-log--selected", partial=True),
            cursor=self.FOCUS_MARK if self.has_focus else "",
            times=self.times, raw=self.raw,
            words=self.finding.pattern.literal if self.finding is not None else "",
        )  # fmt: skip
        if self._small is not None:
            return drawing.screen(self._small.rows(self._transcript))
        return drawing.wrapped() if self.wraps else drawing.lines()

    def on_resize(self, event: events.Resize) -> None:
        if not self.following:
            self.place.reveal(self.size.height)
        self._lay_out()

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)  # here and not in on_focus, which comes before has_focus is set
        self._lay_out()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.is_mounted:
            self._lay_out()

    # -- other ways to look at it

    def toggle_times(self) -> None:
        """Show or hide when each line began to come, in local time."""
        self.times = not self.times
        self._lay_out()

    def toggle_wrap(self) -> None:
        """Long lines over several rows, or cut at the edge and scrolled sideways."""
        self.wraps, self.place.left = not self.wraps, 0
        self._lay_out()

    def toggle_raw(self) -> None:
        """Every byte that came, controls as pictures; or the lines as a terminal would leave them."""
        self.raw = not self.raw
        self._lay_out()

    def toggle_small(self) -> None:
        """The last output as a small screen, for what paints over its own lines; or as lines."""
        self._small = Small(max(20, self.size.width - 1), max(5, self.size.height)) if self._small is None else None
        self._lay_out()

    def remarks(self) -> tuple[str, ...]:
        """What a title should add about how it is looked at."""
        counting = self._transcript.counting if self._transcript is not None else None
        return tuple(
            remark
            for remark in (
                self.finding.label if self.finding is not None else "",
                f"{len(self.place.selected)} selected" if self.place.selected else "",
                "as a screen" if self._small is not None else "",
                "raw" if self.raw else "",
                f"counting the lines before, {100 * counting:.0f} %" if counting is not None else "",
                self._pace.remark if self.is_attached else "",
            )
            if remark
        )

    # -- finding

    def find(self, pattern: Literal | Errors, *, first: bool = False) -> None:
        """Look for `pattern` from the cursor on, or the `first` in all of the output; backwards from a followed end."""
        self.stop_finding()
        if self.folder is None or self._transcript is None:
            return
        self.finding = Finding(self.folder / "out", pattern, self._wake)
        backward = self.following and not first
        start = 0 if first else self._transcript.size if backward else self._transcript.start_of(self.cursor)
        self.finding.seek(start, self._transcript.size, forward=not backward)

    def find_next(self, *, forward: bool) -> bool:
        """The match after the line of the cursor, or before it; False when nothing is looked for."""
        if self.finding is None or self._transcript is None:
            return False
        start = self._transcript.start_of(self.cursor + 1 if forward else self.cursor)
        self._hit_ahead = None
        self.finding.seek(start, self._transcript.size, forward=forward)
        return True

    def stop_finding(self) -> bool:
        """Look for nothing; whether something was looked for."""
        if self.finding is None:
            return False
        self.finding.close()
        self.finding = self._hit_ahead = None
        return True

    def _go_to_hit(self, offset: int | None, remark: str) -> None:
        transcript = self._transcript
        # The search reads by itself, and may be ahead of what was last looked at here.
        ahead = offset is not None and transcript is not None and offset >= transcript.size
        self._hit_ahead = (offset, remark) if ahead else None
        if ahead:
            return
        line = self._transcript.line_at(offset) if offset is not None and self._transcript is not None else None
        if line is not None:
            self.place.show(line, self.lines, self.size.height)
            self._lay_out()
        elif offset is not None:
            remark = "It is before the lines that are counted so far; a moment."
        if remark:
            self.post_message(self.Said(remark))

    # -- what it shows

    @property
    def lines(self) -> int:
        """Lines of output so far."""
        return self._transcript.lines if self._transcript is not None else 0
