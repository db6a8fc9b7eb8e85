"""What a person says about an item: filled in, ticked, skipped, left for later, seen and right, looks wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handrail.acts.decision import LONGEST_NOTE, Decision, clock_time, no_reason, over
from handrail.errors import Refusal
from handrail.incident.checklist import DONE
from handrail.incident.events import Draft
from handrail.incident.incident import Incident
from handrail.runbook.model import Item


def note(incident: Incident, text: str, at: datetime | None = None) -> Decision:
    """Words for the timeline, about the moment `at`. A closed incident takes them too: reviews go on."""
    text = text.strip()
    if not text:
        return Refusal("empty", "An empty note says nothing.")
    if len(text) > LONGEST_NOTE:
        return Refusal("too-long", f"A note has at most {LONGEST_NOTE} characters; this one has {len(text)}.",
                       "Attach long texts as a file.")
    return [Draft("note", {"text": text}, occurred_at=at)]


def fill(incident: Incident, call: str, values: Mapping[str, str]) -> Decision:
    """Fill blanks of a call: a value for each name."""
    if refusal := over(incident):
        return refusal
    old = {value.name: value.text for value in incident.values if value.call == call}
    return [Draft("value", {"name": name, "call": call, "old": old.get(name), "new": text, "secret": False})
            for name, text in values.items() if old.get(name) != text]


def tick(incident: Incident, key: str, item: Item) -> Decision:
    """A human step was done."""
    if refusal := over(incident):
        return refusal
    if item.runs:
        return Refusal("not-a-tick", "This step runs; its end decides, not a tick.", "Enter starts it, s skips it.")
    if refusal := _settled(incident, key):
        return refusal
    return [Draft("step_ticked", {"item": key, "old": incident.item(key).word})]


def skip(incident: Incident, key: str, reason: str) -> Decision:
    if refusal := over(incident) or no_reason(reason, "skip a step") or _busy(incident, key) or _settled(incident, key):
        return refusal
    return [Draft("step_skipped", {"item": key, "old": incident.item(key).word}, reason=reason.strip())]


def defer(incident: Incident, key: str, reason: str) -> Decision:
    """Left for later: it stays owed and does not count as done."""
    if refusal := over(incident) or no_reason(reason, "leave a step for later") or _busy(incident, key):
        return refusal
    if refusal := _settled(incident, key):
        return refusal
    if incident.item(key).word == "deferred":
        return Refusal("already-deferred", "This step is left for later already.")
    return [Draft("step_deferred", {"item": key, "old": incident.item(key).word}, reason=reason.strip())]


def judge(incident: Incident, key: str, ok: bool) -> Decision:
    """The operator's verdict on a step that ended as `ran`: only a person can say what nothing was expected of."""
    if refusal := over(incident):
        return refusal
    state = incident.item(key)
    if state.seen is not None:
        said = "right" if state.seen else "wrong"
        return Refusal("already-judged", f"{state.by or 'Somebody'} judged it {said} already.")
    if state.word != "ran" or state.last is None:
        return Refusal("nothing-to-judge", f"Only a step that ran is judged; this one is {state.word}.")
    return [Draft("step_seen", {"item": key, "run": state.last.run, "ok": ok}, id=f"seen:{state.last.run}")]


def _busy(incident: Incident, key: str) -> Refusal | None:
    state = incident.item(key)
    if key in incident.queued():
        return Refusal("queued", "It is in a chain that still runs; its turn comes by itself.", "x stops the chain.")
    if state.word != "running" or state.last is None:
        return None
    return Refusal("running", f"It is running, started by {state.last.by} at {clock_time(state.last.started_at)}.",
                   "Stop it first.")


def _settled(incident: Incident, key: str) -> Refusal | None:
    state = incident.item(key)
    if state.word not in DONE:
        return None
    when = f" at {clock_time(state.at)}" if state.at else ""
    return Refusal("already-done", f"It is {state.word} already, by {state.by or 'somebody'}{when}.")
