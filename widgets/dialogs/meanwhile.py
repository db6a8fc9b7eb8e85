"""The first screen after a console was lost: what happened meanwhile, and the way there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.screen import ModalScreen

from handrail.clock import short_duration
from handrail.text import clean
from widgets import look
from widgets.activity import STYLES
from widgets.dialogs.leaving import LeavesOnce
from widgets.key_row import Hint, KeyRow
from widgets.line import Line
from widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from datetime import datetime

    from textual import events
    from textual.app import ComposeResult

    from handrail.absence.meanwhile import Meanwhile, News

# What a row is coloured by where it goes on.
GOES_ON = {"waits": f"bold {look.CRIT}", "running": look.ACCENT}


class MeanwhileDialog(LeavesOnce, ModalScreen[tuple[str, str] | None], inherit_bindings=False):
    """Answers (incident id, CALL:ITEM or "") of the row that enter was pressed on, None when it was left."""

    DEFAULT_CSS = f"""
    MeanwhileDialog {{ background: {look.BACKGROUND}; }}
    MeanwhileDialog > .first {{ height: 1; background: {look.SURFACE}; }}
    """

    def __init__(self, told: Meanwhile, now: datetime) -> None:
        super().__init__()
        self._told = told
        self._now = now

    def compose(self) -> ComposeResult:
        how = "You left" if self._told.left else "The console was lost"
        ago = short_duration((self._now - self._told.since).total_seconds())
        yield Line(
            Text.assemble(
                (f" {how} ", f"bold {look.BACKGROUND} on {look.ACCENT}"),
                (f"  {self._told.since.astimezone():%H:%M:%S}, {ago} ago", look.STRONG),
            ),
            classes="first",
        )
        yield RowList()
        yield KeyRow()

    def on_mount(self) -> None:
        rows, count = self.query_one(RowList), len(self._told.news)
        rows.title("Meanwhile", right=Text("1 thing" if count == 1 else f"{count} things", look.QUIET))
        rows.show([Row(str(index), (_line(one),)) for index, one in enumerate(self._told.news)])
        rows.go(str(count - 1))
        rows.focus()
        self.query_one(KeyRow).show_hints([Hint("enter", "go there"), Hint("j", "down"), Hint("k", "up"),
                                           Hint("esc", "to where it opens")])

    def on_key(self, event: events.Key) -> None:
        rows = self.query_one(RowList)
        event.stop()
        event.prevent_default()
        if event.key == "enter":
            one = self._told.news[int(rows.cursor)]
            self.dismiss((one.incident_id, one.key))
        elif event.key in ("escape", "q"):
            self.dismiss(None)
        elif event.key in ("up", "k", "down", "j"):
            rows.move(-1 if event.key in ("up", "k") else 1)
        elif event.key in ("pageup", "ctrl+u", "pagedown", "ctrl+d", "space"):
            rows.page(-1 if event.key in ("pageup", "ctrl+u") else 1)
        elif event.key in ("home", "g", "end", "G"):
            rows.ends(last=event.key in ("end", "G"))


def _line(one: News) -> Text:
    style = GOES_ON.get(one.word) if one.running else STYLES.get(one.word, look.TEXT)
    when = "now     " if one.running else f"{one.at.astimezone():%H:%M:%S}"
    return Text.assemble(
        (f" {when} ", look.QUIET),
        (f" {one.incident_id.rsplit('-', 1)[-1]} ", look.QUIET),
        (f" {clean(one.by)}  ", look.QUIET),
        (clean(one.text), style or look.TEXT),
        no_wrap=True,
    )
