"""The checklist of an incident: its opened documents as rows, each with the state that the events gave it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from handrail.incident.incident import OPEN, Incident, ItemState
from handrail.runbook.model import Item, Runbook

RowKind = Literal["call", "section", "item"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the checklist, in document order.

    `key` is CALL for a call's header, CALL#LINE for a section, CALL:ITEM for an item. `depth` counts from 0 at the call.
    `number` counts the steps of the whole checklist from 1; None for what is no step (section, reference, template).
    `done` of `total` counts the steps beneath a call or section (of an item: itself). `worst` is the worst word
    beneath, "" when nothing happened there. `minutes` is the document's own estimate.
    """

    key: str
    kind: RowKind
    depth: int
    title: str
    item: Item | None = None
    state: ItemState = OPEN
    number: int | None = None
    done: int = 0
    total: int = 0
    worst: str = ""
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """All rows; `done` of `total` steps; `next` is the key of the first step still open, None when there is none."""

    rows: tuple[Row, ...] = ()
    done: int = 0
    total: int = 0
    next: str | None = None

    def row(self, key: str) -> Row | None:
        """The row of a key, None when there is none."""
        return next((row for row in self.rows if row.key == key), None)


def build(incident: Incident, runbook_of: Callable[[str], Runbook]) -> Checklist:
    """The checklist of `incident`. `runbook_of` answers the frozen document of a sha256; what it raises passes through."""
    raise NotImplementedError
