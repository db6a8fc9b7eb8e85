"""The wall as plain text, for scripts and readers: what it says and nothing that may not hang in a public place."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from handrail.clock import iso, short_duration
from handrail.text import clean
from handrail.wall_facts import feed_age, verdict

if TYPE_CHECKING:
    from handrail.snapshot import Card, Snapshot

QUIET = frozenset({"OK", "EXPECTED", "MUTED"})


def lines(snapshot: Snapshot, now: datetime) -> tuple[list[str], int]:
    """The lines, and the exit status: 0 ok, 1 warning, 2 critical, 3 unknown or stale."""
    said = verdict(snapshot, now)
    polled = ", ".join(dict.fromkeys(clean(poll.by) for poll in snapshot.polls if poll.by)) or "nobody"
    text = [f"{said.words}   {iso(now)}   polled by {polled}   facts {feed_age(snapshot, now):.0f}s old"]
    for card in sorted(snapshot.cards, key=_rank):
        text += _incident(card, now)
    text += [f"DAMAGED {clean(bad.id)}" for bad in snapshot.bad]
    text += [f"{lamp.word}  {clean(lamp.title)}  {clean(lamp.value)}  {clean(lamp.want)}"
             for lamp in snapshot.lamps if lamp.word not in QUIET]
    counted = Counter(lamp.word for lamp in snapshot.lamps if lamp.word in QUIET)
    text += [f"{count} {word}" for word, count in sorted(counted.items())]
    return text, said.status


def _incident(card: Card, now: datetime) -> list[str]:
    from tui.commands.incidents import clock

    incident = card.incident
    holder = f"{clean(incident.holder)} has it" if incident.holder else "nobody has it"
    parts = [f"{incident.level or incident.kind}", clean(incident.title), incident.status.upper(),
             short_duration(int(incident.seconds_open(now))), clock(incident, now), f"{card.done}/{card.total} steps",
             holder, incident.id]
    waits = ["  a step waits for its operator"] if card.waits else []
    return ["  ".join(filter(None, parts)), *waits, *(f"  {clean(one.text)}" for one in incident.standing)]


def _rank(card: Card) -> tuple[int, str]:
    return (card.incident.level.rank if card.incident.level else 9), card.incident.id
