"""What an incident is. `fold.fold` makes one out of its events, and nothing else does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Literal

from msgspec import Struct, field

from handrail.incident.events import ENDED, Event
from handrail.incident.sharing import share

# Words for the state of an item. Each has a shape of its own on the screen; none may stand in for another.
ItemWord = Literal[
    "open", "running",
    "ran", "passed", "confirmed", "failed", "inconclusive", "stopped", "timed out", "unknown", "did not start", "lost",
    "ticked", "skipped", "deferred", "overridden", "not applicable",
]

# The moments a review asks for, in the order they usually come.
MILESTONES: tuple[str, ...] = ("trigger", "detected", "responded", "mitigated", "resolved", "verified")


class Level(Struct, frozen=True):
    """A severity, always with its scheme: `alwaysclaw` P1 is not somebody else's P1. `short` is drawn (AC)."""

    scheme: str
    name: str
    short: str = ""
    rank: int = 4

    def __str__(self) -> str:
        return f"{self.short or self.scheme} {self.name}".strip()


class Attempt(Struct, frozen=True):
    """One start of a step; never replaced. `seconds` is None while it runs.

    `command` is what ran, `original` what the document says. `verdict` is "" until the end was recorded. `remarks` are
    sentences about what could not be kept, or does not carry over to the next step.
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
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        share(self, "command", "original", "risk", "by", "verdict", "why")

    @property
    def may_live_on(self) -> bool:
        """Whether something of it may still run, although its end is on record."""
        return self.verdict == "lost" or any(remark.startswith("left running: ") for remark in self.remarks)


class ItemState(Struct, frozen=True):
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


class Call(Struct, frozen=True):
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


class ChainStep(Struct, frozen=True):
    """A step of a chain as it was confirmed, and the run that it will be."""

    item: str
    run: str
    command: str
    original: str
    risk: str
    title: str


class Chain(Struct, frozen=True):
    """Several steps that one act began: they run one after another, up to the first that fails unless `go_on`.

    `why` says how it ended, once it has.
    """

    id: str
    by: str
    at: datetime
    steps: tuple[ChainStep, ...]
    go_on: bool = False
    ended_at: datetime | None = None
    why: str = ""


class Condition(Struct, frozen=True):
    """A standing fact, such as an engaged kill switch: it lasts until its restoration is recorded."""

    name: str
    text: str
    since: datetime
    by: str
    until: str = ""
    cleared_at: datetime | None = None


class Deadline(Struct, frozen=True):
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


class Value(Struct, frozen=True):
    """What a blank was filled with. A secret's text is never here."""

    name: str
    text: str
    call: str
    by: str
    secret: bool = False


class Pin(Struct, frozen=True):
    """What a kind of step reaches, as it was when it was first used. `target` is the kind ("kube", "aws", ...)."""

    target: str
    text: str
    at: datetime
    by: str


class Edit(Struct, frozen=True):
    """A command changed for the next run of CALL:ITEM only: it holds while the item has this many `attempts`."""

    item: str
    command: str
    attempts: int
    at: datetime
    by: str


class Replacement(Struct, frozen=True):
    """Words that stand for others in every step of this incident."""

    old: str
    new: str
    at: datetime
    by: str


class Waiver(Struct, frozen=True):
    """A recorded choice to go on past a rule of the pack. It holds for what lies in `scope` (CALL#anchor)."""

    rule: str
    scope: str
    choice: str
    reason: str
    at: datetime
    by: str


class Link(Struct, frozen=True):
    """Another incident this one has to do with; `relation` is duplicate of, merged into, child of or related."""

    relation: str
    to: str
    at: datetime
    by: str


class Action(Struct, frozen=True):
    """An action item of the review. `state` is open until somebody says otherwise."""

    id: str
    text: str
    type: str = ""
    owner: str = ""
    due_at: datetime | None = None
    state: str = "open"


class Incident(Struct, frozen=True):
    """What the events add up to. `rev` is the number of events, `head` the hash of the last one ("" without any).

    `kind` is "incident" or "checklist" (a runbook opened without an incident: not on the board, attachable later).
    `milestones` holds every recorded moment of each name (detected, responded, mitigated, resolved, ...); a name nobody
    set is absent, never invented. They are sorted by time; any order of them is allowed, `disorder` says what is odd.
    `corrected` maps the id of an event to the id of the correction that changed or voided it.
    `offered_to` is whom the holder asked to take it over, "" when nobody is asked. `waivers` are choices to go on past
    a rule of the pack. `unrecorded` counts events that are in the journal only, not on disk yet.
    `events` are all of them in the order they were recorded, except on the board (`Archive.active`), where only the
    latest few are there and `complete` is False.
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
    offered_to: str = ""
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
    pins: tuple[Pin, ...] = ()
    edits: tuple[Edit, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    links: tuple[Link, ...] = ()
    actions: tuple[Action, ...] = ()
    updated_at: datetime | None = None
    corrected: Mapping[str, str] = field(default_factory=dict)
    unrecorded: int = 0
    events: tuple[Event, ...] = ()
    chains: tuple[Chain, ...] = ()

    @property
    def short_id(self) -> str:
        """The id as on the screen: what follows the date of INC-20261121-031204, so 031204; else the whole id."""
        parts = self.id.split("-", 2)
        return parts[2] if len(parts) == 3 else self.id

    @property
    def complete(self) -> bool:
        """Whether `events` holds all of them."""
        return len(self.events) == self.rev

    @property
    def worst(self) -> Level | None:
        """The highest severity it ever held: duties follow this one, not the last."""
        return min((level for _, level, _ in self.levels), key=lambda level: level.rank, default=self.level)

    @property
    def standing(self) -> tuple[Condition, ...]:
        """The conditions that still hold."""
        return tuple(condition for condition in self.conditions if condition.cleared_at is None)

    def item(self, key: str) -> ItemState:
        """The state of `CALL:ITEM`; open when nothing happened to it."""
        return self.items.get(key, OPEN)

    def edit(self, key: str) -> Edit | None:
        """The change for the next run of `CALL:ITEM`, None when it runs as the runbook says."""
        found = next((edit for edit in self.edits if edit.item == key), None)
        return found if found is not None and found.attempts == len(self.item(key).attempts) else None

    def running(self) -> tuple[tuple[str, Attempt], ...]:
        """Each attempt whose end is not recorded yet, with its item key."""
        return tuple((key, attempt) for key, state in self.items.items()
                     for attempt in state.attempts if not attempt.verdict)

    def going(self) -> tuple[Chain, ...]:
        """The chains whose end is not recorded yet."""
        return tuple(chain for chain in self.chains if chain.ended_at is None)

    def queued(self) -> Mapping[str, Chain]:
        """The items whose turn in a chain has not come yet, each with its chain."""
        return {step.item: chain for chain in self.going() for step in chain.steps
                if all(attempt.run != step.run for attempt in self.item(step.item).attempts)}

    def seconds_open(self, now: datetime) -> float:
        """How long it was open up to `now` (s): the sum of its open intervals, so a reopen does not count the gap.

        Back-dated intervals may overlap; no moment counts twice.
        """
        total = 0.0
        reached: datetime | None = None
        for start, end in sorted((start, end or now) for start, end in self.intervals):
            begin = start if reached is None else max(start, reached)
            if end > begin:
                total += (end - begin).total_seconds()
                reached = end
        return total

    def seconds_at(self, now: datetime) -> Mapping[str, float]:
        """How long each severity was held up to `now` or the end (s), by `str(level)`."""
        ends = [end for _, end in self.intervals if end is not None]
        last = max(ends, default=now) if self.status in ENDED else now
        held: dict[str, float] = {}
        for (start, level, _), after in zip(self.levels, (*self.levels, None)[1:], strict=True):
            end = after[0] if after else last
            held[str(level)] = held.get(str(level), 0.0) + max(0.0, (end - start).total_seconds())
        return held

    def disorder(self) -> tuple[str, ...]:
        """What is odd about the milestones, a sentence each. Odd is allowed: it is shown, not mended."""
        firsts = [(name, self.milestones[name][0]) for name in MILESTONES if self.milestones.get(name)]
        return tuple(f"{later} is before {earlier}" for (earlier, first), (later, second) in pairwise(firsts)
                     if second < first)
