"""A list with a cursor, of which only the changed lines are painted again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from widgets import look
from widgets.changed import changed_cells
from widgets.titled import Titled
from widgets.wrap import indented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

FOCUS_MARK = "▌"


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: its lines as they are drawn, and whether the cursor may stand on it."""

    key: str
    lines: tuple[Text, ...]
    selectable: bool = True


class RowList(Titled, can_focus=True):
    """Rows of one or more lines. The cursor is a key, not a position: rows may come and go around it."""

    DEFAULT_CSS = f"""
    RowList {{ height: 1fr; color: {look.TEXT}; }}
    """

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, source: RowList, key: str) -> None:
            super().__init__()
            self.source = source
            self.key = key

        @property
        def control(self) -> RowList:
            return self.source

    # Whether the cursor's row stays shaded while the focus is elsewhere.
    SHADED_WITHOUT_FOCUS = False

    def __init__(self, *, id: str | None = None, classes: str | None = None, empty: Text | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.rows: tuple[Row, ...] = ()
        self.cursor: str = ""
        self.empty = empty or Text()
        self._top = 0
        self._drawn: list[tuple[Text, str, bool]] = []

    def show(self, rows: Sequence[Row], cursor: str | None = None) -> None:
        """Replace the rows; the cursor keeps its key, or falls to the nearest row that can be selected."""
        old_index = self._index(self.cursor)
        self.rows = tuple(rows)
        wanted = cursor if cursor is not None else self.cursor
        if not self._selectable(wanted):
            wanted = self._nearest(old_index if old_index is not None else 0)
        self._place(wanted)

    def move(self, by: int) -> None:
        """Move the cursor by selectable rows; stops at the ends."""
        keys = [row.key for row in self.rows if row.selectable]
        if not keys:
            return
        at = keys.index(self.cursor) if self.cursor in keys else 0
        self._place(keys[min(max(at + by, 0), len(keys) - 1)])

    def page(self, by: float) -> None:
        """Move by pages of the visible height."""
        lines = max(1, int(self.size.height * abs(by)))
        per_row = max(1, max((len(row.lines) for row in self.rows), default=1))
        self.move(max(1, lines // per_row) * (1 if by > 0 else -1))

    def ends(self, *, last: bool) -> None:
        """The first or the last row."""
        keys = [row.key for row in self.rows if row.selectable]
        if keys:
            self._place(keys[-1 if last else 0])

    def go(self, key: str) -> None:
        """Put the cursor on `key` when it is there."""
        if self._selectable(key):
            self._place(key)

    def find(self, text: str) -> bool:
        """Put the cursor on the next row that shows `text` in any case, going round; False when there is none."""
        wanted = text.casefold()
        at = self._index(self.cursor) or 0
        for row in (*self.rows[at + 1 :], *self.rows[: at + 1]):
            if row.selectable and any(wanted in line.plain.casefold() for line in row.lines):
                self._place(row.key)
                return True
        return False

    # -- painting

    def render_line(self, y: int) -> Strip:
        if y < len(self._drawn):
            text, mark, selected = self._drawn[y]
        else:
            text, mark, selected = Text(), " ", False
        base = self.rich_style
        if selected:
            base += Style.parse(f"on {look.CURSOR}")
        mark_style = base + Style.parse(look.ACCENT)
        segments = [Segment(mark, mark_style)]
        body = text.copy()
        body.no_wrap = True
        body.overflow = "ellipsis"
        body.truncate(max(0, self.size.width - 1), overflow="ellipsis")
        segments += [
            Segment(part.text, base + (part.style or Style.null())) for part in body.render(self.app.console, end="")
        ]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out()

    def watch_has_focus(self, value: bool) -> None:
        # Not on_focus and on_blur: they come before has_focus tells the truth.
        super().watch_has_focus(value)
        self._lay_out()

    def on_mouse_scroll_down(self) -> None:
        self.move(1)

    def on_mouse_scroll_up(self) -> None:
        self.move(-1)

    def _place(self, key: str) -> None:
        moved = key != self.cursor
        self.cursor = key
        self._lay_out()
        if moved:
            self.post_message(self.Moved(self, key))

    def _lay_out(self) -> None:
        """Work out the visible lines and repaint the ones that differ."""
        height = self.size.height
        lines: list[tuple[Text, str, bool]] = []
        start = end = 0
        for row in self.rows:
            selected = row.key == self.cursor and row.selectable
            if selected:
                start, end = len(lines), len(lines) + len(row.lines)
            mark = FOCUS_MARK if selected and self.has_focus else " "
            shaded = selected and (self.has_focus or self.SHADED_WITHOUT_FOCUS)
            lines += [(text, mark, shaded) for text in row.lines]
        if not self.rows and self.empty:
            width = max(8, self.size.width - 1)
            wrapped = [
                part for line in self.empty.split("\n", allow_blank=True) for part in indented(line, width) or [line]
            ]
            lines = [(text, " ", False) for text in wrapped]
        if height:
            # A margin of one row keeps what comes next in sight.
            margin = 1 if height > 4 else 0
            if start - margin < self._top:
                self._top = max(0, start - margin)
            elif end + margin > self._top + height:
                self._top = end + margin - height
            self._top = max(0, min(self._top, len(lines) - height))
        visible = lines[self._top : self._top + height]
        old, self._drawn = self._drawn, visible
        for y in range(max(len(old), len(visible))):
            before = old[y] if y < len(old) else None
            after = visible[y] if y < len(visible) else None
            if before is None or after is None or before[1:] != after[1:]:
                self.refresh(Region(0, y, self.size.width, 1))
            elif not _same(before, after):
                self.refresh(changed_cells(before[0], after[0], y, self.size.width, indent=1))

    def _index(self, key: str) -> int | None:
        return next((i for i, row in enumerate(self.rows) if row.key == key), None)

    def _selectable(self, key: str) -> bool:
        return any(row.key == key and row.selectable for row in self.rows)

    def _nearest(self, index: int) -> str:
        candidates = [(abs(i - index), row.key) for i, row in enumerate(self.rows) if row.selectable]
        return min(candidates, default=(0, ""))[1]


def _same(a: tuple[Text, str, bool], b: tuple[Text, str, bool]) -> bool:
    return a[1:] == b[1:] and a[0].plain == b[0].plain and a[0].spans == b[0].spans and a[0].style == b[0].style
