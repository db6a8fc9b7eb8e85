"""Lamps: what probes found, and what it means. `Monitor` polls; `lamps` only reads what whoever polls has written."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from handrail.clock import Clock
from handrail.pack.model import Pack
from handrail.paths import State, make_folder

if TYPE_CHECKING:
    import asyncio

LampWord = Literal["CRIT", "HIGH", "WARN", "NOTE", "OK", "UNKNOWN", "STALE", "BLOCKED", "EXPECTED", "MUTED", "FLAPPING"]


@dataclass(frozen=True, slots=True)
class WellFor:
    """Good answers in a row: when the first and the newest came, oldest first (aware, UTC); of many only the newest."""

    since: datetime
    newest: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Lamp:
    """One signal as it stands. Never OK when old: a lamp whose `age` passes its limit is STALE whatever it said.

    `rank` is 1 (worst) to 4 for bad words, 0 otherwise. `value` is what was read ("inactive", "12 ms"), `want` what the
    levels ask for ("want active", "< 500 ms"), both short. `age` is seconds since the last answer, None before the
    first one. `trail` holds the newest 24 samples, oldest first: (value 0.0..1.0 for the bar or None, rank).
    `severity` is the level a person would declare ("P2"), "" when nothing is wrong. `why` is one sentence.
    `runbook` is the pack's link ("#gmail-oauth-token-rotation"), "" if none. `latched`: it stays until a person clears
    it. `scenario` is the pack's word for what it looks like, "" if none. `parts` are the lamps of the things under one
    probe (units, items, rows), worst first: then this one is the worst of them. Bit n of `ticks` says that something
    of the pack's `events` changed just before the n-th newest sample. `left` is the seconds to the end of its countdown
    (below 0: since), whole ones, and `left_label` what ends then. `well` are its good answers in a row, where a probe
    says how long it must be well before anything is resolved.
    """

    id: str
    title: str
    group: str
    pack: str
    word: LampWord
    rank: int
    value: str
    want: str
    age: float | None
    since: datetime | None
    trail: tuple[tuple[float | None, int], ...] = ()
    severity: str = ""
    why: str = ""
    runbook: str = ""
    latched: bool = False
    scenario: str = ""
    parts: tuple[Lamp, ...] = ()
    ticks: int = 0
    left: float | None = None
    left_label: str = ""
    well: WellFor | None = None


def among(lamps: Iterable[Lamp], id: str, pack: str = "") -> Lamp | None:
    """The lamp of that id, be it a part of another; None when it is not there."""
    return next((one for lamp in lamps if not pack or lamp.pack == pack
                 for one in (lamp, *lamp.parts) if one.id == id), None)


@dataclass(frozen=True, slots=True)
class Poll:
    """Who keeps the lamps fresh. `by` is "" and `age` None when nobody ever did; `age` is seconds since the last sweep.

    `error` is a sentence when the lamps cannot be trusted to be fresh ("Nobody polls: ade did, 5m ago."), else "".
    """

    pack: str
    by: str = ""
    age: float | None = None
    error: str = ""


class Monitor:
    """Polls one pack from a thread of its own as soon as nobody else does, for as long as it holds the lease.

    `by` is the name others see. `engaged` gives the tags that incidents have engaged (kill switches); it is called from
    the polling thread.
    """

    def __init__(self, pack: Pack, state: State, clock: Clock, by: str,
                 engaged: Callable[[], Collection[str]] = tuple) -> None:
        self.pack, self.state, self.clock, self.by, self.engaged = pack, state, clock, by, engaged
        self.holds = False
        self.error = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._poller: Any = None
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin; returns at once. A pack without probes needs nobody to poll."""
        if self.pack.probes and self._thread is None:
            thread = threading.Thread(target=self._run, name=f"handrail-health-{self.pack.id}", daemon=True)
            thread.start()
            self._thread = thread  # only now: whoever stops it meanwhile cannot wait for what has not begun

    def stop(self, seconds: float = 2.0) -> None:
        """End and give the lease back. Waits for the thread, but no longer than `seconds`."""
        self._ended.set()
        loop, stop = self._loop, self._stop
        if loop is not None and stop is not None:
            with contextlib.suppress(RuntimeError):  # it has just ended by itself
                loop.call_soon_threadsafe(stop.set)
        if self._thread is not None:
            self._thread.join(seconds)

    def ask_now(self, probe: str) -> bool:
        """Ask one probe at once, also one that is only asked by hand. False when it is somebody else who polls."""
        loop, poller = self._loop, self._poller
        if loop is None or poller is None or not any(asked.probe.id == probe for asked in poller.asked):
            return False
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(poller.ask_now, probe)
            return True
        return False

    def _run(self) -> None:
        import asyncio

        from handrail.health.lease import Lease

        folder = self.state.health(self.pack.sha256)
        while not self._ended.is_set():
            try:
                make_folder(folder)
                lease = Lease(folder, self.by, self.clock)
                try:
                    while not lease.take():
                        if self._ended.wait(0.5):
                            return
                    self.holds, self.error = True, ""
                    asyncio.run(self._poll(lease))
                finally:
                    self.holds, self._loop, self._stop, self._poller = False, None, None, None
                    lease.release()
            except Exception as error:  # whatever it was, the lamps go stale and somebody tries again
                self.error = f"{type(error).__name__}: {error}"
                self._ended.wait(1.0)

    async def _poll(self, lease: Any) -> None:
        import asyncio

        from handrail.health.poller import Poller

        self._stop = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        if self._ended.is_set():
            return
        folder = self.state.health(self.pack.sha256)
        self._poller = Poller(self.pack, folder, self.clock, self.by, self.engaged)
        await self._poller.run(lease, self._stop)


def check(pack: Pack, clock: Clock, engaged: Callable[[], Collection[str]] = tuple) -> tuple[Lamp, ...]:
    """Ask each probe once, here and now, trusting the first answer; nothing is written. Worst first."""
    import asyncio

    from handrail.health.asked import trusting
    from handrail.health.poller import Poller
    from handrail.health.reading import lamps_of

    async def ask() -> list[Any]:
        return await Poller(trusting(pack), None, clock, "", engaged).once()

    return lamps_of(asyncio.run(ask()), pack.id, clock.boot())


def lamps(state: State, pack: Pack, clock: Clock) -> tuple[tuple[Lamp, ...], Poll]:
    """How everything stands, worst first, and who keeps it so. Reads now.json only; never raises.

    Old answers are STALE, and so is everything when nobody polls. Without a readable now.json every lamp is UNKNOWN.
    """
    from handrail.health.reading import stand

    return stand(state.health(pack.sha256), pack, clock)
