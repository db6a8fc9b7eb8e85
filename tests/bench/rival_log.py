"""A small app that shows a command's output in Textual's own RichLog or Log, with a field to type in under it.

`rival_log.py WIDGET GO COMMAND`: the command starts when the file GO is there. The output is read in a thread and
handed over in batches, ten a second, as is usual and kind to the widgets. ESC is taken out beforehand.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import Input, Log, RichLog, Static

WIDGET, GO, COMMAND = sys.argv[1:]


class Rival(App[None]):
    def compose(self) -> ComposeResult:
        yield RichLog() if WIDGET == "RichLog" else Log()
        yield Static("ready")
        yield Input()

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        threading.Thread(target=self._feed, daemon=True).start()

    def _feed(self) -> None:
        while not Path(GO).exists():
            time.sleep(0.05)
        process = subprocess.Popen(["bash", "-c", COMMAND], stdout=subprocess.PIPE)
        assert process.stdout is not None
        batch: list[str] = []
        due = time.monotonic() + 0.1
        for line in process.stdout:
            batch.append(line.decode("utf-8", "replace").rstrip("\n").replace("\x1b", ""))
            if time.monotonic() >= due:
                self.call_from_thread(self._show, batch)
                batch, due = [], time.monotonic() + 0.1
        self.call_from_thread(self._show, batch)

    def _show(self, batch: list[str]) -> None:
        if WIDGET == "RichLog":
            log = self.query_one(RichLog)
            for line in batch:
                log.write(line)
        else:
            self.query_one(Log).write_lines(batch)


Rival().run()
