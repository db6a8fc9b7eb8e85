"""A few rows of text that repaint only when the text changed: over SSH every equal repaint costs bytes."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget

from widgets.changed import changed_cells


class Line(Widget, can_focus=False):
    """Shows one Text, one row for each of its lines. Takes ready-made values; parses no markup."""

    DEFAULT_CSS = "Line { height: 1; width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }"

    def __init__(self, text: Text | None = None, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._text = text or Text()

    def show(self, text: Text) -> None:
        """Draw `text`; does nothing when it is what stands there already."""
        if text == self._text and text.spans == self._text.spans:
            return
        before, self._text = self._text, text
        if self.styles.is_auto_height or self.size.height != 1:
            self.refresh(layout=self.styles.is_auto_height and before.cell_len != text.cell_len)
        elif self.styles.text_align not in ("start", "left"):
            self.refresh()  # the text moves as a whole when its length changes
        else:
            self.refresh(changed_cells(before, text, 0, self.size.width))

    def render(self) -> Text:
        return self._text


def spread(left: Text, right: Text, width: int) -> Text:
    """`left` at the left edge and `right` at the right one, in `width` cells. The left side gives way."""
    room = width - right.cell_len
    if left.cell_len > room - 1:
        left = left.copy()
        left.truncate(max(0, room - 1), overflow="ellipsis")
    line = left.copy()
    line.append(" " * max(0, room - left.cell_len))
    line.append_text(right)
    line.no_wrap = True
    return line
