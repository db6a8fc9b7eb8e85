"""What a blank was filled with before: a suggestion with its age and its incident, never filled in by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from handrail.errors import HandrailError
from handrail.incident.archive import Archive
from handrail.incident.incident import Incident
from handrail.paths import State
from handrail.values.secrets import looks_secret

# So many past records are looked through, newest first, and so many suggestions are offered for a blank.
PAST = 60
OFFERED = 9


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value that was used. `incident` and `title` say where, "" for the record at hand; `at` when, by the clock."""

    text: str
    incident: str
    title: str
    by: str
    at: datetime


def suggestions(state: State, incident: Incident, call: str, names: Iterable[str]) -> dict[str, tuple[Suggestion, ...]]:
    """For each of the names what it was filled with elsewhere: in other calls of this record first, then in others of
    the same pack, then in all, newest first. Secrets are never among them. Reads files; not for the event loop."""
    wanted = {name for name in names if not looks_secret(name)}
    found: dict[str, dict[str, Suggestion]] = {name: {} for name in wanted}
    others = sorted(_others(state, incident), key=lambda one: one.pack != incident.pack)
    for record in (incident, *others):
        own = record.id == incident.id
        for suggestion, name, of_call in _said(record, own=own):
            if name in wanted and not (own and of_call == call):
                found[name].setdefault(suggestion.text, suggestion)
    return {name: tuple(by_text.values())[:OFFERED] for name, by_text in found.items()}


def _others(state: State, incident: Incident) -> Iterator[Incident]:
    archive = Archive(state)
    active = [one.id for one in archive.active() if isinstance(one, Incident)]
    past = [row.id for row in archive.past()[:PAST]]
    for id in (*reversed(active), *past):
        if id == incident.id:
            continue
        try:
            yield archive.read(id)
        except HandrailError:
            continue  # damaged or gone: the board says so; here it has nothing to suggest


def _said(record: Incident, *, own: bool) -> Iterator[tuple[Suggestion, str, str]]:
    """What stands as a value in a record, the newest first. What was taken back or replaced is not offered again."""
    standing = {(value.call, value.name): value.text for value in record.values if not value.secret}
    for event in reversed(record.events):
        data = event.data
        name, call, text = str(data.get("name")), str(data.get("call")), data.get("new")
        if event.kind != "value" or data.get("secret") is True or not isinstance(text, str) or not text:
            continue
        if standing.get((call, name)) == text:
            yield (Suggestion(text, "" if own else record.short_id, "" if own else record.title, event.actor.name,
                              event.occurred_at), name, call)
