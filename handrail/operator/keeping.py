"""Keeping the record in order beside the acts: what a crash left is swept, the past indexed, the sheets written, and
what waits in memory recorded as soon as the disk is back."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from pathlib import Path

from handrail.clock import Clock
from handrail.errors import HandrailError
from handrail.incident.incident import Incident
from handrail.incident.store import Store
from handrail.incident.tidying import tidy
from handrail.operator.making_room import make_room
from handrail.paths import State, in_memory, make_folder
from handrail.watcher import Watcher
from handrail.worker import Worker

PERIOD = 1.0
# How long (s) a sheet or a sweep waits for whoever writes: an act is worth more than they are.
PATIENCE = 5.0
# At least this long (s) between two sheets: acts in a row are worth one, and none waits behind them.
PAUSE = 0.5
DAY = 86_400.0  # s between two looks for output that may go
# How long (s) leaving waits for the last sheet.
LAST_SHEET = 1.0

Retry = Callable[[], Future[int]]
Render = Callable[[Incident], str]


class Keeping:
    """`retry` sees whether the disk is back, in the store's thread; `render` makes the sheet of an incident."""

    def __init__(self, state: State, clock: Clock, watcher: Watcher, retry: Retry, render: Render, *,
                 unsafe_filesystem: bool = False) -> None:
        self._state = state
        self._watcher = watcher
        self._retry = retry
        self._render = render
        self._unsafe = unsafe_filesystem
        self._store = Store(state, clock, patience=PATIENCE, unsafe_filesystem=unsafe_filesystem)
        self._sheets = Worker("handrail-sheets")
        self._guard = threading.Lock()
        self._wanted: dict[str, Incident] = {}
        self._written: Future[None] | None = None
        self._next_sheet = self._next_room = 0.0
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self.progress = ""
        """What goes on by itself now, for the screen: "indexing past incidents, 1200 of 10000"."""

    def start(self) -> None:
        """Sweep and index in a thread of its own, then look after what waits in memory. Twice does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._go, name="handrail-keeping", daemon=True)
            self._thread.start()

    def write_sheet(self, incident: Incident) -> None:
        """Bring the sheet beside an incident up to date, soon; of several changes in a row the last one counts.

        While the disk is away the last sheet stays: it says of which event it is.
        """
        if incident.closed or incident.unrecorded or not incident.rev:
            return
        with self._guard:
            waiting = bool(self._wanted)
            self._wanted[incident.id] = incident
        if not waiting:
            self._written = self._sheets.submit(self._write_sheets)

    def close(self) -> None:
        """End it; the sheet of the last act is written first, if that is quick. Never hangs."""
        self._end.set()
        if self._written is not None:
            with suppress(TooLate, Exception):
                self._written.result(LAST_SHEET)
        self._sheets.close()

    def _write_sheets(self) -> None:
        self._end.wait(max(0.0, self._next_sheet - time.monotonic()))
        with self._guard:
            wanted, self._wanted = self._wanted, {}
        self._next_sheet = time.monotonic() + PAUSE
        for incident in wanted.values():
            with suppress(HandrailError, OSError):  # a convenience: the record itself is on disk
                self._store.beside(incident.id, incident.rev, self._render(incident))

    def _go(self) -> None:
        tidy(self._state, self._index_progress, self._end, unsafe=self._unsafe)
        self.progress = ""
        while True:
            if time.monotonic() >= self._next_room:
                self._next_room = time.monotonic() + DAY
                make_room(self._state, self._store)
            if self._end.wait(PERIOD):
                return
            with suppress(Exception):  # the disk is still away, or a run still runs: the next round tries again
                self._retry().result(30)
                self._move_runs()

    def _index_progress(self, done: int, of: int) -> None:
        self.progress = f"indexing past incidents, {done} of {of}" if done < of else ""

    def _move_runs(self) -> None:
        """Bring home the runs that began in memory, once they have ended and their start is on record."""
        room = in_memory(self._state.root) / "runs"
        if not room.is_dir() or any(incident.unrecorded for incident in self._watcher.open()):
            return
        from handrail.runs.record import RunFiles

        for kept in room.iterdir():
            left, moved = 0, 0
            for run in kept.iterdir():
                if run.name.startswith(".") or RunFiles(run).state().word in ("starting", "running"):
                    left += 1
                else:
                    _move(run, self._state.runs(kept.name))
                    moved += 1
            if moved and not left:
                kept.rmdir()
        with suppress(OSError):
            room.rmdir()


def _move(run: Path, folder: Path) -> None:
    """The folder is whole under its name or not there: a copy that was cut off is begun anew."""
    make_folder(folder)
    copy = folder / f".{run.name}.moving"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(run, copy, symlinks=True, ignore=_what_is_no_file)
    copy.rename(folder / run.name)
    shutil.rmtree(run)


def _what_is_no_file(folder: str, names: list[str]) -> set[str]:
    """A run's folder holds a socket too, which nobody answers any more."""
    return {name for name in names if not (path := Path(folder) / name).is_file() and not path.is_dir()}
