"""What the lamps say should be declared: a level and a scenario for a person to take or leave, never set by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handrail.health.monitor import Lamp
from handrail.incident.events import ENDED
from handrail.incident.incident import Incident
from handrail.pack.model import Pack
from handrail.pack.policy import deadlines

# Cosmetic findings wait for a person to look.
MILDEST = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """One for each pack: its worst level, and the lamps that say so, worst first.

    `since` is when the first of them turned, which is when it was detected; `due_at` when somebody should respond.
    """

    pack: str
    short: str
    level: str
    rank: int
    title: str
    scenario: str
    lamps: tuple[str, ...]
    ids: tuple[str, ...]
    since: datetime
    due_at: datetime | None = None


def proposals(lamps: Sequence[Lamp], packs: Iterable[Pack], incidents: Sequence[Incident],
              now: datetime) -> tuple[Proposal, ...]:
    """Worst first. A lamp that an open incident covers proposes nothing."""
    found = []
    for pack in packs:
        bad = [lamp for lamp in lamps if lamp.pack == pack.id and lamp.severity in pack.scheme
               and pack.scheme[lamp.severity].rank <= MILDEST and not _covered(lamp, pack, incidents)]
        if bad:
            found.append(_proposal(pack, sorted(bad, key=lambda lamp: lamp.rank), now))
    return tuple(sorted(found, key=lambda one: one.rank))


def _covered(lamp: Lamp, pack: Pack, incidents: Sequence[Incident]) -> bool:
    """Whether somebody has it in hand: an open incident of the same scenario, or one that is as bad and began after."""
    return any(
        incident.pack == pack.id and incident.kind == "incident" and incident.status not in ENDED and (
            (bool(lamp.scenario) and incident.scenario == lamp.scenario)
            or (incident.level is not None and incident.level.rank <= lamp.rank and incident.declared_at is not None
                and lamp.since is not None and lamp.since <= incident.declared_at))
        for incident in incidents)


def _proposal(pack: Pack, bad: Sequence[Lamp], now: datetime) -> Proposal:
    worst = bad[0]
    scenario = next((one for one in pack.scenarios if one.id == worst.scenario), None)
    since = min((lamp.since for lamp in bad if lamp.rank == worst.rank and lamp.since is not None), default=now)
    due = next((clock.due_at for clock in deadlines(pack, worst.severity, since) if clock.kind == "respond"), None)
    return Proposal(
        pack=pack.id, short=pack.short, level=worst.severity, rank=pack.scheme[worst.severity].rank,
        title=scenario.title if scenario else f"{worst.title}: {worst.why.partition(':')[0] or worst.value}",
        scenario=worst.scenario, lamps=tuple(lamp.title for lamp in bad), ids=tuple(lamp.id for lamp in bad),
        since=since, due_at=due,
    )
