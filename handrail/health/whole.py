"""One lamp for a probe that has several things under it: the worst of them, in its words."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from handrail.health.history import History, file_of
from handrail.health.monitor import Lamp, LampWord
from handrail.health.now import TRAIL, NowLamp
from handrail.text import clean

# Worst first; within one word the longest-standing first.
ORDER: tuple[LampWord, ...] = (
    "CRIT", "HIGH", "FLAPPING", "WARN", "UNKNOWN", "STALE", "NOTE", "BLOCKED", "EXPECTED", "MUTED", "OK",
)
LONGEST = 60  # characters of a value
_PLACE = {word: place for place, word in enumerate(ORDER)}
# Words of a part that say nothing about the others: it was meant to be so.
MEANT = frozenset(("EXPECTED", "MUTED"))


def worst_first(lamps: Iterable[Lamp]) -> tuple[Lamp, ...]:
    return tuple(sorted(lamps, key=lambda lamp: _PLACE[lamp.word]))


def whole(lamp: Lamp) -> Lamp:
    """The same lamp as its parts stand: the worst of those that are not meant to be as they are wins."""
    parts = worst_first(lamp.parts)
    counting = [part for part in parts if part.word not in MEANT] or list(parts)
    worst = counting[0]
    off = [part for part in counting if part.word != "OK"]
    next_due = min((part for part in parts if part.left is not None), key=lambda part: part.left or 0.0, default=None)
    ages = [part.age for part in parts if part.age is not None]
    return replace(
        lamp, parts=parts, word=worst.word, rank=worst.rank, severity=worst.severity, since=worst.since,
        scenario=worst.scenario, value=clean(_value(counting, off), LONGEST), why=clean(_why(off), 300),
        age=min(ages, default=None), latched=any(part.latched for part in parts),
        left=next_due.left if next_due is not None else None, left_label=next_due.left_label if next_due else "",
    )


def _value(parts: list[Lamp], off: list[Lamp]) -> str:
    if len(off) == 1:
        return f"{off[0].title} {off[0].value}"
    if off:
        return f"{len(off)} of {len(parts)} not well"
    said = {part.value for part in parts}
    return f"{len(parts)} {said.pop() if len(said) == 1 else 'ok'}"


def _why(off: list[Lamp]) -> str:
    if not off:
        return ""
    more = f", and {len(off) - 1} more" if len(off) > 1 else ""
    return f"{off[0].title}{more}: {off[0].why or off[0].word}"


@dataclass(slots=True)
class Sum:
    """What a poller remembers of a whole: how many of its parts were bad, answer by answer."""

    id: str
    folder: Path | None
    keep: float
    trail: deque[tuple[float | None, int]] = field(default_factory=lambda: deque(maxlen=TRAIL))
    history: History | None = None

    def take(self, ranks: Iterable[int], at: float) -> None:
        """One answer's ranks, 0 for well, at `at` (seconds since 1970)."""
        bad = [rank for rank in ranks if rank]
        number, rank = float(len(bad)), min(bad, default=0)
        self.trail.append((number, rank))
        if self.history is None:
            self.history = History(file_of(self.folder, self.id) if self.folder is not None else None, (), self.keep)
        self.history.store(at, rank, number, {})

    def told(self, first: NowLamp, parts: list[NowLamp], title: str) -> NowLamp:
        """The lamp of the whole, for now.json. Its words are worked out by whoever reads, from the parts."""
        return NowLamp(
            id=self.id, title=title, group=first.group, word=first.word, rank=first.rank, want=first.want,
            runbook=first.runbook, at=first.at, stale=first.stale, trail=list(self.trail), parts=parts,
            ticks=first.ticks,
        )
