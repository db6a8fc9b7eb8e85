"""Events as lines in plain words: "step 2 Revoke the OAuth token passed"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handrail.incident.events import Event
from handrail.incident.incident import Incident
from handrail.snapshot import Activity
from handrail.text import clean

LONGEST = 200

Name = Callable[[str], str]
Say = Callable[[Mapping[str, Any], Name], tuple[str, str]]


def lines(incident: Incident, name_of: Name, newest: int = LONGEST) -> tuple[Activity, ...]:
    """The newest events of an incident, newest first. `name_of` names CALL:ITEM ("step 2 Revoke the token")."""
    return tuple(line(incident.id, event, name_of) for event in reversed(incident.events[-newest:]))


def line(incident_id: str, event: Event, name_of: Name) -> Activity:
    """One event in plain words. A kind that this version does not know is shown under its own name."""
    say = _WORDS.get(event.kind)
    text, word = say(event.data, name_of) if say else (event.kind.replace("_", " "), "")
    if event.reason and not text.endswith(event.reason):
        text += f": {event.reason}"
    return Activity(event.occurred_at, incident_id, clean(event.actor.name, 40), clean(text, LONGEST), clean(word, 20))


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    return "" if value is None else str(value)


def _level(data: Mapping[str, Any], key: str) -> str:
    level = data.get(key)
    return _text(level, "name") if isinstance(level, Mapping) else ""


def _declared(data: Mapping[str, Any], name: Name) -> tuple[str, str]:
    if data.get("kind") == "checklist":
        return "began a checklist", "checklist"
    level = _level(data, "level")
    return f"declared {level} {_text(data, 'title')}".replace("  ", " "), level


def _started(data: Mapping[str, Any], name: Name) -> tuple[str, str]:
    destroys = ", DESTROYS" if data.get("risk") == "destructive" else ""
    return f"{_step(data, name)} started{destroys}", "running"


def _finished(data: Mapping[str, Any], name: Name) -> tuple[str, str]:
    verdict, why = _text(data, "verdict"), _text(data, "why")
    shown = verdict.upper() if verdict not in ("ran", "passed") else verdict
    return f"{_step(data, name)} {shown}" + (f", {why}" if why else ""), verdict


def _seen(data: Mapping[str, Any], name: Name) -> tuple[str, str]:
    ok = data.get("ok") is True
    return f"{_step(data, name)} {'seen, it is right' if ok else 'LOOKS WRONG'}", "confirmed" if ok else "failed"


def _condition(data: Mapping[str, Any], name: Name) -> tuple[str, str]:
    return f"{_text(data, 'text') or _text(data, 'name')} {_text(data, 'state')}", "condition"


def _lamps(data: Mapping[str, Any], name: Name) -> tuple[str, str]:
    """How the lamps of a step's system stood before it, and after."""
    found = data.get("lamps")
    rows = [row for row in found if isinstance(row, Mapping)] if isinstance(found, (list, tuple)) else []
    changes = [f"{_text(row, 'title')} {_stood(row, 'before')} to {_stood(row, 'after')}" for row in rows]
    return f"lamps of {_step(data, name)}: {', '.join(changes) or 'none'}", "lamps"


def _stood(row: Mapping[str, Any], when: str) -> str:
    face = row.get(when)
    if not isinstance(face, Mapping):
        return "no answer"
    return " ".join(part for part in (_text(face, "word"), _text(face, "value")) if part)


def _step(data: Mapping[str, Any], name: Name) -> str:
    return name(_text(data, "item")) or _text(data, "title") or "a step"


def _count(data: Mapping[str, Any], key: str, what: str = "step") -> str:
    found = data.get(key)
    number = len(found) if isinstance(found, list) else 0
    return f"{number} {what}{'' if number == 1 else 's'}"


def _became(word: str) -> Say:
    return lambda data, name: (f"{_step(data, name)} {word}", word)


def _old_to_new(what: str) -> Say:
    return lambda data, name: (f"{what} {_text(data, 'old')} to {_text(data, 'new')}", _text(data, "new"))


def _clock(word: str) -> Say:
    def say(data: Mapping[str, Any], name: Name) -> tuple[str, str]:
        return f"{_text(data, 'text') or _text(data, 'deadline').partition(':')[0]} deadline {word}", word
    return say


def _clock_set(data: Mapping[str, Any], name: Name) -> tuple[str, str]:
    text = _text(data, "text") or f"{_text(data, 'deadline')} deadline set"
    return f"clock of {text}: {_text(data, 'rule')}" if data.get("kind") == "procedure" else text, "deadline"


def _plain(text: str, word: str = "") -> Say:
    return lambda data, name: (text, word)


_WORDS: Mapping[str, Say] = {
    "proposed": lambda data, name: (" ".join(filter(None, (_text(data, "source"), "proposed", _text(data, "title")))),
                                    "proposed"),
    "declared": _declared,
    "acknowledged": _plain("accepted it", "acknowledged"),
    "status": _old_to_new("status"),
    "severity": lambda data, name: (f"severity {_level(data, 'old')} to {_level(data, 'new')}", _level(data, "new")),
    "milestone": lambda data, name: (f"{_text(data, 'name')} recorded", "milestone"),
    "role": lambda data, name: (f"{_text(data, 'role')} is {_text(data, 'person') or 'nobody'}", "role"),
    "condition": _condition,
    "resolved": _plain("resolved", "resolved"),
    "closed": _plain("closed", "closed"),
    "reopened": _plain("reopened", "reopened"),
    "false_alarm": _plain("false alarm", "false alarm"),
    "link": lambda data, name: (f"{_text(data, 'relation')} {_text(data, 'to')}", "link"),
    "call_opened": lambda data, name: (f"opened {_text(data, 'title')}", "checklist"),
    # A value may be a secret's neighbour: the name is enough for a list that everybody in the room reads.
    "value": lambda data, name: (f"{_text(data, 'name')} filled in", "value"),
    "value_command": lambda data, name: (f"a command for {_text(data, 'name')}", "value"),
    "decision": lambda data, name: (f"{_step(data, name)}: {_text(data, 'said') or _text(data, 'choice')}", "decision"),
    "step_started": _started,
    "step_finished": _finished,
    "chain_started": lambda data, name: (f"began a chain of {_count(data, 'steps')}", "running"),
    "chain_ended": lambda data, name: (f"chain ended, {_text(data, 'why')}", "chain"),
    "step_ticked": _became("ticked"),
    "step_seen": _seen,
    "step_skipped": _became("skipped"),
    "step_deferred": _became("deferred"),
    "step_overridden": _became("overridden"),
    "step_edited": lambda data, name: (
        f"{_step(data, name)} " + ("edited for one run" if _text(data, "new") else "runs as it is written again"),
        "edited"),
    "step_reclassed": lambda data, name: (
        f"{_step(data, name)} re-classed, {_text(data, 'old')} to {_text(data, 'new')}", "re-classed"),
    "replacement": lambda data, name: (f"in every step {_text(data, 'old')} is now {_text(data, 'new')}", "edited"),
    "target_pinned": lambda data, name: (
        f"{_text(data, 'target')} is {_text(data, 'new')}"
        + (f" from now on, was {_text(data, 'old')}" if _text(data, "old") else ""), "target"),
    "interlock": lambda data, name: (
        f"{_step(data, name)} without {_text(data, 'rule')} first: {_text(data, 'choice')}", "overridden"),
    "handover": lambda data, name: (
        f"handed over to {_text(data, 'to')}, who has to accept" if _text(data, "to") else "took the handover back",
        "handover"),
    "lamps": _lamps,
    "note": lambda data, name: (_text(data, "text"), "note"),
    "correction": lambda data, name: ("took an act back" if data.get("void") is True else "corrected the record",
                                      "correction"),
    "message": lambda data, name: (f"update {_text(data, 'template')}", "message"),
    "escalation": lambda data, name: (f"escalated to {_text(data, 'to')}", "escalation"),
    "evidence": lambda data, name: (f"collected {_text(data, 'name')}", "evidence"),
    "deadline_set": _clock_set,
    "deadline_met": _clock("met"),
    "deadline_breached": _clock("BREACHED"),
    "deadline_waived": _clock("waived"),
    "resealed": _plain("accepted a damaged record", "resealed"),
    "review": lambda data, name: (f"review: {_text(data, 'part')}", "review"),
    "action_item": lambda data, name: (f"action item {_text(data, 'text') or _text(data, 'action')}", "action item"),
    "redacted": _plain("redacted a part of the record", "redacted"),
    "exported": lambda data, name: (f"exported to {_text(data, 'file')}, head {_text(data, 'head')[:16]}", "exported"),
    "given_back": lambda data, name: (
        f"output of {_count(data, 'runs', 'run')} given back to the disk: an export holds it", "given back"),
    "unrecorded": lambda data, name: (f"{_text(data, 'events')} events before this were NOT ON DISK until now",
                                      "unrecorded"),
}
