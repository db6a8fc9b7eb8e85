"""One lamp between answers: its judge, its memory, its history, and how it stands now."""

from __future__ import annotations

import hashlib
import math
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from handrail.clock import Clock, iso, short_duration
from handrail.conditions import Context
from handrail.health import happenings
from handrail.health.history import History, file_of
from handrail.health.judge import Judge, Result
from handrail.health.marks import Mute
from handrail.health.now import TRAIL, NowLamp
from handrail.health.states import Damping, Held, Memory, step
from handrail.health.telling import WORDS, Teller
from handrail.pack.model import Pack, Probe
from handrail.quantities import seconds
from handrail.text import clean
from handrail.windows import Recent


class Meter:
    """What all lamps of one probe share. `pause` is the seconds to the next answer, as things stand."""

    def __init__(self, probe: Probe, pack: Pack) -> None:
        self.probe = probe
        self.judge = Judge(probe, pack)
        self.teller = Teller(probe, self.judge)
        self.interval = seconds(probe.interval) or 1.0
        self.timeout = seconds(probe.timeout) or 1.0
        self.retry = min(self.interval, seconds(probe.retry_every) or self.interval)
        self.slow_after = seconds(probe.slow_after) or float("inf")
        self.slowest = max(self.interval, seconds(probe.slow_interval) or self.interval)
        longest = [length for length in self.judge.windows.values() if math.isfinite(length)]
        self.keep = max([seconds(probe.history) or 0.0, *longest])
        self.pause = self.interval
        told = repr([(one.rank, one.text, one.hold, one.clear_hold, one.latch) for one in self.judge.levels])
        self.levels = hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def stale(self) -> float:
        """Seconds after which an answer is too old; a multiple of the pause is at least one pause and one limit."""
        if self.probe.when_run == "manual":
            return seconds(self.probe.history) or self.interval
        if self.probe.stale_after.endswith("x"):
            return max(float(self.probe.stale_after[:-1]) * self.pause, self.pause + self.timeout)
        return seconds(self.probe.stale_after) or self.pause

    @property
    def damping(self) -> Damping:
        return Damping(max(self.pause, self.interval), self.probe.confirm_bad, self.probe.confirm_good, self.probe.flap)


@dataclass(slots=True)
class Track:
    """One lamp. `part` names the thing under a probe that has several ("" for the probe's own lamp)."""

    meter: Meter
    part: str
    folder: Path | None
    memory: Memory = field(default_factory=Memory)
    word: str = "UNKNOWN"
    rank: int = 0
    severity: str = ""
    value: str = "no answer yet"
    why: str = ""
    beneath: tuple[str, int] = ("UNKNOWN", 0)
    since: str | None = None
    bad_since: float | None = None
    trail: deque[tuple[float | None, int]] = field(default_factory=lambda: deque(maxlen=TRAIL))
    ticks: int = 0
    ticked: int = 0
    due: float | None = None
    history: History | None = None

    @property
    def id(self) -> str:
        return f"{self.meter.probe.id}/{self.part}" if self.part else self.meter.probe.id

    @property
    def title(self) -> str:
        return _shown(self.part or self.meter.probe.title or self.meter.probe.id)

    def resume(self, lamp: NowLamp, memory: Memory, *, same_boot: bool) -> None:
        """Go on from what another poller wrote. Boot seconds of an earlier boot mean nothing here."""
        self.word, self.rank, self.severity, self.value = lamp.word, lamp.rank, lamp.severity, lamp.value
        self.why, self.since, self.memory = lamp.why, lamp.since, memory
        self.trail.extend(lamp.trail)
        self.ticks, self.due = lamp.ticks, lamp.due
        if len(memory.levels) != len(self.meter.judge.levels) or lamp.levels not in ("", self.meter.levels):
            memory.levels = []
        if not same_boot:
            memory.at = memory.known_at = None

    def take(self, values: Mapping[str, object], reasons: Mapping[str, str], clock: Clock, engaged: Collection[str],
             processes: Mapping[str, int | None]) -> list[happenings.Change]:
        """One answer: remember it, judge it, step; what changed of its events. `face` then says how the lamp stands."""
        if self.history is None:
            path = file_of(self.folder, self.id) if self.folder is not None else None
            self.history = History(path, self.meter.judge.windows, self.meter.keep)
        probe, at, now = self.meter.probe, clock.boot(), clock.now()
        number = self.meter.teller.number(values)
        past = None
        if self.meter.judge.windows:
            self.history.remember(now.timestamp(), values)
            past = Recent(self.history.samples, now.timestamp(), self.meter.pause)
        context = Context(past, now, self.meter.probe.min_coverage, processes.get)
        result = self.meter.judge.judge(values, context, reasons, engaged)
        step(self.memory, self.meter.judge.levels, result, self.meter.damping, at)
        rank = self.meter.judge.levels[result.rank].rank if result.rank is not None else 0
        self.history.store(now.timestamp(), rank, number, values)
        self.trail.append((number, rank))
        self._happened(values, result, now.timestamp())
        if not result.unknown or not self.memory.active():
            self.value = self.meter.teller.value(values)
        elif not self.value.endswith("?"):
            self.value += " ?"
        if not probe.events:
            return []
        return happenings.changes(probe, self.memory.seen, values, self.id, self.title, now.timestamp())

    def _happened(self, values: Mapping[str, object], result: Result, at: float) -> None:
        probe = self.meter.probe
        if not result.unknown:
            self.due = happenings.due(probe.countdown, values)
        good = result.rank is None and not (result.unknown or result.expected or self.memory.active())
        patience = max(2 * max(self.meter.pause, self.meter.interval), self.meter.timeout)
        self.memory.well = happenings.well(self.memory.well, probe.verify, good=good, at=at, patience=patience)

    def tick(self, changed: int) -> None:
        """An answer was taken in, and by now `changed` events were told in all: those since the last one are a tick."""
        self.ticks = (self.ticks << 1 | (changed != self.ticked)) & ((1 << TRAIL) - 1)
        self.ticked = changed

    def unlatch(self, mark: str) -> None:
        """A person has cleared its latches, once for each `mark`; what is still bad confirms itself anew."""
        if mark == self.memory.cleared:
            return
        self.memory.cleared = mark
        for n, level in enumerate(self.meter.judge.levels):
            if level.latch and n < len(self.memory.levels):
                self.memory.levels[n] = Held()

    @property
    def latched(self) -> bool:
        """Whether only a person can make it well."""
        levels = self.meter.judge.levels
        return any(levels[n].latch for n in self.memory.active() if n < len(levels))

    def face(self, clock: Clock, parents: Mapping[str, tuple[str, int]], mute: Mute | None = None) -> bool:
        """Work out word, rank and reason from `parents`, the (word, rank) of each lamp it depends on.

        True when the word changed. `beneath` is how it stands whatever was muted: what depends on it goes by that.
        """
        word, rank, severity, why = self._stands(clock)
        parent = self._blocking(rank, parents)
        if parent and word not in ("OK", "EXPECTED") and self.memory.at is not None:
            word, rank, severity, why = "BLOCKED", 0, "", f"blocked by {parent}"
        self.beneath = (word, rank)
        if mute is not None and iso(clock.now()) < mute.until:
            now = f"it is {'ok' if word == 'OK' else word}" + (f": {why}" if why else "")
            reason = f" ({mute.reason})" if mute.reason else ""
            why = clean(f"muted by {mute.by} until {mute.until[11:16]} UTC{reason}; {now}", 300)
            word, rank, severity = "MUTED", 0, ""
        changed = (word, rank) != (self.word, self.rank)
        if changed or self.since is None:
            self.since = iso(clock.now())
        if changed:
            self.bad_since = clock.boot() if rank else None
        self.word, self.rank, self.severity, self.why = word, rank, severity, why
        return changed

    def told(self) -> NowLamp:
        """How it stands, for now.json."""
        probe = self.meter.probe
        return NowLamp(
            id=self.id, title=self.title, group=probe.group or probe.id,
            word=self.word, rank=self.rank, value=self.value, want=self.meter.teller.wanted, severity=self.severity,
            why=self.why, runbook=probe.runbook, since=self.since, at=self.memory.at, stale=self.meter.stale,
            trail=list(self.trail), levels=self.meter.levels, latched=self.latched, scenario=self._scenario(),
            ticks=self.ticks, due=self.due, due_label=clean(probe.countdown.label, 40) if probe.countdown else "",
            well=self.memory.well,
        )

    def _scenario(self) -> str:
        """What it looks like, by the level that holds."""
        active = self.memory.active()
        return self.meter.judge.levels[active[0]].scenario if active and self.rank else ""

    def _stands(self, clock: Clock) -> tuple[str, int, str, str]:
        memory, teller = self.memory, self.meter.teller
        active = memory.active()
        if memory.at is None:
            return "UNKNOWN", 0, "", "no answer yet"
        if memory.expected:
            return "EXPECTED", 0, "", f"expected while {memory.expected} is engaged"
        told_for = clock.boot() - memory.known_at if memory.known_at is not None else float("inf")
        if memory.unknown and (not active or told_for > self.meter.stale):
            return "UNKNOWN", 0, "", teller.unknown(memory.unknown)
        if active:
            level = self.meter.judge.levels[active[0]]
            why = teller.bad(level)
            if memory.unknown:
                why = f"{why}; {teller.unknown(memory.unknown)} for {short_duration(told_for)}"
            word = "FLAPPING" if memory.flapping else WORDS[level.rank]
            return word, level.rank, level.severity, why
        if memory.flapping:
            worst = min(rank for rank in memory.recent if rank)
            return "FLAPPING", worst, "", "changes again and again"
        pending = teller.pending(memory, self.meter.damping)
        if not memory.settled:
            return "UNKNOWN", 0, "", pending or "no clear answer yet"
        return "OK", 0, "", pending or (f"learning: {memory.learning}" if memory.learning else "")

    def _blocking(self, rank: int, parents: Mapping[str, tuple[str, int]]) -> str:
        """The parent that explains it: bad, and at least as bad; any bad one when this lamp cannot be told."""
        if self.memory.flapping and not rank:
            return ""
        for name, (word, parent_rank) in parents.items():
            if parent_rank and word != "BLOCKED" and (not rank or parent_rank <= rank):
                return name
            if word == "BLOCKED":
                return name
        return ""


@lru_cache(maxsize=4096)
def _shown(title: str) -> str:
    """As a title is shown; it is told with every answer, and stays the same."""
    return clean(title, 80)
