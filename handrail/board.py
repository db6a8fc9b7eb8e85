"""An open incident as a card on the board. Pure: the incident, its checklist and its runs in, the card out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handrail.activity import line
from handrail.incident.checklist import Checklist
from handrail.incident.events import Event
from handrail.incident.incident import Incident
from handrail.runs.record import RunState
from handrail.snapshot import Card
from handrail.text import clean

# What happened to the clocks says nothing about where the work stands; the card shows them as they are.
NO_NEWS = frozenset({"lamps", "deadline_set", "deadline_met", "deadline_breached", "value", "step_seen"})


def card(incident: Incident, checklist: Checklist, runs: Mapping[str, RunState]) -> Card:
    """`runs` holds what the folders of running attempts say now, by run id."""
    name = names(checklist)
    running, waits = [], ""
    for key, attempt in incident.running():
        state = runs.get(attempt.run)
        if state is not None and state.word == "running" and state.waits:
            waits = waits or f"{name(key)} WAITS FOR YOU: {clean(state.waits, 60)}"
        running.append(f"{name(key)}, {clean(attempt.by, 40)}")
    note = waits or _last(incident, name)
    if incident.unrecorded:
        note = f"NOT ON DISK, {incident.unrecorded} in memory: {note}"
    return Card(incident, checklist.done, checklist.total, note, bool(waits), tuple(running))


def names(checklist: Checklist) -> Callable[[str], str]:
    """CALL:ITEM as people say it: "step 2 Revoke the OAuth token"; "" for what is not on the checklist."""
    titles = {row.key: f"step {row.number} {row.title}" if row.number is not None else row.title
              for row in checklist.rows if row.kind == "item"}
    return lambda key: clean(titles.get(key, ""), 80)


def _last(incident: Incident, name: Callable[[str], str]) -> str:
    """What happened last, as the one line beside the title; "" where the card says it already."""
    if incident.holder == "" and incident.kind == "incident" and not incident.items:
        return ""
    news = next((event for event in reversed(incident.events) if _is_news(event)), None)
    return line(incident.id, news, name).text if news is not None else ""


def _is_news(event: Event) -> bool:
    stands = event.kind == "condition" and event.data.get("state") == "engaged"
    return event.kind not in NO_NEWS and not stands
