"""Lamps: what probes found, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

LampWord = Literal["CRIT", "HIGH", "WARN", "NOTE", "OK", "UNKNOWN", "STALE", "BLOCKED", "EXPECTED", "MUTED", "FLAPPING"]


@dataclass(frozen=True, slots=True)
class Lamp:
    """One signal as it stands. Never OK when old: a lamp whose `age` passes its limit is STALE whatever it said.

    `rank` is 1 (worst) to 4 for bad words, 0 otherwise. `value` is what was read ("inactive", "12 ms"), `want` what the
    levels ask for ("want active", "< 500 ms"), both short. `age` is seconds since the last answer, None before the
    first one. `trail` holds the newest 24 samples, oldest first: (value 0.0..1.0 for the bar or None, rank).
    `severity` is the level a person would declare ("P2"), "" when nothing is wrong. `why` is one sentence.
    `runbook` is the pack's link ("#gmail-oauth-token-rotation"), "" if none.
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


@dataclass(frozen=True, slots=True)
class Poll:
    """Who keeps the lamps fresh. `by` is "" and `age` None when nobody ever did; `age` is seconds since the last sweep."""

    pack: str
    by: str = ""
    age: float | None = None
    error: str = ""
