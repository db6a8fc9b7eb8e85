"""The part of the fold that is standing facts and clocks: conditions and deadlines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from handrail.incident.events import Event
from handrail.incident.incident import Condition, Deadline
from handrail.incident.reading import moment_in, text_in


class Clocks:
    """A condition lasts until its end is recorded; a deadline once breached stays breached."""

    def __init__(self) -> None:
        self.conditions: list[Condition] = []
        self.deadlines: dict[str, Deadline] = {}
        self.handlers: dict[str, Callable[[Event, datetime], None]] = {
            "condition": self._condition,
            "deadline_set": self._set,
            "deadline_met": self._met,
            "deadline_breached": self._breached,
            "deadline_waived": self._waived,
        }

    def fields(self) -> dict[str, Any]:
        return {"conditions": tuple(self.conditions), "deadlines": tuple(self.deadlines.values())}

    def _condition(self, event: Event, at: datetime) -> None:
        data = event.data
        name, state = text_in(data, "name"), text_in(data, "state")
        if not name:
            return
        holds = (place for place, one in enumerate(self.conditions) if one.name == name and one.cleared_at is None)
        holding = next(holds, None)
        if state == "cleared" and holding is not None:
            self.conditions[holding] = replace(self.conditions[holding], cleared_at=at)
        elif state == "engaged" and holding is None:
            self.conditions.append(Condition(name, text_in(data, "text"), at, event.actor.name, text_in(data, "until")))

    def _set(self, event: Event, at: datetime) -> None:
        data = event.data
        name, due = text_in(data, "deadline"), moment_in(data, "due_at")
        if name and due and (name not in self.deadlines or self.deadlines[name].state == "open"):
            self.deadlines[name] = Deadline(name, text_in(data, "kind"), text_in(data, "text"), due, at)

    def _met(self, event: Event, at: datetime) -> None:
        if (row := self._row(event)) and row.met_at is None:
            self.deadlines[row.id] = replace(row, met_at=at, state="met" if row.state == "open" else row.state)

    def _breached(self, event: Event, at: datetime) -> None:
        if (row := self._row(event)) and row.state == "open":
            self.deadlines[row.id] = replace(row, breached_at=at, state="breached")

    def _waived(self, event: Event, at: datetime) -> None:
        if (row := self._row(event)) and row.state in ("open", "breached"):
            self.deadlines[row.id] = replace(row, state="waived", reason=event.reason)

    def _row(self, event: Event) -> Deadline | None:
        return self.deadlines.get(text_in(event.data, "deadline"))
