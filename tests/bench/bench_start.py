"""How long until something useful is there: the first frame of a drill, and the plain commands.

To be run where Handrail is installed from its wheel, as users have it: an editable install makes every interpreter$
start slower, and without compiled files both would be compiled each time.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from support.terminal import Terminal

import handrail as handrail_package

EMPTY_APP = """
from textual.app import App
from textual.widgets import DataTable, Footer, Header

class Empty(App):
    BINDINGS = [("q", "quit", "Quit")]
    def compose(self):
        yield Header()
        yield DataTable()
        yield Footer()
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("first", "second")
        table.add_row("painted-row", "x")
Empty().run()
"""
ROUNDS = 15
OPEN = 3


def handrail() -> str:
    """The installed command beside this interpreter."""
    return str(Path(sys.executable).parent / "handrail")


def first_paint(argv: list[str], wanted: str, env: dict[str, str]) -> float:
    """Seconds from exec to the frame that shows `wanted`."""
    with Terminal(argv, (120, 36), env) as terminal:
        mark = wanted.encode()
        while mark not in terminal.raw:
            if not terminal.read(5.0):
                raise AssertionError(f"{argv} ended before it painted:\n{terminal.text()}")
        return time.monotonic() - terminal.started


def timed(argv: list[str], env: dict[str, str]) -> float:
    start = time.monotonic()
    subprocess.run(argv, check=True, env={**os.environ, **env}, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


def main() -> None:
    if "site-packages" not in str(Path(handrail_package.__file__)):
        print("NOT FROM A WHEEL: the figures below are not what users have.")
    with tempfile.TemporaryDirectory() as folder:
        env = {"HANDRAIL_STATE": f"{folder}/state", "XDG_STATE_HOME": f"{folder}/home", "HANDRAIL_ACTOR": "bench"}
        empty, drill = [], []
        for _ in range(ROUNDS):
            empty.append(first_paint([sys.executable, "-c", EMPTY_APP], "painted-row", env))
            drill.append(first_paint([handrail(), "drill"], "Activity", env))
            subprocess.run(
                [handrail(), "drill", "--stop"], env={**os.environ, **env}, check=False, stdout=subprocess.DEVNULL
            )
        ratio = statistics.median(drill) / statistics.median(empty)
        print(
            f"first frame, 120x36, median of {ROUNDS}: empty Textual app {statistics.median(empty) * 1000:.0f} ms, "
            f"handrail drill {statistics.median(drill) * 1000:.0f} ms, ratio {ratio:.2f} (to reach: 1.30)"
        )
        for number in range(OPEN):
            timed([handrail(), "declare", f"Mail is late {number}", "--severity", "P2"], env)
        bare, usage, board = [], [], []
        for _ in range(ROUNDS):
            bare.append(timed([sys.executable, "-c", "pass"], env))
            usage.append(timed([handrail(), "--help"], env))
            board.append(timed([handrail(), "incidents"], env))
        start = statistics.median(bare)
        print(
            f"bare interpreter {start * 1000:.0f} ms; handrail --help {statistics.median(usage) / start:.1f} of them, "
            f"handrail incidents ({OPEN} open) {statistics.median(board) / start:.1f} (to reach: 8)"
        )
        shutil.rmtree(f"{folder}/home", ignore_errors=True)
