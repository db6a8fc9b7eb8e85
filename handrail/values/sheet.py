"""All blanks of a section, each once: what fills it, who said so, and which steps wait for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handrail.incident.checklist import Checklist, Row, split_key
from handrail.incident.incident import Incident
from handrail.pack.model import Pack
from handrail.values.secrets import looks_secret


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank. `text` is None while it is open; a secret's text is never here, only whether this process has it.

    `by` and `at` say who filled it and when ("the pack" for its variables); `source` where it came from, if not from a
    person's own hand. `uses` are the rows of the steps that need it.
    """

    name: str
    uses: tuple[Row, ...]
    text: str | None = None
    secret: bool = False
    by: str = ""
    at: datetime | None = None
    source: str = ""

    @property
    def filled(self) -> bool:
        return self.text is not None


def blanks(incident: Incident, checklist: Checklist, key: str, pack: Pack | None, secrets: Mapping[str, str],
           only: bool = False) -> tuple[Blank, ...]:
    """The blanks of the section that `key` stands in, in the order they are needed; of the item alone with `only`.

    Where its section asks for nothing, those of the whole call. `secrets` are the ones this process has.
    """
    rows = _of_item(checklist, key) if only else of_section(checklist, key)
    if not _names(rows):
        rows = [row for row in checklist.rows if _call(row.key) == _call(key)]
    said = {value.name: value for value in incident.values if value.call == _call(key)}
    told = _told(incident, _call(key))
    found = []
    for name, uses in _names(rows).items():
        value, variable = said.get(name), (pack.vars if pack else {}).get(name)
        at, source = told.get(name, (None, ""))
        if value is not None and value.secret:
            found.append(Blank(name, uses, "" if name in secrets else None, True, value.by, at))
        elif value is not None:
            found.append(Blank(name, uses, value.text, False, value.by, at, source))
        elif variable is not None:
            found.append(Blank(name, uses, variable, False, "the pack"))
        else:
            found.append(Blank(name, uses, secret=looks_secret(name)))
    return tuple(found)


def section_of(checklist: Checklist, key: str) -> Row | None:
    """The heading an item stands under, itself for a heading; None when there is no such row."""
    above: Row | None = None
    for row in checklist.rows:
        if row.kind in ("call", "section"):
            above = row
        if row.key == key:
            return row if row.kind in ("call", "section") else above
    return None


def _of_item(checklist: Checklist, key: str) -> list[Row]:
    row = checklist.row(key)
    return [row] if row is not None else []


def of_section(checklist: Checklist, key: str) -> list[Row]:
    """The heading's rows; another call that was opened below one of them has values of its own."""
    head = section_of(checklist, key)
    if head is None:
        return []
    rows: list[Row] = []
    begun = False
    for row in checklist.rows:
        if row.key == head.key:
            begun = True
        elif begun and row.depth <= head.depth:
            break
        elif begun and _call(row.key) == _call(key):
            rows.append(row)
    return rows


def _names(rows: list[Row]) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.item is not None and row.item.runs:
            for blank in row.item.placeholders:
                uses = found.setdefault(blank.name, [])
                if row not in uses:
                    uses.append(row)
    return {name: tuple(uses) for name, uses in found.items()}


def _told(incident: Incident, call: str) -> dict[str, tuple[datetime, str]]:
    """When each value of a call was said, and where it came from."""
    return {str(event.data.get("name")): (event.occurred_at, str(event.data.get("source") or ""))
            for event in incident.events if event.kind == "value" and event.data.get("call") == call}


def _call(key: str) -> str:
    return split_key(key)[0].partition("#")[0]
