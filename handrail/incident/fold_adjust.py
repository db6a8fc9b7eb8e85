"""The part of the fold that operators adjust: pinned targets, commands edited for one run, replacements, waivers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from handrail.incident.events import Event
from handrail.incident.incident import Edit, Pin, Replacement, Waiver
from handrail.incident.reading import text_in, whole_in


class Adjustments:
    """What stands beside the runbook's own text, in the order it was recorded."""

    def __init__(self) -> None:
        self.pins: dict[str, Pin] = {}
        self.edits: dict[str, Edit] = {}
        self.replacements: dict[str, Replacement] = {}
        self.waivers: dict[tuple[str, str], Waiver] = {}
        self.handlers: dict[str, Callable[[Event, datetime], None]] = {
            "target_pinned": self._pinned,
            "step_edited": self._edited,
            "replacement": self._replaced,
            "interlock": self._waived,
        }

    def fields(self) -> dict[str, Any]:
        return {
            "pins": tuple(self.pins.values()),
            "edits": tuple(self.edits.values()),
            "replacements": tuple(self.replacements.values()),
            "waivers": tuple(self.waivers.values()),
        }

    def _pinned(self, event: Event, at: datetime) -> None:
        if (target := text_in(event.data, "target")) and (new := text_in(event.data, "new")):
            self.pins[target] = Pin(target, new, at, event.actor.name)

    def _edited(self, event: Event, at: datetime) -> None:
        data = event.data
        item, new = text_in(data, "item"), text_in(data, "new")
        if not item:
            return
        if new:
            self.edits[item] = Edit(item, new, whole_in(data, "attempts") or 0, at, event.actor.name)
        else:
            self.edits.pop(item, None)

    def _replaced(self, event: Event, at: datetime) -> None:
        data = event.data
        old, new = text_in(data, "old"), text_in(data, "new")
        if old:
            self.replacements[old] = Replacement(old, new, at, event.actor.name)

    def _waived(self, event: Event, at: datetime) -> None:
        data = event.data
        rule, scope, choice = text_in(data, "rule"), text_in(data, "scope"), text_in(data, "choice")
        if rule and choice:
            self.waivers[rule, scope] = Waiver(rule, scope, choice, event.reason, at, event.actor.name)
