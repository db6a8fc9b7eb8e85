"""All of a text that the screen had to shorten: the step with its command, its reasons and its lines in the runbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.screen import ModalScreen

from widgets import look
from widgets.dialogs.leaving import LeavesOnce
from widgets.key_row import Hint, KeyRow
from widgets.line import Line
from widgets.row_list import Row, RowList
from widgets.wrap import exactly

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult


class WholeText(LeavesOnce, ModalScreen[None], inherit_bindings=False):
    """Lines that can be scrolled. `text` is ready made."""

    DEFAULT_CSS = f"WholeText {{ background: {look.BACKGROUND}; }}"

    def __init__(self, title: Text, text: Text) -> None:
        super().__init__()
        self._title = title
        self._body = text

    def compose(self) -> ComposeResult:
        yield Line(self._title)
        yield RowList()
        yield KeyRow()

    def on_mount(self) -> None:
        self.query_one(RowList).focus()
        self.query_one(KeyRow).show_hints(
            [Hint("j", "down"), Hint("k", "up"), Hint("pgdn", "page"), Hint("esc", "back")]
        )

    def on_resize(self) -> None:
        width = max(10, self.size.width - 2)
        lines = exactly(self._body, width)
        self.query_one(RowList).show([Row(str(index), (Text.assemble(" ", line),)) for index, line in enumerate(lines)])

    def on_key(self, event: events.Key) -> None:
        rows = self.query_one(RowList)
        event.stop()
        event.prevent_default()
        if event.key in ("escape", "q", "t", "enter"):
            self.dismiss()
        elif event.key in ("up", "k", "down", "j"):
            rows.move(-1 if event.key in ("up", "k") else 1)
        elif event.key in ("pageup", "ctrl+u", "pagedown", "ctrl+d", "space"):
            rows.page(-1 if event.key in ("pageup", "ctrl+u") else 1)
        elif event.key in ("home", "g", "end", "G"):
            rows.ends(last=event.key in ("end", "G"))
