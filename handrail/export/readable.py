"""The record for people: as Markdown, and its timeline as a table for spreadsheets. Times are UTC. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from handrail.activity import Name, line
from handrail.board import names
from handrail.clock import iso
from handrail.incident.checklist import Checklist, Row
from handrail.incident.events import Event
from handrail.incident.incident import Incident
from handrail.text import clean, clean_block

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
COLUMNS = ("n", "occurred_at", "recorded_at", "by", "account", "host", "kind", "what", "h")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def markdown(incident: Incident, checklist: Checklist) -> str:
    """The incident from top to bottom. Whatever was written by others stands there as text, never as markup."""
    parts = (_head(incident), _steps(incident, checklist), _timeline(incident, names(checklist)))
    return "".join(f"{text}\n" for part in parts for text in part)


def timeline_csv(incident: Incident, checklist: Checklist) -> str:
    """One row an event, `h` its place in the hash chain. What a spreadsheet would take for a formula is quoted."""
    name, sheet = names(checklist), io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    for event in incident.events:
        said = line(incident.id, event, name)
        row = (str(event.n), iso(event.occurred_at), iso(event.recorded_at), said.by, event.actor.account,
               event.actor.host, event.kind, _whole(event, said.text), event.h)
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in map(clean, row)])
    return sheet.getvalue()


def _head(incident: Incident) -> Iterator[str]:
    yield f"# {_text(incident.title)}"
    yield ""
    yield f"- {incident.id}, {_text(str(incident.level or incident.kind))}, {_text(incident.status)}"
    if incident.declared_at:
        yield f"- declared {_time(incident.declared_at)} by {_text(incident.declared_by)}"
    yield f"- held by {_text(incident.holder) or 'nobody'}"
    for name, moments in incident.milestones.items():
        yield f"- {_text(name)} {', '.join(map(_time, moments))}"
    yield f"- {len(incident.events)} events, the last one's hash `{incident.head}`"


def _steps(incident: Incident, checklist: Checklist) -> Iterator[str]:
    if checklist.rows:
        yield ""
        yield f"## Checklist, {checklist.done} of {checklist.total} done"
    for row in checklist.rows:
        if row.kind != "item":
            yield ""
            yield f"### {_text(row.title)}"
            yield ""
        else:
            yield from _step(incident, row)


def _step(incident: Incident, row: Row) -> Iterator[str]:
    number = f"{row.number}. " if row.number is not None else ""
    why = f": {_text(row.state.reason)}" if row.state.reason else ""
    yield f"- {_text(number + row.title)} — **{_text(row.state.word)}**{why}"
    for attempt in incident.item(row.key).attempts:
        ended = ", ".join(filter(None, (attempt.verdict or "no end on record", attempt.why, *attempt.remarks)))
        yield f"  - {_time(attempt.started_at)} {_text(attempt.by)}: {_text(ended)}"
        yield f"    (output: `runs/{incident.id}/{attempt.run}/out`)"
        yield ""
        for text in clean_block(attempt.command).splitlines():
            yield f"        {text}"
        yield ""


def _timeline(incident: Incident, name: Name) -> Iterator[str]:
    yield ""
    yield "## Timeline"
    yield ""
    yield "| when | who | what |"
    yield "|---|---|---|"
    for event in incident.events:
        said = line(incident.id, event, name)
        taken_back = "taken back or corrected: " if event.id in incident.corrected else ""
        yield f"| {_time(event.occurred_at)} | {_text(said.by)} | {taken_back}{_text(_whole(event, said.text))} |"


def _whole(event: Event, said: str) -> str:
    """A note in full: its line may be cut."""
    return str(event.data.get("text", "")) if event.kind == "note" else said


def _text(text: str) -> str:
    return SPECIAL.sub(r"\\\1", clean(text))


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
