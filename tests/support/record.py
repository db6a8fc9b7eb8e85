"""A record to test with: a state folder, a clock that obeys, actors, and the drafts most tests need."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from handrail.errors import Refusal
from handrail.incident.events import Actor, Draft
from handrail.incident.incident import Incident
from handrail.incident.store import Store
from handrail.paths import State

KIM = Actor("kim", "oncall", "/dev/pts/3", "192.0.2.7", "edge-3")
ADE = Actor("ade", "oncall", "/dev/pts/4", "192.0.2.8", "edge-3")
P1 = {"scheme": "alwaysclaw", "name": "P1", "short": "AC", "rank": 1}
P2 = {"scheme": "alwaysclaw", "name": "P2", "short": "AC", "rank": 2}


class HandClock:
    """A clock that moves only when told."""

    def __init__(self, now: datetime = datetime(2026, 11, 21, 3, 12, 4, tzinfo=UTC)) -> None:
        self.moment = now
        self.seconds = 1000.0

    def now(self) -> datetime:
        return self.moment

    def boot(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        self.seconds += seconds


def a_store(folder: Path, **options: Any) -> Store:
    return Store(State(folder), options.pop("clock", HandClock()), **options)


def declare(store: Store, title: str = "Gmail credential compromise", **options: Any) -> Incident:
    draft = Draft("declared", {"title": title, "pack": "alwaysclaw", "level": P1})
    return done(store.create(lambda _: [draft], actor=KIM, **options))


def note(store: Store, incident: str, text: str = "seen", **draft: Any) -> Incident:
    one = Draft("note", {"text": text}, **draft)
    return done(store.transact(incident, lambda _: [one], actor=KIM))


def done(answer: Incident | Refusal) -> Incident:
    assert isinstance(answer, Incident), answer
    return answer
