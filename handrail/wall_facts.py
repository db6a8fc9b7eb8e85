"""What a wall says about everything at once: one verdict, how old it is, and a status for scripts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handrail.clock import short_duration
from handrail.snapshot import Snapshot

# A feed older than this (s) is not shown as if it were now.
STALE_AFTER = 10.0

# The worst first; a word that is not here is nothing to look at.
WORST = ("CRIT", "HIGH", "WARN", "FLAPPING", "UNKNOWN", "STALE", "BLOCKED")

# As monitoring systems have it.
OK, WARNING, CRITICAL, UNKNOWN = 0, 1, 2, 3
STATUS = {"CRIT": CRITICAL, "HIGH": CRITICAL, "WARN": WARNING, "FLAPPING": WARNING}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`words` for the room, `kind` for the colour (a lamp's word, or incidents, nobody, none, OK), `status` 0 to 3."""

    words: str
    kind: str
    status: int


def feed_age(snapshot: Snapshot, now: datetime) -> float:
    """Seconds since the newest thing this picture rests on: the poll, else the reading of the state folder."""
    read = max(0.0, (now - snapshot.at).total_seconds())
    polls = [poll.age for poll in snapshot.polls if poll.age is not None]
    return max([read, *polls])


def nobody_polls(snapshot: Snapshot) -> bool:
    return bool(snapshot.lamps) and not any(poll.age is not None for poll in snapshot.polls)


def verdict(snapshot: Snapshot, now: datetime) -> Verdict:
    """The one word for the room. Old or missing facts are never ALL OK."""
    if nobody_polls(snapshot):
        return Verdict("NOBODY POLLS", "nobody", UNKNOWN)
    age = feed_age(snapshot, now)
    if age > STALE_AFTER:
        return Verdict(f"WALL STALE {short_duration(int(age))}", "STALE", UNKNOWN)
    incidents = _incidents(snapshot)
    found: list[str] = [lamp.word for lamp in snapshot.lamps]
    for word in WORST:
        if count := found.count(word):
            status = STATUS.get(word, UNKNOWN)
            worse = incidents is not None and incidents.status == CRITICAL
            return Verdict(f"{count} {word}", word, CRITICAL if worse else status)
    if incidents is not None:
        return incidents
    if not snapshot.lamps:
        return Verdict("NO LAMPS", "none", UNKNOWN)
    return Verdict(f"ALL OK {len(snapshot.lamps)}/{len(snapshot.lamps)}", "OK", OK)


def step_without_its_words(running: str) -> str:
    """A card's "step 12 Browser events, ade" for a public place: a title may be a command."""
    number, _, rest = running.partition(" ")[2].partition(" ")
    by = rest.rpartition(", ")[2]
    return f"step {number} runs, {by}" if running.startswith("step ") and number.isdecimal() else "a step runs"


def _incidents(snapshot: Snapshot) -> Verdict | None:
    if not snapshot.cards and not snapshot.bad:
        return None
    count = len(snapshot.cards) + len(snapshot.bad)
    worst = min((card.incident.level.rank for card in snapshot.cards if card.incident.level), default=4)
    words = f"{count} INCIDENT" + ("" if count == 1 else "S")
    return Verdict(words, "incidents", CRITICAL if worst == 1 or snapshot.bad else WARNING)
