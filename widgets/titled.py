"""A titled part of a screen: a rule with a title at 80 columns, where boxes would cost rows; a box from 100 on."""

from __future__ import annotations

from typing import Self

from rich.text import Text
from textual.content import Content
from textual.widget import Widget

from widgets import look


class Titled(Widget):
    """A widget that may carry a title on its upper edge. It has no edge before `title` is called for the first time."""

    # The rules depend on the screen's class, which is outside this widget.
    SCOPED_CSS = False
    DEFAULT_CSS = f"""
    .titled {{ border-top: solid {look.FRAME}; border-title-color: {look.TEXT}; border-title-style: none; }}
    .-wide .titled {{ border: round {look.FRAME}; border-subtitle-color: {look.QUIET}; border-subtitle-style: none; }}
    .-wide .titled:focus {{ border: round {look.ACCENT}; }}
    """

    _parts: tuple[Text, ...] = ()
    _right: Text | None = None

    def focus(self, scroll_visible: bool = True) -> Self:
        """Take the focus at once. Textual would let it wait for its turn, and a question that opens before that would
        lose what is typed into it to the list behind it."""
        self.screen.set_focus(self, scroll_visible)
        return self

    def title(self, *parts: Text | str, right: Text | str = "") -> None:
        """Title it with `parts`, left to right, and a remark at the right. Strings must be our own words.

        Equal titles cost nothing.
        """
        texts = tuple(_text(part) for part in parts if len(part))
        tail = _text(right)
        if texts == self._parts and tail == self._right:
            return
        self._parts, self._right = texts, tail
        self.add_class("titled")
        self._draw_title()

    def on_resize(self) -> None:
        if self._right is not None:
            self._draw_title()

    def _draw_title(self) -> None:
        right = self._right or Text()
        if self.styles.border_left[0]:
            self.border_title = Content.from_rich_text(Text(" · ").join(self._parts))
            self.border_subtitle = Content.from_rich_text(right) if right else None
        else:
            # The edge itself draws the first and the last cell.
            whole = rule(self._parts, right, self.outer_size.width)
            self.border_title = Content.from_rich_text(whole[1:-1])
            self.border_subtitle = None


def rule(parts: tuple[Text, ...], right: Text, width: int) -> Text:
    """`── Title ── remark ──────── right ──`, exactly `width` cells."""
    line = Text(no_wrap=True)
    for part in parts:
        line.append("── ", look.FRAME)
        line.append_text(part)
        line.append(" ")
    tail = Text()
    if right:
        tail.append(" ")
        tail.append_text(right)
        tail.append(" ──", look.FRAME)
    room = width - tail.cell_len
    if line.cell_len > room:
        line.truncate(max(0, room), overflow="ellipsis")
    line.append("─" * max(0, room - line.cell_len), look.FRAME)
    line.append_text(tail)
    return line


def _text(part: Text | str) -> Text:
    return part if isinstance(part, Text) else Text(part)
