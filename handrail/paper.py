"""An open incident as a sheet of plain text, for whoever has no console: readable with `cat`. Pure.

Of people it names only who did what; how to reach anybody is never on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from handrail.activity import line
from handrail.board import names
from handrail.clock import short_duration
from handrail.incident.checklist import Checklist, Row, split_key
from handrail.incident.events import Event
from handrail.incident.incident import Incident
from handrail.runbook.model import Expected
from handrail.runbook.placeholders import fill
from handrail.text import clean, clean_block

# A tick, a running step, one that did not go well, one that was left out or put off, one that is still to do.
MARKS = {
    "open": "[ ]", "running": "[>]", "deferred": "[ ]",
    "ran": "[x]", "passed": "[x]", "confirmed": "[x]", "ticked": "[x]", "overridden": "[x]",
    "skipped": "[-]", "not applicable": "[-]",
}
WRONG = "[!]"
NOTES = frozenset({"note", "status", "severity", "acknowledged", "reopened", "resolved", "correction", "unrecorded"})
MOST_NOTES = 200

Values = Callable[[str], Mapping[str, str]]


def sheet(incident: Incident, checklist: Checklist, values_of: Values) -> str:
    """The whole sheet, its lines ending in newlines. `values_of` answers what fills the blanks of a call.

    Times are UTC. It says when it was last brought up to date, so that nobody takes an old one for the state of things.
    """
    parts = (_head(incident), _clocks(incident), _steps(checklist, values_of), _notes(incident, checklist))
    return "".join(f"{text}\n" for part in parts for text in part)


def _head(incident: Incident) -> Iterator[str]:
    yield f"{clean(str(incident.level or incident.kind))}  {clean(incident.title)}"
    held = f"held by {clean(incident.holder)}" if incident.holder else "held by nobody"
    yield f"{clean(incident.status).upper()}, {held}"
    if incident.declared_at:
        yield f"declared {_time(incident.declared_at)} by {clean(incident.declared_by)}"
    if incident.updated_at:
        yield f"last change {_time(incident.updated_at)}"


def _clocks(incident: Incident) -> Iterator[str]:
    if incident.deadlines or incident.standing:
        yield ""
    for clock in incident.deadlines:
        yield f"{clean(clock.text)}: due {_time(clock.due_at)}, {clean(clock.state)}"
    for condition in incident.standing:
        until = f", until {clean(condition.until)}" if condition.until else ""
        yield f"STANDS: {clean(condition.text or condition.name)}, since {_time(condition.since)}{until}"


def _steps(checklist: Checklist, values_of: Values) -> Iterator[str]:
    if checklist.rows:
        yield ""
        yield f"CHECKLIST  {checklist.done} of {checklist.total} done"
        yield "[x] done  [ ] to do  [>] running  [!] did not go well  [-] left out"
    for row in checklist.rows:
        if row.kind != "item":
            yield ""
            yield f"{'  ' * row.depth}{clean(row.title)}"
        else:
            yield from _step(row, values_of)


def _step(row: Row, values_of: Values) -> Iterator[str]:
    assert row.item is not None
    pad = "  " * row.depth
    if row.number is None:
        yield f"{pad}    {clean(row.title)}"
        return
    state = row.state
    yield f"{pad}{MARKS.get(state.word, WRONG)} {row.number}. {clean(row.title)}{_ended(row)}"
    if state.reason:
        yield f"{pad}      why: {clean(state.reason)}"
    if row.item.runs:
        risk = {"read": "", "change": "  (changes)", "destructive": "  (DESTROYS)"}[row.item.risk]
        command = fill(row.item.command, values_of(split_key(row.key)[0]), row.item.placeholders)
        for at, text in enumerate(clean_block(command).splitlines()):
            yield f"{pad}      {'$' if at == 0 else ' '} {text}{risk if at == 0 else ''}"
        if row.item.expected is not None:
            expected = row.item.expected
            yield f"{pad}      expects {clean(expected.kind)}: {clean(expected.value, 200)}{_in_time(expected)}"


def _in_time(expected: Expected) -> str:
    how = {"steady": "for", "retry": "within"}.get(expected.kind, "")
    return f" {how} {short_duration(expected.seconds)}" if how and expected.seconds else ""


def _ended(row: Row) -> str:
    state = row.state
    if state.word == "open":
        return ""
    who = f" {clean(state.by)}" if state.by else ""
    when = f" {_time(state.at)}" if state.at else ""
    why = f", {clean(state.last.why)}" if state.last and state.last.why else ""
    looked = {True: ", seen and right", False: ", LOOKS WRONG"}.get(state.seen, "") if state.seen is not None else ""
    return f"  {state.word.upper() if state.word not in MARKS else state.word}{why}{looked},{who}{when}"


def _notes(incident: Incident, checklist: Checklist) -> Iterator[str]:
    said = [event for event in incident.events if event.kind in NOTES]
    if said:
        yield ""
        yield "NOTES" + (f"  (the last {MOST_NOTES})" if len(said) > MOST_NOTES else "")
    name = names(checklist)
    for event in said[-MOST_NOTES:]:
        yield from _note(incident, event, name)


def _note(incident: Incident, event: Event, name: Callable[[str], str]) -> Iterator[str]:
    taken_back = "TAKEN BACK: " if event.id in incident.corrected else ""
    if event.kind != "note":
        text = [line(incident.id, event, name).text]
    else:
        text = clean_block(str(event.data.get("text", ""))).splitlines() or [""]
    yield f"{_time(event.occurred_at)}  {clean(event.actor.name)}: {taken_back}{text[0]}"
    for more in text[1:]:
        yield f"    {more}"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
