"""What every console and command that acts does by itself: take the ends of runs and of clocks into the record.

Whoever sees an end first writes it; the ids are derived, so that any number of consoles may look.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from handrail.acts.chains import take_in
from handrail.acts.clocks import breached
from handrail.acts.ending import finish
from handrail.clock import Clock
from handrail.errors import HandrailError
from handrail.health.system import beside
from handrail.incident.checklist import find
from handrail.incident.events import Actor
from handrail.incident.incident import Attempt, Chain, Incident
from handrail.incident.store import Decide
from handrail.runs.record import RunFiles, RunState
from handrail.runs.verdict import Verdict, judge
from handrail.watcher import Watcher

PERIOD = 0.2
CLOCKS_PERIOD = 1.0
# Output of a descendant that still holds the terminal may belong to the step: wait this long (s) for it, no longer.
PATIENCE = 1.0
# More output than this is not read for a digest: a console has better things to do.
DIGESTED = 256 * 1024 * 1024

# The store could not be written in time, or this console is closing: the next round, or the next console, tries again.
GIVEN_UP = (HandrailError, OSError, CancelledError)

Append = Callable[[str, Decide, Actor], object]


class Rounds:
    """A daemon thread that goes round every 0.2 s, and at once when a run of this process has news."""

    def __init__(self, watcher: Watcher, clock: Clock, actor: Actor, append: Append) -> None:
        self._watcher = watcher
        self._clock = clock
        self._actor = replace(actor, name="handrail")
        self._append = append
        self._wake = threading.Event()
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self._ended: dict[str, float] = {}
        self._next_clocks = 0.0

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._go, name="handrail-rounds", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """Go round now. Called by wakers from their own threads."""
        self._wake.set()

    def close(self) -> None:
        self._end.set()
        self._wake.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(1.0)

    def _go(self) -> None:
        while not self._end.is_set():
            for incident in self._watcher.open():
                for chain in incident.going():
                    with suppress(*GIVEN_UP):
                        self._follow(incident, chain)
                for key, attempt in incident.running():
                    try:
                        self._look(incident, key, attempt)
                    except GIVEN_UP:
                        continue
            if time.monotonic() >= self._next_clocks:
                self._next_clocks = time.monotonic() + CLOCKS_PERIOD
                self._clocks()
            self._wake.wait(PERIOD)
            self._wake.clear()

    def _look(self, incident: Incident, key: str, attempt: Attempt) -> None:
        files = self._watcher.run(incident.id, attempt.run)
        state = files.state(attempt.started_at, self._clock.now())
        if self._is_over(attempt.run, state):
            verdict = self._verdict(incident, key, attempt, files, state)
            going = [other.run for _, other in incident.running()
                     if self._watcher.run(incident.id, other.run).state().word == "running"]
            ended = partial(finish, key=key, run=attempt.run, verdict=verdict,
                            state=state, now=self._clock.now(),
                            digest=_digest(files.folder / "out", state.output_bytes), going=going)
            self._append(incident.id, ended, self._actor)
            self._ended.pop(attempt.run, None)

    def _follow(self, incident: Incident, chain: Chain) -> None:
        """Take in what a chain has begun; whoever looks first records it, and nobody has to."""
        state = self._watcher.chain(incident.id, chain)  # before its runs: what it says is over begins no further one
        born = {}
        for step in chain.steps:
            files = self._watcher.run(incident.id, step.run)
            if (meta := files.meta()) is not None:
                born[step.run] = datetime.fromtimestamp(float(meta.get("t0_ns", 0)) / 1e9, UTC)
        if take_in(incident, chain, state, born):
            self._append(incident.id, partial(take_in, chain=chain, state=state, born=born), self._actor)

    def _is_over(self, run: str, state: RunState) -> bool:
        if state.word in ("starting", "running"):
            return False
        if state.word != "ended" or not state.background:
            return True
        return time.monotonic() - self._ended.setdefault(run, time.monotonic()) > PATIENCE

    def _verdict(self, incident: Incident, key: str, attempt: Attempt, files: RunFiles, state: RunState) -> Verdict:
        try:
            item = find(incident, key, self._watcher.runbook)
        except HandrailError as error:
            verdict = judge(None, state, b"")
            unknown = Verdict("inconclusive", f"what to expect is not known: {error.title}")
            return unknown if verdict.word == "ran" else verdict
        expected = item.expected if item else None
        verdict = judge(expected, state, files.output() if expected and state.word == "ended" else b"")
        if expected is not None and expected.kind == "failure" and verdict.word == "passed":
            return self._unless_all_refuse(incident, attempt, verdict, expected.value)
        return verdict

    def _unless_all_refuse(self, incident: Incident, attempt: Attempt, verdict: Verdict, wanted: str) -> Verdict:
        """A door that refuses proves nothing about one system where others stand behind it too."""
        packs = self._watcher.packs
        pack = next((pack for pack in packs if pack.id == incident.pack or not incident.pack), None)
        if pack is None or "refused" not in wanted.lower():
            return verdict
        door, others = beside(pack, attempt.command)
        if not door:
            return verdict
        named = ", ".join(others[:3]) + (", …" if others[3:] else "")
        return Verdict("inconclusive", f"all of {door} refuses{f', {named} too' if named else ''}: "
                                       "that proves nothing about one part of it")

    def _clocks(self) -> None:
        now = self._clock.now()
        for incident in self._watcher.open():
            if breached(incident, now):
                try:
                    self._append(incident.id, partial(breached, now=now), self._actor)
                except GIVEN_UP:
                    continue


def _digest(out: Path, size: int) -> str:
    """The sha256 of the first `size` bytes of the output, "" when they are too many or cannot be read."""
    if size > DIGESTED:
        return ""
    digest, left = hashlib.sha256(), size
    try:
        with out.open("rb") as file:
            while left > 0 and (block := file.read(min(left, 1 << 20))):
                digest.update(block)
                left -= len(block)
    except OSError:
        return ""
    return digest.hexdigest() if left == 0 else ""
