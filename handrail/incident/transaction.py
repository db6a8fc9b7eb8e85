"""One incident under the lock: what its file holds, and the one way to add events to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from handrail.errors import Damaged, UsageError
from handrail.incident.events import Actor, Draft, Event
from handrail.incident.files import Files
from handrail.incident.fold import FOLD, Folding
from handrail.incident.incident import Incident
from handrail.incident.record import events_of, fold_row, readable
from handrail.incident.sealing import SCHEMA, Meta, Raw, in_order, other_tables, payload, row_of, unseal

Row = dict[str, Any]
Batch = tuple[Actor, Sequence[Draft]]


@dataclass(frozen=True, slots=True)
class Opened:
    """An incident read under the lock. `data` is the file it was read from, empty for none.

    `others` are tables that this version does not know: a newer one put them there, and they stay.
    """

    path: Path
    raw: Raw | None
    folding: Folding
    incident: Incident
    data: bytes | bytearray = b""
    others: Mapping[str, msgspec.Raw] = field(default_factory=dict)

    @property
    def older(self) -> bool:
        """Whether an older version wrote the file."""
        return self.raw is not None and self.raw.meta["1"].schema < SCHEMA


def new(path: Path, kind: str) -> Opened:
    """An incident that has no file yet."""
    return Opened(path, None, Folding(path.stem), Incident(id=path.stem, kind=kind))


def opened(path: Path, files: Files, last: Opened | None = None) -> Opened:
    """What the file holds. Raises Damaged, NewerSchema, OSError.

    The very same bytes as those of the `last` one opened or written add up to the same, so they are not read again.
    """
    data = files.read(path)
    if last is not None and last.path == path and last.data == data:
        return last
    raw = unseal(data, path)
    folding = Folding(path.stem, readable(raw.timeline.values(), path))
    incident = folding.incident()
    if not in_order(raw.timeline, incident.rev):
        raise Damaged(f"{path.name} cannot be written to.", f"{path}: its events are not numbered one by one.",
                      f"It is left as it is. See `handrail verify {path.stem}`.")
    return Opened(path, raw, folding, incident, data, other_tables(data))


def reopened(path: Path, rows: Iterable[Row], others: Mapping[str, msgspec.Raw]) -> Opened:
    """An incident from rows that were put in order by hand, in place of what the file holds."""
    timeline = {str(row["n"]): msgspec.Raw(msgspec.json.encode(row)) for row in rows}
    raw = Raw(timeline, {}, {"1": Meta(SCHEMA, FOLD, "")})
    folding = Folding(path.stem, events_of(timeline.values()))
    return Opened(path, raw, folding, folding.incident(), others=others)


def unstored(incident: Incident, drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts whose id is not in the timeline yet, each id once: the first one counts."""
    known = {event.id for event in incident.events}
    fresh: dict[str, Draft] = {}
    for draft in drafts:
        if draft.id not in known:
            fresh.setdefault(draft.id, draft)
    return list(fresh.values())


def sealed(incident: Incident, batches: Iterable[Batch], now: datetime) -> tuple[list[Event], list[Row]]:
    """The drafts as events chained to the incident's last one, and as the rows to store.

    Raises UsageError for what cannot be stored; nothing has been opened for writing then.
    """
    zone = now.astimezone().utcoffset()
    minutes = int(zone.total_seconds() // 60) if zone is not None else 0
    events: list[Event] = []
    rows: list[Row] = []
    head = incident.head
    for n, (actor, draft) in enumerate(_each(batches), incident.rev + 1):
        if draft.occurred_at is not None and draft.occurred_at.tzinfo is None:
            raise UsageError("A time without a zone cannot be recorded.", f"{draft.kind}: {draft.occurred_at}.")
        event = Event(n, draft.id, draft.kind, payload(draft), actor, draft.occurred_at or now, now, minutes,
                      draft.reason, "")
        row = row_of(event, head)
        head = row["h"]
        rows.append(row)
        events.append(replace(event, h=head))
    return events, rows


@dataclass(frozen=True, slots=True)
class Plan:
    """What a write will do, worked out before any file is opened; trying it twice writes the same bytes."""

    before: Opened
    rows: Sequence[Row]
    result: Incident

    def write(self, path: Path, files: Files) -> Opened:
        """Put it into the file at `path`, on disk when this returns; what is there then. Raises UsageError, OSError."""
        from handrail.incident.storage import append

        timeline = dict(self.before.raw.timeline) if self.before.raw else {}
        kept = {**self.before.others, "timeline": timeline}
        data = append(path, files, kept, self.rows, fold_row(self.result), FOLD)
        timeline |= {str(row["n"]): msgspec.Raw(msgspec.json.encode(row)) for row in self.rows}
        raw = Raw(timeline, {}, {"1": Meta(SCHEMA, FOLD, "")})
        return Opened(path, raw, self.before.folding, self.result, data, self.before.others)


def planned(what: Opened, batches: Iterable[Batch], now: datetime) -> Plan:
    """The events added to what is there. Raises UsageError for what cannot be stored."""
    events, rows = sealed(what.incident, batches, now)
    what.folding.add(events)
    return Plan(what, rows, what.folding.incident())


def _each(batches: Iterable[Batch]) -> Iterator[tuple[Actor, Draft]]:
    for actor, drafts in batches:
        for draft in drafts:
            yield actor, draft
