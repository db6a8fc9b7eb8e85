"""An incident is the fold of its events. `fold` is pure and total, and nothing else builds an Incident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from handrail.incident.events import Event

# Words for the state of an item. Each has a shape of its own on the screen; none may stand in for another.
ItemWord = Literal[
    "open", "running",
    "ran", "passed", "confirmed", "failed", "inconclusive", "stopped", "timed out", "unknown", "did not start", "lost",
    "ticked", "skipped", "deferred", "overridden", "not applicable",
]


@dataclass(frozen=True, slots=True)
class Level:
    """A severity, always with its scheme: `alwaysclaw` P1 is not somebody else's P1. `short` is the scheme as drawn (AC)."""

    scheme: str
    name: str
    short: str = ""
    rank: int = 4

    def __str__(self) -> str:
        return f"{self.short or self.scheme} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One start of a step; never replaced. `seconds` is None while it runs.

    `command` is what ran, `original` what the document says. `verdict` is "" until the end was recorded.
    """

    run: str
    command: str
    original: str
    risk: str
    started_at: datetime
    by: str
    verdict: str = ""
    why: str = ""
    exit: int | None = None
    signal: int | None = None
    seconds: float | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ItemState:
    """Where an item of the checklist stands. `seen` is True or False once the operator judged a `ran`, else None."""

    word: ItemWord = "open"
    by: str = ""
    at: datetime | None = None
    reason: str = ""
    seen: bool | None = None
    attempts: tuple[Attempt, ...] = ()

    @property
    def last(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None


OPEN = ItemState()


@dataclass(frozen=True, slots=True)
class Call:
    """A procedure opened in this incident: a section of a frozen document. Opening it twice gives two calls.

    `section` is the heading path; empty for the whole document. `parent` is the item (CALL:ITEM) it was opened from.
    """

    id: str
    document: str
    sha256: str
    section: tuple[str, ...]
    parent: str
    title: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Condition:
    """A standing fact, such as an engaged kill switch: it lasts until its restoration is recorded."""

    name: str
    text: str
    since: datetime
    by: str
    until: str = ""
    cleared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock that is a row, not a computation. `state` is open, met, breached or waived."""

    id: str
    kind: str
    text: str
    due_at: datetime
    set_at: datetime
    state: str = "open"
    met_at: datetime | None = None
    breached_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """What a blank was filled with. A secret's text is never here."""

    name: str
    text: str
    call: str
    by: str
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Incident:
    """What the events add up to. `rev` is the number of events, `head` the hash of the last one ("" when there is none).

    `kind` is "incident" or "checklist" (a runbook opened without an incident: not on the board, attachable later).
    `milestones` holds every recorded moment of each name (detected, responded, mitigated, resolved, ...); a name nobody
    set is absent, never invented.
    """

    id: str
    rev: int = 0
    head: str = ""
    kind: str = "incident"
    title: str = ""
    pack: str = ""
    scenario: str = ""
    level: Level | None = None
    levels: tuple[tuple[datetime, Level, str], ...] = ()
    status: str = "proposed"
    holder: str = ""
    declared_at: datetime | None = None
    declared_by: str = ""
    acknowledged_at: datetime | None = None
    closed: bool = False
    milestones: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    intervals: tuple[tuple[datetime, datetime | None], ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    calls: tuple[Call, ...] = ()
    items: Mapping[str, ItemState] = field(default_factory=dict)
    values: tuple[Value, ...] = ()
    decisions: Mapping[str, str] = field(default_factory=dict)
    notes: int = 0
    events: tuple[Event, ...] = ()

    @property
    def short_id(self) -> str:
        """The id as on the screen: the time part for INC-20261121-031204, so 031204; the whole id when it has none."""
        return self.id.rsplit("-", 1)[-1]

    def item(self, key: str) -> ItemState:
        """The state of `CALL:ITEM`; open when nothing happened to it."""
        return self.items.get(key, OPEN)

    def running(self) -> tuple[tuple[str, Attempt], ...]:
        """Each attempt whose end is not recorded yet, with its item key."""
        return tuple((key, attempt) for key, state in self.items.items()
                     for attempt in state.attempts if not attempt.verdict)

    def seconds_open(self, now: datetime) -> float:
        """How long it was open up to `now` (s): the sum of its open intervals, so a reopen does not count the gap."""
        return sum(max(0.0, ((end or now) - start).total_seconds()) for start, end in self.intervals)
