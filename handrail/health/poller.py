"""Asks every probe at its own pace, and keeps now.json true. Its loop is its own, never the one that paints."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from handrail.clock import Clock, short_duration
from handrail.health import history, inheritance, now, wishes
from handrail.health.asked import Asked
from handrail.health.lease import SLOWEST, Lease
from handrail.health.panel import Panel
from handrail.health.probes import Hands, Reading, way_to_ask
from handrail.health.probes.reading import in_thread
from handrail.health.threads import DaemonThreads
from handrail.kinds import KINDS
from handrail.pack.model import Pack
from handrail.quantities import size
from handrail.text import clean

JITTER = 0.1
SPREAD = 0.1  # seconds between two first questions, as long as they fit into one interval
COALESCE = 0.1  # seconds that changes are gathered before now.json is written again
CALM = 1.0  # seconds, at most, that answers which turned no lamp may wait for more of their kind
JUMP = 5.0  # seconds that the boot clock must run ahead to be called sleep


class Poller:
    """One pack's probes. `folder` is its health folder, None to keep nothing; `engaged` gives the tags of incidents."""

    def __init__(self, pack: Pack, folder: Path | None, clock: Clock, by: str,
                 engaged: Callable[[], Collection[str]] = tuple) -> None:
        self.pack, self.folder, self.clock, self.engaged = pack, folder, clock, engaged
        self.panel = Panel(pack, folder, clock, by, SLOWEST)
        self.asked = self.panel.asked
        self.changed = asyncio.Event()
        self.turned = asyncio.Event()
        self.lanes = {lane: asyncio.Semaphore(pack.cadence.concurrency) for lane in ("here", "near", "slow")}
        intervals = [asked.meter.interval for asked in self.asked if asked.scheduled]
        self.every = self.panel.every = min([SLOWEST, *(max(0.5, interval) for interval in intervals)])
        self.random = random.Random()
        self.client: Any = None
        self.lag = 0.0
        self.late: list[float] = []
        self.drift = clock.boot() - time.monotonic()
        self.wall = clock.now().timestamp() - clock.boot()
        self.clock_jump = 0.0

    async def run(self, lease: Lease, stop: asyncio.Event) -> None:
        """Poll until `stop` is set or the lease is lost. Raises OSError when now.json cannot be written."""
        assert self.folder is not None
        asyncio.get_running_loop().set_default_executor(DaemonThreads())
        self.panel.resume()
        self.panel.look_at_marks()
        self.panel.face_everything()
        now.write(self.folder, self.panel.told())
        scheduled = [asked for asked in self.asked if asked.scheduled]
        work = [asyncio.create_task(self.keep_asking(asked, self.first(n, asked))) for n, asked in enumerate(scheduled)]
        work += [asyncio.create_task(self.keep_asking(asked, None)) for asked in self.asked if asked not in scheduled]
        work += [asyncio.create_task(self.keep_watch()), asyncio.create_task(self.keep_tidy())]
        writing = asyncio.create_task(self.keep_writing(lease))
        stopping = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait([writing, stopping, *work], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (writing, stopping, *work):
                task.cancel()
            await asyncio.gather(writing, stopping, *work, return_exceptions=True)

    async def once(self) -> list[now.NowLamp]:
        """Ask every scheduled probe once; nothing is kept."""
        asyncio.get_running_loop().set_default_executor(DaemonThreads())
        once = [asked for asked in self.asked if asked.scheduled]
        await asyncio.gather(*(self.ask(asked) for asked in once if asked.probe.kind != "composite"))
        for asked in once:
            if asked.probe.kind == "composite":
                await self.ask(asked)
        self.panel.face_everything()
        return self.panel.told().lamps

    # -- asking

    def first(self, n: int, asked: Asked) -> float:
        return min(n * SPREAD, asked.meter.interval * n / max(1, len(self.asked)))

    async def keep_asking(self, asked: Asked, first: float | None) -> None:
        """At its pace for ever; only when told to for None."""
        loop = asyncio.get_running_loop()
        due = loop.time() + first if first is not None else None
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await asked.now.wait()
            asked.now.clear()
            if due is not None:
                due = min(due, loop.time())  # asked out of turn, the next turn counts from now and is not put off
            await self.ask(asked)
            if due is not None:
                due += asked.meter.pause * self.random.uniform(1 - JITTER, 1 + JITTER)
                if due < loop.time() - asked.meter.pause / 2:
                    self.late = [*(late for late in self.late if late > loop.time() - 60), loop.time()]
                due = max(due, loop.time())

    def ask_now(self, probe: str) -> None:
        """Do not wait for its turn."""
        for asked in self.asked:
            if asked.probe.id == probe:
                asked.ask_now()

    async def ask(self, asked: Asked) -> None:
        """One answer, taken in by every lamp it concerns."""
        trouble = ""
        async with self.lanes[asked.lane]:
            hands = self.hands(asked)
            try:
                way = way_to_ask(asked.probe.kind)
                if KINDS[asked.probe.kind].http:
                    self.http()  # what is loaded and made once is not the time of the first answer
                async with asyncio.timeout(asked.meter.timeout):
                    reading = await way(asked.options, hands)
            except TimeoutError:
                reading = Reading({"error": "timeout", "elapsed": asked.meter.timeout})
            except Exception as error:
                reading = Reading()
                trouble = f"the probe itself failed: {clean(f'{type(error).__name__}: {error}', 120)}"
        # What took its whole limit waits among its like, so that it holds up nobody else.
        asked.lane = "slow" if reading.values.get("error") == "timeout" else asked.usual
        self.take(asked, reading, trouble, await self.processes(asked))

    def hands(self, asked: Asked) -> Hands:
        return Hands(
            timeout=asked.meter.timeout, interval=asked.meter.interval,
            body_limit=int(size(asked.probe.body_limit) or 0), path=self.pack.path,
            needs=asked.needs, memory=asked.memory, lamps=self.panel.lamps, client=self.http,
            vitals=self.vitals, now=self.clock.now, folder=self.pack.folder,
        )

    def http(self) -> Any:
        if self.client is None:
            from handrail.health.probes.http import Client

            self.client = Client(str(probe.options.get("url", "")) for probe in self.pack.probes)
        return self.client

    async def processes(self, asked: Asked) -> Mapping[str, int | None]:
        """How many processes match each pattern that its conditions count."""
        if not asked.meter.judge.patterns:
            return {}
        from handrail.health.probes.process import count

        return await in_thread(lambda: {pattern: count(pattern) for pattern in asked.meter.judge.patterns})

    def take(self, asked: Asked, reading: Reading, trouble: str, processes: Mapping[str, int | None]) -> None:
        if self.panel.take(asked, reading, trouble, processes, self.engaged()):
            asked.meter.pause = asked.meter.interval
            self.turned.set()
        if asked.wished:
            asked.wished = False
            self.turned.set()
        asked.meter.pause = self.pause(asked)
        self.changed.set()

    def pause(self, asked: Asked) -> float:
        """Seconds to the next answer: sooner while a change is unconfirmed, later when it has been bad for long."""
        meter, tracks = asked.meter, asked.tracks.values()
        if any(track.memory.unconfirmed for track in tracks):
            return meter.retry
        bad = [track.bad_since for track in tracks]
        if bad and all(since is not None and self.clock.boot() - since > meter.slow_after for since in bad):
            return min(meter.slowest, max(meter.pause, meter.interval) * 2)
        return meter.interval

    async def keep_writing(self, lease: Lease) -> None:
        """Write after each change and at least every period; ends when the lease is somebody else's."""
        assert self.folder is not None
        while lease.held():
            begun = time.perf_counter()
            now.write(self.folder, self.panel.told())
            self.changed.clear()
            self.turned.clear()
            await asyncio.sleep(max(COALESCE, 50 * (time.perf_counter() - begun)))
            for event, patience in ((self.changed, self.every), (self.turned, min(CALM, self.every / 4))):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(patience):
                        await event.wait()

    async def keep_tidy(self) -> None:
        """Sweep what nobody needs any more, at first and then every hour: a poller may live for months."""
        from handrail.health.tidying import EVERY, tidy

        folder = self.folder
        assert folder is not None
        while True:
            ids = {asked.probe.id for asked in self.asked} | {track.id for track in self.panel.tracks()}
            tidy(folder, ids)
            await in_thread(lambda: inheritance.sweep(folder.parent, folder))
            await asyncio.sleep(EVERY)

    # -- this process itself

    async def keep_watch(self) -> None:
        """Measure how late the loop is, notice sleep and clock jumps; after sleep, ask everything again, one by one."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + 0.5
            await asyncio.sleep(0.5)
            self.lag = max(loop.time() - due, self.lag * 0.9)
            wall, drift = self.clock.now().timestamp() - self.clock.boot(), self.clock.boot() - time.monotonic()
            self.clock_jump, self.wall = max(abs(wall - self.wall), self.clock_jump * 0.98), wall
            slept, self.drift = drift - self.drift, drift
            self.look_around()
            if slept > JUMP:
                self.panel.say(f"slept {short_duration(slept)}")
                for n, asked in enumerate(self.asked):
                    if asked.scheduled:
                        loop.call_later(self.first(n, asked), asked.now.set)
                self.changed.set()

    def look_around(self) -> None:
        """What persons want of the lamps, from whichever console."""
        if self.folder is None:
            return
        wanted = wishes.take(self.folder)
        for asked in self.asked if wanted else ():
            if history.safe(asked.probe.id) in wanted or (wishes.EVERY in wanted and asked.scheduled):
                asked.ask_now()
        if self.panel.look_at_marks():
            self.panel.face_everything()
            self.changed.set()
            self.turned.set()

    def vitals(self) -> dict[str, object]:
        recent = [late for late in self.late if late > asyncio.get_running_loop().time() - 60]
        return {"loop_lag": self.lag, "late_probes": len(recent), "clock_jump": self.clock_jump}
