"""What follows from a step by itself: the condition that it engages, the clock of its procedure, and the lamps of its
system before and after."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace

from handrail.acts.concerning import probes_of
from handrail.acts.procedures import procedures
from handrail.acts.standing import standing
from handrail.clock import Clock
from handrail.errors import HandrailError
from handrail.health.monitor import Lamp
from handrail.incident.events import Actor, Draft
from handrail.incident.incident import Attempt, Incident
from handrail.operator.rounds import GIVEN_UP, Append
from handrail.pack.model import Pack
from handrail.watcher import Watcher

PERIOD = 1.0
# How long (s) after the end of a step its lamps are waited for; then what is known is written.
PATIENCE = 20.0
# How many past faces of a lamp are remembered, to know how it stood when a step began.
FACES = 16

LampKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Face:
    """How a lamp stood from `at` on."""

    at: datetime
    word: str
    value: str

    def as_data(self) -> Mapping[str, str]:
        return {"word": self.word, "value": self.value}


class Following:
    """A daemon thread that looks whenever the watcher has news. Any console may record what it sees: the first counts.

    `ask` has a probe asked at once, by its pack's id and its own.
    """

    def __init__(self, watcher: Watcher, clock: Clock, actor: Actor, append: Append,
                 ask: Callable[[Pack, str], None]) -> None:
        self._watcher = watcher
        self._clock = clock
        self._actor = replace(actor, name="handrail")
        self._append = append
        self._ask = ask
        self._began = clock.now()
        self._faces: dict[LampKey, tuple[Face, ...]] = {}
        self._settled: dict[str, tuple[str, int]] = {}
        self._asked: set[str] = set()
        self._news = threading.Event()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._go, name="handrail-following", daemon=True)

    def start(self) -> None:
        self._watcher.subscribe(self._news.set)
        self._thread.start()

    def close(self) -> None:
        self._end.set()
        self._news.set()
        if self._thread is not threading.current_thread() and self._thread.is_alive():
            self._thread.join(1.0)

    def _go(self) -> None:
        while not self._end.is_set():
            with suppress(*GIVEN_UP):
                self._look()
            self._news.wait(PERIOD)
            self._news.clear()

    def _look(self) -> None:
        snapshot = self._watcher.now()
        lamps = {(lamp.pack, lamp.id): lamp for lamp in snapshot.lamps}
        for key, lamp in lamps.items():
            known = self._faces.get(key, ())
            if not known or (known[-1].word, known[-1].value) != (lamp.word, lamp.value):
                self._faces[key] = (*known[1 - FACES:], Face(snapshot.at, lamp.word, lamp.value))
        for incident in self._watcher.open():
            version = (incident.head, incident.rev)
            if incident.kind == "incident" and self._settled.get(incident.id) != version:
                pack = next((pack for pack in self._watcher.packs if pack.id == incident.pack), None)
                if pack is None or self._follow(incident, pack, lamps, snapshot.at):
                    self._settled[incident.id] = version

    def _follow(self, incident: Incident, pack: Pack, lamps: Mapping[LampKey, Lamp], at: datetime) -> bool:
        """Record what follows. True when nothing is waited for any more."""
        try:
            drafts = self._consequences(incident, pack)
        except HandrailError:
            return True
        if drafts:
            self._append(incident.id, lambda now: self._consequences(now, pack), self._actor)
        known = {event.id for event in incident.events}
        waits = False
        for key, state in incident.items.items():
            for attempt in state.attempts:
                fresh = attempt.ended_at is not None and attempt.started_at > self._began
                if fresh and f"lamps:{attempt.run}" not in known:
                    waits |= not self._stamp(incident, pack, key, attempt, lamps, at)
        return not waits

    def _consequences(self, incident: Incident, pack: Pack) -> list[Draft]:
        """What the steps so far engaged, cleared, began and met. Raises HandrailError for an unreadable document."""
        runbook_of = self._watcher.runbook
        return [*standing(incident, pack, runbook_of), *procedures(incident, pack, runbook_of)]

    def _stamp(self, incident: Incident, pack: Pack, key: str, attempt: Attempt, lamps: Mapping[LampKey, Lamp],
               at: datetime) -> bool:
        """Write how the lamps of its system stood before and after. False while an answer is waited for."""
        ended = attempt.ended_at
        assert ended is not None
        if attempt.risk == "read":
            return True
        mine = [lamp for lamp in lamps.values() if lamp.pack == pack.id
                and lamp.id.partition("/")[0] in probes_of(incident, pack, key, attempt, self._watcher.runbook)]
        if not mine:
            return True
        if attempt.run not in self._asked:
            self._asked.add(attempt.run)
            for probe in dict.fromkeys(lamp.id.partition("/")[0] for lamp in mine):
                self._ask(pack, probe)
        answered = [lamp for lamp in mine if lamp.age is not None and at - timedelta(seconds=lamp.age) > ended]
        if len(answered) < len(mine) and self._clock.now() - ended < timedelta(seconds=PATIENCE):
            return False
        rows = [{"id": lamp.id, "title": lamp.title, "before": before.as_data(),
                 "after": {"word": lamp.word, "value": lamp.value} if lamp in answered else None}
                for lamp in mine if (before := self._before(lamp, attempt.started_at)) is not None]
        if rows:
            data = {"item": key, "run": attempt.run, "lamps": rows}
            self._append(incident.id, partial(_once, data=data), self._actor)
        return True

    def _before(self, lamp: Lamp, started: datetime) -> Face | None:
        """How it stood when the step began; None when nobody looked then."""
        earlier = [face for face in self._faces.get((lamp.pack, lamp.id), ()) if face.at <= started]
        return earlier[-1] if earlier else None


def _once(incident: Incident, data: Mapping[str, object]) -> list[Draft]:
    id = f"lamps:{data['run']}"
    return [] if any(event.id == id for event in incident.events) else [Draft("lamps", dict(data), id=id)]
