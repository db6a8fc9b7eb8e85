"""Watcher: everything that can be seen, and nothing that can be changed. The wall gets one of these and no more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from handrail.clock import Clock
from handrail.drift import Drift, Drifted, News, news
from handrail.errors import HandrailError
from handrail.incident.archive import Archive
from handrail.incident.checklist import Checklist
from handrail.incident.incident import Chain, Incident
from handrail.incident.waiting import Waiting
from handrail.library import Library
from handrail.pack.pack import Pack
from handrail.paths import State
from handrail.reloading import Packs
from handrail.runbook.classing import Classes
from handrail.runbook.model import Runbook
from handrail.snapshot import Activity, BadCard, Card, Console, Snapshot, Trouble
from handrail.view import View, substance

if TYPE_CHECKING:
    from handrail.runs.chain import ChainState
    from handrail.runs.record import RunFiles

__all__ = ["Activity", "BadCard", "Card", "Console", "Snapshot", "Watcher"]

PERIOD = 0.25
RELOAD_PERIOD = 1.0
OPENED = 8


class Watcher:
    """Reads a state folder four times a second in a thread of its own. Making one touches nothing on disk.

    Every method may be called from any thread. Subscribers are called from a thread of the domain.
    `trouble` and `busy` may be set by who also writes: what keeps the store from being written, and what goes on by
    itself. What waits in memory for the disk is laid over what the files say: `Incident.unrecorded` counts it.
    """

    def __init__(self, state: State, packs: Sequence[Pack], clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._library = Library(state)
        self._waiting = Waiting(state)
        self._packs = Packs(packs, clock)
        self._view = View(state, self._packs, clock, self._library, self._waiting)
        self._snapshot = self._view.empty()
        self._looking = threading.Lock()
        self._opening = threading.Lock()
        self._archive = Archive(state)
        self._opened: dict[str, Incident] = {}
        self._open: tuple[Incident, ...] = ()
        self._subscribers: list[Callable[[], None]] = []
        self._next_reload = 0.0
        self._last: object = None
        self._drift = Drift(self._tell)
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self.trouble: Callable[[], Trouble] = Trouble
        self.busy: Callable[[], str] = str
        self.repacked: list[Callable[[], None]] = []
        """Called from the poll thread when an edited pack has begun to serve."""

    @property
    def packs(self) -> tuple[Pack, ...]:
        """The packs that serve now: those that were given, or what they were edited into."""
        return self._packs.now

    def start(self) -> None:
        """Start the poll thread (4 Hz). The first snapshot is taken in it; calling this twice does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._poll, name="handrail-watcher", daemon=True)
            self._thread.start()

    def now(self) -> Snapshot:
        """The newest snapshot. Never blocks; before the first poll it is an empty one."""
        return self._snapshot

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back after each change of what `now` shows (ages and durations alone are no change).

        Answers the way out of it. The callback must return quickly: post a message and be gone.
        """
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)
        return unsubscribe

    def open(self) -> tuple[Incident, ...]:
        """Every open record as of the last look, checklists without an incident included; latest events only."""
        return self._open

    def incident(self, id: str) -> Incident | None:
        """An incident or checklist by its whole id, active or past; None when there is none or it cannot be read."""
        if (known := self._opened.get(id)) is not None:
            return known
        return self._open_again(id)

    def checklist(self, id: str) -> Checklist | None:
        """The checklist of an incident as it stands; cached by revision."""
        incident = self.incident(id)
        return None if incident is None else self._library.checklist(incident)

    def checklist_of(self, incident: Incident) -> Checklist:
        """The checklist of this very incident; cached by revision."""
        return self._library.checklist(incident)

    def runbook(self, sha: str) -> Runbook:
        """A frozen document as it was understood; cached. Raises UsageError when it is gone, Damaged when changed."""
        return self._library.runbook(sha)

    def classes(self) -> Classes:
        """What operators said by hand about steps, as of now."""
        return self._library.classes.now()

    def drifted(self, incident: Incident) -> tuple[Drifted, ...]:
        """The runbook files of an open incident that are not what it froze. Never blocks."""
        return self._drift.of(incident)

    def news(self, incident: Incident) -> tuple[News, ...]:
        """What changed in those files, step by step. Reads them: not for the event loop."""
        found = []
        for drifted in self._drift.of(incident):
            with suppress(HandrailError):  # the frozen copy is gone: the checklist itself says so
                found.append(news(drifted, self.runbook(drifted.call.sha256)))
        return tuple(found)

    def run(self, incident_id: str, run_id: str) -> RunFiles:
        """The files of one run."""
        from handrail.runs.record import RunFiles

        return RunFiles(self._state.run(incident_id, run_id))

    def chain(self, incident_id: str, chain: Chain) -> ChainState:
        """What the files of a chain say now."""
        from handrail.runs.chain import chain_state

        return chain_state(self._state.runs(incident_id) / chain.id, chain.at, self._clock.now())

    def refresh(self) -> None:
        """Look now instead of at the next poll, and tell subscribers if anything changed. Blocks while it reads."""
        with self._looking:
            self._library.classes.now()  # first: what is wrong with them is part of the snapshot
            snapshot = self._view.look(self.trouble(), self.busy())
            self._open = self._view.open
            self._read_opened_again()
            opened = tuple((id, incident.head, incident.rev) for id, incident in self._opened.items())
            news = (substance(snapshot), opened, self._library.classes.version)
            changed, self._last = news != self._last, news
            self._snapshot = snapshot
        if changed:
            self._tell()

    def _tell(self) -> None:
        for callback in tuple(self._subscribers):
            callback()

    def close(self) -> None:
        """End the poll thread. Never hangs."""
        self._end.set()
        self._drift.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(1.0)

    def _poll(self) -> None:
        while not self._end.is_set():
            try:
                self._reload()
                self.refresh()
            except Exception as error:  # whatever it is, the next look may succeed; a dead watcher would show old news
                self._snapshot = replace(self._snapshot, store_note=f"Cannot look: {error}")
            self._end.wait(PERIOD)

    def _reload(self) -> None:
        if time.monotonic() >= self._next_reload:
            self._next_reload = time.monotonic() + RELOAD_PERIOD
            self._drift.look(self._opened.values())
            if self._packs.look():
                for callback in self.repacked:
                    callback()

    def _open_again(self, id: str) -> Incident | None:
        with self._opening:
            try:
                incident = self._waiting.read(id, self._archive.read)
            except HandrailError:
                self._opened.pop(id, None)
                return None
            opened = {other: known for other, known in self._opened.items() if other != id}
            self._opened = {**dict(list(opened.items())[-OPENED + 1:]), id: incident}
            return incident

    def _read_opened_again(self) -> None:
        """Keep fresh what a screen looked at, so that `incident` need not read."""
        with self._opening:
            for id in tuple(self._opened):
                try:
                    self._opened[id] = self._waiting.read(id, self._archive.read)
                except HandrailError:
                    del self._opened[id]
