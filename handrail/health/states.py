"""The state of a lamp between answers: damping, holding, clearing, flapping. Pure; the clock comes in as a number."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from handrail.health.happenings import Well
from handrail.health.judge import Level, Result
from handrail.pack.model import Flap

# An answer later than this many intervals says nothing about the time between: it neither fires nor resets.
GAP = 2.0


class Held(msgspec.Struct, omit_defaults=True):
    """One level: `hits` bad answers in a row over `held` watched seconds; once active, `goods` over `well` seconds."""

    hits: int = 0
    held: float = 0.0
    active: bool = False
    goods: int = 0
    well: float = 0.0


class Memory(msgspec.Struct, omit_defaults=True):
    """What a lamp carries from answer to answer, and from one poller to the next.

    `at` and `known_at` are boot seconds of the last answer and of the last one that could be told; `unknown` says why
    the last one could not, "" if it could. `settled` is False until a first answer was clearly well or a level was
    confirmed. `cleared` is the mark that last cleared a latch. `recent` are the ranks of the latest answers, oldest
    first, 0 for well. `seen` are the values whose changes are told, `well` the good answers in a row.
    """

    levels: list[Held] = []
    at: float | None = None
    known_at: float | None = None
    unknown: str = ""
    settled: bool = False
    expected: str = ""
    learning: str = ""
    cleared: str = ""
    recent: list[int] = []
    flapping: bool = False
    seen: dict[str, str] = {}
    well: Well | None = None

    def active(self) -> list[int]:
        """The positions of the levels that are confirmed, worst first."""
        return [n for n, held in enumerate(self.levels) if held.active]

    def pending(self) -> list[int]:
        """The positions of the levels that are bad but not yet confirmed, and worse than any that is."""
        worst = next(iter(self.active()), len(self.levels))
        return [n for n, held in enumerate(self.levels[:worst]) if held.hits]

    @property
    def unconfirmed(self) -> bool:
        """Whether a change is on its way: then the probe is asked more often."""
        return bool(self.pending()) or any(held.active and held.goods for held in self.levels)


class Damping(msgspec.Struct, frozen=True):
    """How slowly a lamp changes. `interval` is in seconds; `confirm` of 0 or 1 trusts the first answer."""

    interval: float
    confirm_bad: int
    confirm_good: int
    flap: Flap | None = None


def step(memory: Memory, levels: Sequence[Level], result: Result, damping: Damping, at: float) -> None:
    """Take one judged answer in, that came `at` (boot seconds)."""
    while len(memory.levels) < len(levels):
        memory.levels.append(Held())
    gap = at - memory.at if memory.at is not None else 0.0
    watched = gap if 0 <= gap <= GAP * damping.interval else 0.0
    memory.at = at
    memory.unknown, memory.expected, memory.learning = result.unknown, result.expected, result.learning
    for n, level in enumerate(levels):
        held, holds = memory.levels[n], result.levels[n]
        in_its_place = holds is not True and not level.hold and _as_bad(levels, result, level.rank)
        if held.active:
            clear = False if holds or in_its_place else None if n in result.apart else result.clears[n]
            _clearing(held, level, clear, damping, watched)
        elif in_its_place:
            held.hits += 1
        elif n not in result.apart:
            _confirming(held, level, holds, damping, watched)
    if result.unknown:
        memory.settled = bool(memory.active())
        return
    memory.known_at = at
    memory.settled = memory.settled or result.rank is None or bool(memory.active())
    _flap(memory, levels, result, damping.flap)


def _as_bad(levels: Sequence[Level], result: Result, rank: int) -> bool:
    """Whether a level at least as bad, that need not last, is true now: an outage that changes its face goes on.

    It counts towards the number of bad answers, but only a level's own condition can confirm it.
    """
    return any(other.rank <= rank and not other.hold and result.levels[m] for m, other in enumerate(levels))


def _confirming(held: Held, level: Level, holds: bool | None, damping: Damping, watched: float) -> None:
    if holds is None:
        return
    if not holds:
        held.hits, held.held = 0, 0.0
        return
    held.held += watched if held.hits else 0.0
    held.hits += 1
    if held.hits >= damping.confirm_bad and held.held >= level.hold:
        held.active, held.goods, held.well = True, 0, 0.0


def _clearing(held: Held, level: Level, clear: bool | None, damping: Damping, watched: float) -> None:
    if clear is None or level.latch:
        return
    if not clear:
        held.goods, held.well = 0, 0.0
        return
    held.well += watched if held.goods else 0.0
    held.goods += 1
    if held.goods >= damping.confirm_good and held.well >= level.clear_hold:
        held.active, held.hits, held.held = False, 0, 0.0
        held.goods, held.well = 0, 0.0


def _flap(memory: Memory, levels: Sequence[Level], result: Result, flap: Flap | None) -> None:
    if flap is None:
        return
    memory.recent.append(levels[result.rank].rank if result.rank is not None else 0)
    del memory.recent[: -flap.window]
    share = change(memory.recent, flap.window)
    memory.flapping = share > flap.high or (memory.flapping and share >= flap.low)


def change(ranks: Sequence[int], window: int) -> float:
    """Weighted share of changes in percent, the newest counting half as much again as the oldest (0.8 to 1.2)."""
    steps = window - 1
    total = 0.0
    for n in range(1, len(ranks)):
        place = steps - len(ranks) + n  # 0 for the oldest possible step
        total += (0.8 + 0.4 * place / max(1, steps - 1)) * (ranks[n] != ranks[n - 1])
    return 100.0 * total / steps
