"""One incident's file as values: bytes in, Incident out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from handrail.errors import Damaged
from handrail.incident.events import Actor, Event
from handrail.incident.fold import FOLD, fold
from handrail.incident.incident import Incident
from handrail.incident.reading import moment_in, text_in, whole_in
from handrail.incident.sealing import Raw, unseal

_event = msgspec.json.Decoder(Event)
_incident = msgspec.json.Decoder(Incident)

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def load(data: bytes, path: Path) -> Incident:
    """The incident in these bytes with all its events. Raises Damaged or NewerSchema naming `path`."""
    raw = unseal(data, path)
    return _folded(raw, path, readable(raw.timeline.values(), path))


def glance(data: bytes, path: Path, latest: int) -> Incident:
    """The incident as the board needs it: the stored fold and the `latest` events. Raises as `load` does."""
    raw = unseal(data, path)
    if raw.meta["1"].fold != FOLD:
        incident = _folded(raw, path, readable(raw.timeline.values(), path))
        return replace(incident, events=incident.events[-latest:] if latest else ())
    return _folded(raw, path, readable(list(raw.timeline.values())[-latest:] if latest else (), path))


def events_of(rows: Iterable[msgspec.Raw]) -> tuple[Event, ...]:
    """The events of these stored rows, in their order. A row that does not fit reads as far as it does.

    Raises UnicodeDecodeError for what is no UTF-8, which no seal of ours is on.
    """
    return tuple(_read(row) for row in rows)


def readable(rows: Iterable[msgspec.Raw], path: Path) -> tuple[Event, ...]:
    """The same of the file at `path`. Raises Damaged where it is no text."""
    try:
        return events_of(rows)
    except UnicodeDecodeError as error:
        raise Damaged(f"{path.name} is damaged.", f"{path}: An event in it is no text.",
                      f"It is left as it is. See `handrail verify {path.stem}`.") from error


def fold_row(incident: Incident) -> dict[str, Any]:
    """The fold as it is stored beside the timeline: everything but the events."""
    row: dict[str, Any] = msgspec.to_builtins(replace(incident, events=()))
    del row["events"]
    return row


def _folded(raw: Raw, path: Path, events: tuple[Event, ...]) -> Incident:
    """The stored fold when this version made it, else a new one."""
    incident: Incident | None = None
    if raw.meta["1"].fold == FOLD and "1" in raw.incident:
        try:
            incident = _incident.decode(raw.incident["1"])
        except (msgspec.ValidationError, UnicodeDecodeError):
            incident = None
    if incident is None:
        return fold(path.stem, readable(raw.timeline.values(), path))
    if incident.id != path.stem:
        raise Damaged(f"{path.name} holds another incident.", f"{path}: it is {incident.id}.",
                      "Give the file its own name again; it is left as it is.")
    return replace(incident, events=events)


def _read(row: msgspec.Raw) -> Event:
    try:
        event = _event.decode(row)
    except msgspec.ValidationError:
        return _as_far_as_it_goes(row)
    if event.occurred_at.tzinfo is not UTC or event.recorded_at.tzinfo is not UTC:
        return _as_far_as_it_goes(row)  # nobody here writes an offset, and at the ends of time it leads beyond them
    return event


def _as_far_as_it_goes(row: msgspec.Raw) -> Event:
    """An event of a record that was accepted with its damage. What cannot be read is empty, and long ago."""
    content = msgspec.json.decode(row)
    fields: Mapping[str, Any] = content if isinstance(content, dict) else {}
    data = fields.get("data")
    actor = fields.get("actor")
    who: Mapping[str, Any] = actor if isinstance(actor, dict) else {}
    recorded = moment_in(fields, "recorded_at") or LONG_AGO
    return Event(
        n=whole_in(fields, "n") or 0,
        id=text_in(fields, "id"),
        kind=text_in(fields, "kind") or "unreadable",
        data=data if isinstance(data, dict) else {},
        actor=Actor(*(text_in(who, key) for key in ("name", "account", "tty", "ssh", "host"))),
        occurred_at=moment_in(fields, "occurred_at") or recorded,
        recorded_at=recorded,
        zone=whole_in(fields, "zone") or 0,
        reason=text_in(fields, "reason"),
        h=text_in(fields, "h"),
    )
