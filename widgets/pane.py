"""A titled part of a screen: a rule with a title at 80 columns, where boxes would cost rows; a box from 100 on."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from widgets import look
from widgets.line import Line


class Pane(Vertical, can_focus=False):
    """Holds one widget under a title. `title` is redrawn only when it changed."""

    # The rules depend on the screen's class, which is outside this widget.
    SCOPED_CSS = False
    DEFAULT_CSS = f"""
    Pane {{ height: 1fr; }}
    Pane > .rule {{ height: 1; color: {look.QUIET}; }}
    .-wide Pane {{ border: round {look.FRAME}; border-title-color: {look.TEXT}; border-subtitle-color: {look.QUIET};
        border-title-style: none; }}
    .-wide Pane > .rule {{ display: none; }}
    .-wide Pane:focus-within {{ border: round {look.ACCENT}; }}
    """

    def __init__(self, body: Widget, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.body = body
        self._parts: tuple[Text, ...] = ()
        self._right = Text()

    def compose(self) -> ComposeResult:
        yield Line(classes="rule")
        yield self.body

    def title(self, *parts: Text | str, right: Text | str = "") -> None:
        """Title the pane with `parts`, left to right, and a remark at the right. Strings must be our own words."""
        texts = tuple(_text(part) for part in parts if len(part))
        tail = _text(right)
        if texts == self._parts and tail == self._right:
            return
        self._parts, self._right = texts, tail
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if not self._parts and not self._right:
            return
        joined = Text(" · ").join(self._parts)
        self.border_title = Content.from_rich_text(joined)
        self.border_subtitle = Content.from_rich_text(self._right) if self._right else None
        self.query_one(".rule", Line).show(rule(self._parts, self._right, self.size.width))


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
