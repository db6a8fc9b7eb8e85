"""The part of the fold that is chains: several steps begun by one act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from handrail.incident.events import Event
from handrail.incident.incident import Chain, ChainStep
from handrail.incident.reading import text_in


class Chains:
    """Which chains were begun, of which steps, and how they ended."""

    def __init__(self) -> None:
        self.chains: dict[str, Chain] = {}
        self.handlers: dict[str, Callable[[Event, datetime], None]] = {
            "chain_started": self._started,
            "chain_ended": self._ended,
        }

    def fields(self) -> dict[str, Any]:
        return {"chains": tuple(self.chains.values())}

    def _started(self, event: Event, at: datetime) -> None:
        data = event.data
        given = data.get("steps")
        if not (id := text_in(data, "chain")) or not isinstance(given, list):
            return
        steps = tuple(ChainStep(**{name: text_in(step, name) for name in ChainStep.__struct_fields__})
                      for step in given if isinstance(step, Mapping))
        self.chains.setdefault(id, Chain(id, event.actor.name, at, steps, data.get("go_on") is True))

    def _ended(self, event: Event, at: datetime) -> None:
        chain = self.chains.get(text_in(event.data, "chain"))
        if chain is not None and chain.ended_at is None:
            self.chains[chain.id] = replace(chain, ended_at=at, why=text_in(event.data, "why"))
