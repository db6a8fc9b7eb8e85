"""Is the record what was written? Seal, chain, fold, frozen runbooks and outputs; a finding names file and field."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from handrail.errors import HandrailError
from handrail.incident.fold import FOLD, fold
from handrail.incident.incident import Incident
from handrail.incident.reading import text_in, whole_in
from handrail.incident.record import events_of
from handrail.incident.sealing import UNREADABLE, Raw, chain_hash, in_order, payload_hash, unseal
from handrail.paths import State

BLOCK = 1 << 20

# What an event's own hash covers; its data and reason are covered by `p`.
LINKED = "id, kind, actor, times, p or h"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit. `event` is the number of the event (0 for the file as a whole)."""

    path: Path
    event: int
    field: str
    why: str

    def __str__(self) -> str:
        where = f", event {self.event}" if self.event else ""
        return f"{self.path}{where}, {self.field}: {self.why}"


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of one incident found. `head` is the hash of the last event: compare it with what was handed out."""

    id: str
    path: Path
    events: int
    head: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not self.findings


def verify(state: State, id: str, path: Path) -> Report:
    """Check one incident's file and all it refers to. Reads only. Raises OSError when the file cannot be read."""
    data = path.read_bytes()
    findings: list[Finding] = []
    try:
        raw = unseal(data, path)
    except HandrailError as error:
        findings.append(Finding(path, 0, "file", f"{error.title} {error.detail}"))
        rows = timeline_in(data)
        stored = None
    else:
        rows = [_row(msgspec.json.decode(bytes(row).decode("utf-8", "replace"))) for row in raw.timeline.values()]
        stored = raw
    findings += check_chain(rows, path)
    events = events_of(msgspec.Raw(msgspec.json.encode(row)) for row in rows)
    if stored is not None:
        if not in_order(stored.timeline, len(rows)):
            findings.append(Finding(path, 0, "timeline", "Its events are not numbered one by one."))
        findings += _check_fold(stored, fold(id, events), path)
        findings += _check_papers(state, id, rows)
    head = text_in(rows[-1], "h") if rows else ""
    return Report(id, path, len(rows), head, tuple(findings))


def timeline_in(data: bytes) -> list[dict[str, Any]]:
    """The events in bytes that nobody vouches for, as far as there are any."""
    try:
        content = msgspec.json.decode(data.decode("utf-8", "replace"))
    except UNREADABLE:
        return []
    timeline = content.get("timeline") if isinstance(content, dict) else None
    rows = timeline.values() if isinstance(timeline, dict) else ()
    return [_row(row) for row in rows]


def _row(found: Any) -> dict[str, Any]:
    """What stands in the place of an event, as one: nothing is left out because it is none."""
    return found if isinstance(found, dict) else {"data": {"found": found}}


def check_chain(rows: list[dict[str, Any]], path: Path) -> Iterator[Finding]:
    """Each event against its own hashes and the one before it. After a break the chain is taken up where it stands."""
    redacted = {text_in(_data(row), "of") for row in rows if row.get("kind") == "redacted"}
    previous = ""
    ids: set[str] = set()
    for place, row in enumerate(rows, 1):
        n = whole_in(row, "n") or place
        if n != place:
            yield Finding(path, place, "n", f"It says {n}: an event was taken out, put in or moved.")
        if text_in(row, "id") in ids:
            yield Finding(path, place, "id", "Another event has the same id.")
        ids.add(text_in(row, "id"))
        if "redacted" in row:
            if text_in(row, "id") not in redacted:
                yield Finding(path, place, "redacted", "Nobody recorded that this was redacted.")
        elif _hash(row) != row.get("p"):
            yield Finding(path, place, "data", "It is not what was recorded (data or reason).")
        if _link(row, previous) != row.get("h"):
            yield Finding(path, place, LINKED, "The chain breaks here: one of these is not what was recorded.")
        previous = text_in(row, "h")


def _data(row: Mapping[str, Any]) -> Mapping[str, Any]:
    data = row.get("data")
    return data if isinstance(data, dict) else {}


def _hash(row: Mapping[str, Any]) -> str | None:
    try:
        return payload_hash(row.get("data"), row.get("reason"))
    except HandrailError:
        return None


def _link(row: Mapping[str, Any], previous: str) -> str | None:
    try:
        return chain_hash(row, previous)
    except HandrailError:
        return None


def _check_fold(raw: Raw, again: Incident, path: Path) -> Iterator[Finding]:
    if raw.meta["1"].fold != FOLD:
        return
    try:
        stored = msgspec.json.decode(raw.incident["1"], type=Incident)
    except (KeyError, msgspec.ValidationError, UnicodeDecodeError) as error:
        yield Finding(path, 0, "incident", f"The stored summary cannot be read: {error}.")
        return
    for field in Incident.__struct_fields__:
        if field != "events" and getattr(stored, field) != getattr(again, field):
            yield Finding(path, 0, f"incident.{field}", "The stored summary is not what the events add up to.")


def _check_papers(state: State, id: str, rows: list[dict[str, Any]]) -> Iterator[Finding]:
    """Frozen runbooks, outputs and evidence against the hashes in the events."""
    given_back = {run for row in rows if row.get("kind") == "given_back" for run in _runs_of(row)}
    for place, row in enumerate(rows, 1):
        data = _data(row)
        if not (wanted := text_in(data, "sha256")):
            continue
        paper, length = _paper(state, id, str(row.get("kind")), data)
        if paper is None:
            continue
        try:
            found = _sha256(paper, length)
        except FileNotFoundError as error:
            if text_in(data, "run") in given_back:
                continue
            yield Finding(paper, place, "file", f"It cannot be read: {error.strerror}.")
            continue
        except OSError as error:
            yield Finding(paper, place, "file", f"It cannot be read: {error.strerror}.")
            continue
        if found != wanted:
            yield Finding(paper, place, "sha256", "The file is not the one that was recorded.")


def _paper(state: State, id: str, kind: str, data: Mapping[str, Any]) -> tuple[Path | None, int | None]:
    if kind == "call_opened":
        return state.documents / f"{text_in(data, 'sha256')}.md", None
    run, name = text_in(data, "run"), text_in(data, "name")
    if kind == "step_finished" and run == Path(run).name:
        return state.run(id, run) / "out", whole_in(data, "bytes")
    if kind == "evidence" and name == Path(name).name:
        return state.evidence / id / name, None
    return None, None


def _runs_of(row: Mapping[str, Any]) -> list[str]:
    runs = _data(row).get("runs")
    return [run for run in runs if isinstance(run, str)] if isinstance(runs, list) else []


def _sha256(path: Path, length: int | None) -> str:
    """Of the first `length` bytes: a background process may have gone on writing after the end of the step."""
    digest = hashlib.sha256()
    rest = length
    with path.open("rb") as file:
        while block := file.read(BLOCK if rest is None else min(BLOCK, rest)):
            digest.update(block)
            rest = None if rest is None else rest - len(block)
    return digest.hexdigest()
