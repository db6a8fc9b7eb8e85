"""A small app that shows the output in the folder given as the first argument, and ends once it is painted.

The second argument names the widget: RunLog, or Static as the control that lets everything through.
"""

from __future__ import annotations

import sys
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import Static

from handrail.text import row
from widgets.run_log import RunLog


class Shown(App[None]):
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, folder: Path, widget: str) -> None:
        super().__init__()
        self.folder = folder
        self.widget = widget

    def compose(self) -> ComposeResult:
        if self.widget == "RunLog":
            yield RunLog()
            yield Static("under it", markup=False)
        else:
            yield Static((self.folder / "out").read_bytes().decode("utf-8", "replace"), markup=False)

    def on_mount(self) -> None:
        if self.widget == "RunLog":
            log = self.query_one(RunLog)
            log.show(self.folder)
            log.focus()
            self.set_timer(0.1, self.look_about)
        else:
            self.set_timer(0.3, self.exit)

    def look_about(self) -> None:
        """Through the whole output, with and without times, and a hostile line as the terminal's title."""
        log = self.query_one(RunLog)
        assert log.lines
        log.toggle_times()
        self.title = row((self.folder / "out").read_bytes().split(b"\n")[0]).text
        self.call_after_refresh(self.page, log)

    def page(self, log: RunLog) -> None:
        if not log.following and log.cursor == 0:
            self.exit()
            return
        log.page_up()
        if log.cursor % 3 == 0:
            log.right()
        else:
            log.left()
        self.call_after_refresh(self.page, log)


if __name__ == "__main__":
    Shown(Path(sys.argv[1]), sys.argv[2]).run(mouse=False)
