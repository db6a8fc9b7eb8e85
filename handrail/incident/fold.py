"""fold(events) -> Incident: pure and total. Nothing else builds an Incident out of events.

Total means: any prefix, any order of `occurred_at`, duplicates, kinds and data nobody foresaw give an Incident and
never an exception. So every field of an event's data is read through `reading`, and what does not fit is passed over;
the event itself stays in the timeline and is shown. What stands now is decided by the order of recording; how long
things took, by the times that were claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from handrail.incident.corrections import corrected
from handrail.incident.events import ENDED, OVER, Event
from handrail.incident.fold_adjust import Adjustments
from handrail.incident.fold_chains import Chains
from handrail.incident.fold_clocks import Clocks
from handrail.incident.fold_steps import Steps
from handrail.incident.incident import Action, Incident, Level, Link
from handrail.incident.reading import level_in, moment_in, text_in, utc

# A stored fold of another version is folded again when it is read.
FOLD = 4


def fold(id: str, events: Iterable[Event]) -> Incident:
    """What the events of incident `id` add up to. The first event of an id counts, later ones with that id do not."""
    return Folding(id, events).incident()


class Folding:
    """A fold that can go on: after `add`, `incident` is what all the events together add up to."""

    def __init__(self, id: str, events: Iterable[Event] = ()) -> None:
        self._id = id
        self._events: dict[str, Event] = {}
        self._corrections: Mapping[str, str] = {}
        self._start()
        self.add(events)

    def add(self, events: Iterable[Event]) -> None:
        """Go on with these events; those whose id is known already change nothing."""
        fresh: dict[str, Event] = {}
        for event in events:
            if event.id not in self._events:
                fresh.setdefault(event.id, event)
        self._events |= fresh
        if any(event.kind == "correction" for event in fresh.values()):
            self._start()  # a correction reaches back, so everything is added up again
            standing, self._corrections = corrected(tuple(self._events.values()))
            self._add_up(standing)
        else:
            self._add_up(fresh.values())

    def incident(self) -> Incident:
        events = tuple(self._events.values())
        return Incident(
            id=self._id,
            rev=len(events),
            head=events[-1].h if events else "",
            **self._story.fields(),
            **self._steps.fields(),
            **self._clocks.fields(),
            **self._adjustments.fields(),
            **self._chains.fields(),
            corrected=self._corrections,
            events=events,
        )

    def _start(self) -> None:
        self._story, self._steps, self._clocks, self._adjustments = _Story(), Steps(), Clocks(), Adjustments()
        self._chains = Chains()
        self._handlers = (self._story.handlers | self._steps.handlers | self._clocks.handlers
                          | self._adjustments.handlers | self._chains.handlers)

    def _add_up(self, events: Iterable[Event]) -> None:
        for event in events:
            if handler := self._handlers.get(event.kind):
                handler(event, utc(event.occurred_at))


class _Story:
    """The incident itself: who has it, how bad it is, where it stands, and since when."""

    def __init__(self) -> None:
        self.kind = "incident"
        self.title = self.pack = self.scenario = ""
        self.status = "proposed"
        self.holder = self.offered_to = self.declared_by = ""
        self.declared_at: datetime | None = None
        self.acknowledged_at: datetime | None = None
        self.updated_at: datetime | None = None
        self.levels: list[tuple[datetime, Level, str]] = []
        self.milestones: dict[str, list[datetime]] = {}
        self.intervals: list[tuple[datetime, datetime | None]] = []
        self.roles: dict[str, str] = {}
        self.links: list[Link] = []
        self.actions: dict[str, Action] = {}
        self.notes = 0
        self.handlers: dict[str, Callable[[Event, datetime], None]] = {
            "proposed": self._proposed,
            "declared": self._declared,
            "acknowledged": self._acknowledged,
            "handover": self._handover,
            "status": self._status,
            "severity": self._severity,
            "milestone": self._milestone,
            "role": self._role,
            "note": self._note,
            "message": self._message,
            "link": self._link,
            "action_item": self._action_item,
            "resolved": lambda event, at: self._become("resolved", at),
            "closed": lambda event, at: self._become("closed", at),
            "false_alarm": lambda event, at: self._become("false alarm", at),
            "reopened": lambda event, at: self._become(text_in(event.data, "new") or "investigating", at),
        }

    def fields(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "title": self.title, "pack": self.pack, "scenario": self.scenario,
            "level": self.levels[-1][1] if self.levels else None, "levels": tuple(self.levels),
            "status": self.status, "closed": self.status in OVER, "holder": self.holder, "offered_to": self.offered_to,
            "declared_at": self.declared_at, "declared_by": self.declared_by,
            "acknowledged_at": self.acknowledged_at, "updated_at": self.updated_at,
            "milestones": {name: tuple(sorted(moments)) for name, moments in self.milestones.items()},
            "intervals": tuple(self.intervals), "roles": dict(self.roles), "notes": self.notes,
            "links": tuple(self.links), "actions": tuple(self.actions.values()),
        }

    def _proposed(self, event: Event, at: datetime) -> None:
        if self.declared_at is None:
            self._describe(event.data)
            self._hold_level(event, "level", at)

    def _declared(self, event: Event, at: datetime) -> None:
        if self.declared_at is not None:
            return
        self._describe(event.data)
        self.declared_at, self.declared_by = at, event.actor.name
        if detected := moment_in(event.data, "detected_at"):
            self._reached("detected", detected)
        self._hold_level(event, "level", at)
        self._become("investigating", at)

    def _describe(self, data: Mapping[str, Any]) -> None:
        self.kind = text_in(data, "kind") or self.kind
        self.title = text_in(data, "title") or self.title
        self.pack = text_in(data, "pack") or self.pack
        self.scenario = text_in(data, "scenario") or self.scenario

    def _acknowledged(self, event: Event, at: datetime) -> None:
        self.holder = text_in(event.data, "by") or event.actor.name
        self.offered_to = ""
        self.acknowledged_at = self.acknowledged_at or at

    def _handover(self, event: Event, at: datetime) -> None:
        self.offered_to = text_in(event.data, "to")

    def _status(self, event: Event, at: datetime) -> None:
        if word := text_in(event.data, "new"):
            self._become(word, at)

    def _become(self, word: str, at: datetime) -> None:
        """A new status opens or ends the current interval; nothing else does."""
        still_open = bool(self.intervals) and self.intervals[-1][1] is None
        if word in ENDED and still_open:
            self.intervals[-1] = (self.intervals[-1][0], at)
        elif word not in ENDED and word != "proposed" and not still_open:
            self.intervals.append((at, None))
        if word == "resolved":
            self._reached("resolved", at)
        self.status = word

    def _severity(self, event: Event, at: datetime) -> None:
        self._hold_level(event, "new", at)

    def _hold_level(self, event: Event, key: str, at: datetime) -> None:
        if level := level_in(event.data, key):
            self.levels.append((at, level, event.actor.name))

    def _milestone(self, event: Event, at: datetime) -> None:
        if name := text_in(event.data, "name"):
            self._reached(name, at)

    def _reached(self, name: str, at: datetime) -> None:
        self.milestones.setdefault(name, []).append(at)

    def _role(self, event: Event, at: datetime) -> None:
        role, person = text_in(event.data, "role"), text_in(event.data, "person")
        if role and person:
            self.roles[role] = person
        else:
            self.roles.pop(role, None)

    def _note(self, event: Event, at: datetime) -> None:
        self.notes += 1

    def _message(self, event: Event, at: datetime) -> None:
        if event.data.get("sent") is True:
            self.updated_at = at

    def _link(self, event: Event, at: datetime) -> None:
        relation, to = text_in(event.data, "relation"), text_in(event.data, "to")
        if not (relation and to):
            return
        self.links = [link for link in self.links if (link.relation, link.to) != (relation, to)]
        if event.data.get("removed") is not True:
            self.links.append(Link(relation, to, at, event.actor.name))

    def _action_item(self, event: Event, at: datetime) -> None:
        data = event.data
        if not (name := text_in(data, "action")):
            return
        old = self.actions.get(name) or Action(name, "")
        self.actions[name] = Action(
            id=name,
            text=text_in(data, "text") or old.text,
            type=text_in(data, "type") or old.type,
            owner=text_in(data, "owner") or old.owner,
            due_at=moment_in(data, "due_at") or old.due_at,
            state=text_in(data, "state") or old.state,
        )
