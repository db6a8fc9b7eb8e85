"""The checklist of an incident: its opened documents as rows, each with the state that the events gave it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from handrail.incident.branches import FREE, Options, branches, groups
from handrail.incident.incident import OPEN, Call, Incident, ItemState
from handrail.runbook.classing import begun
from handrail.runbook.model import Item, Runbook, Section

RowKind = Literal["call", "section", "options", "item"]

SHOWN = frozenset({"command", "http", "manual", "decision", "reference", "template"})
STEPS = frozenset({"command", "http", "manual", "decision"})

# `ran` counts as done before anybody looked at it; the row marks it. Deferred does not: it is still owed.
DONE = frozenset({"ran", "passed", "confirmed", "ticked", "skipped", "overridden", "not applicable"})

# The worst first; words that are not here are nothing to look at.
WORST = ("failed", "lost", "unknown", "timed out", "did not start", "stopped", "inconclusive", "running", "deferred")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the checklist, in document order.

    `key` is CALL for a call's header, CALL#LINE for a section, CALL:GROUP? for the head of a choice between options,
    CALL:ITEM for an item. `depth` counts from 0, the call.
    `number` counts the steps of the whole checklist from 1; None for what is no step (section, reference, template).
    `done` of `total` counts the steps beneath a call or section (of an item: itself). `worst` is the worst word
    beneath, "" when nothing happened there. `minutes` is the document's own estimate.
    `closed` says why an answer put the item out of the way; then it counts nowhere, and keeps its number. `waits_on` is
    the key of the question to answer before it, `answer` what was decided here. `queued` is who
    began the chain in which its turn comes.
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
    closed: str = ""
    waits_on: str = ""
    answer: str = ""
    queued: str = ""

    @property
    def to_begin(self) -> bool:
        """A step that is still to do and that nothing closed."""
        return self.number is not None and self.state.word == "open" and not self.closed


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
    """The checklist of `incident`. `runbook_of` answers the document of a sha256; what it raises passes through."""
    rows = _numbered([row for call in incident.calls if not call.parent
                      for row in _call_rows(incident, call, runbook_of, 0, frozenset())])
    queued = incident.queued()
    rows = [replace(row, queued=queued[row.key].by) if row.key in queued else row for row in rows]
    steps = [row for row in rows if row.number is not None]
    return Checklist(
        rows=tuple(_with_counts(rows)),
        done=sum(row.done for row in steps),
        total=sum(row.total for row in steps),
        next=next((row.key for row in steps if row.to_begin), None),
    )


def split_key(key: str) -> tuple[str, str]:
    """The call and the item of CALL:ITEM."""
    call, _, item = key.partition(":")
    return call, item


def find(incident: Incident, key: str, runbook_of: Callable[[str], Runbook]) -> Item | None:
    """The item behind CALL:ITEM, None when the incident has no such call or the document no such item."""
    call_id, item_id = split_key(key)
    call = next((call for call in incident.calls if call.id == call_id), None)
    if call is None:
        return None
    item = next((item for item in runbook_of(call.sha256).items if item.id == item_id), None)
    return item and _as_begun(incident, call, item)


def _as_begun(incident: Incident, call: Call, item: Item) -> Item:
    """What somebody began here stays a step, whatever it was re-classed to since."""
    return item if item.by_hand is None or incident.item(f"{call.id}:{item.id}").word == "open" else begun(item)


def _call_rows(incident: Incident, call: Call, runbook_of: Callable[[str], Runbook], depth: int,
               above: frozenset[str]) -> Iterator[Row]:
    """A call's header and what is beneath it; calls opened from one of its items stand below that item."""
    runbook = runbook_of(call.sha256)
    items = [_as_begun(incident, call, item) for item in runbook.under(call.section) if item.kind in SHOWN]
    standing, choices = branches(incident, call.id, items), groups(call.id, items)
    root = call.section or _shared_title(items, call.title)
    yield Row(call.id, "call", depth, call.title, minutes=_minutes(runbook, root))
    headed: set[str] = set()
    for item in items:
        for level in range(len(root) + 1, len(item.section) + 1):
            section = _section(runbook, item, level)
            key = f"{call.id}#{section.lines[0]}"
            if key not in headed:
                headed.add(key)
                yield Row(key, "section", depth + level - len(root), section.title, minutes=section.minutes)
        key = f"{call.id}:{item.id}"
        below = depth + 1 + len(item.section) - len(root)
        if (group := choices.get(item.options)) is not None:
            if group.key not in headed:
                headed.add(group.key)
                yield _options_row(incident, group, below)
            below += 1
        branch = standing.get(item.id, FREE)
        yield Row(key, "item", below, item.title, item, incident.item(key), minutes=item.minutes,
                  closed=branch.closed, waits_on=branch.waits_on, answer=incident.decisions.get(key, ""))
        for child in incident.calls:
            if child.parent == key and child.id not in above:
                yield from _call_rows(incident, child, runbook_of, below + 1, above | {call.id, child.id})


def _options_row(incident: Incident, group: Options, depth: int) -> Row:
    chosen = group.chosen(incident)
    return Row(group.key, "options", depth, f"One of {len(group.items)} options", state=incident.item(group.key),
               answer=chosen.title if chosen else "")


def _shared_title(items: list[Item], title: str) -> tuple[str, ...]:
    """The document's own heading when everything stands below it: the call's header says it already."""
    first = items[0].section[:1] if items else ()
    return first if first == (title,) and all(item.section[:1] == first for item in items) else ()


def _section(runbook: Runbook, item: Item, level: int) -> Section:
    """The heading at `level` above an item; of twins with one path, the one whose lines hold the item."""
    path = item.section[:level]
    line = item.lines[0]
    for section in runbook.sections:
        if section.path == path and section.lines[0] <= line <= section.lines[1]:
            return section
    return Section(title=path[-1], level=level, lines=item.lines, path=path)


def _minutes(runbook: Runbook, path: tuple[str, ...]) -> float | None:
    return next((section.minutes for section in runbook.sections if path and section.path == path), None)


def _numbered(rows: list[Row]) -> list[Row]:
    numbered, count = [], 0
    for row in rows:
        if row.item is not None and row.item.kind in STEPS:
            count += 1
            done = int(row.state.word in DONE)
            worst = row.state.word if row.state.word in WORST and not row.closed else ""
            row = replace(row, number=count, done=done, total=0 if row.closed else 1, worst=worst)
        numbered.append(row)
    return numbered


def _with_counts(rows: list[Row]) -> Iterator[Row]:
    """Headers with the sums of the rows beneath them: those that follow and are deeper."""
    for at, row in enumerate(rows):
        if row.kind == "item":
            yield row
            continue
        beneath = []
        for other in rows[at + 1:]:
            if other.depth <= row.depth:
                break
            if other.number is not None:
                beneath.append(other)
        yield replace(row, done=sum(other.done for other in beneath), total=sum(other.total for other in beneath),
                      worst=min((other.worst for other in beneath if other.worst), key=WORST.index, default=""))
