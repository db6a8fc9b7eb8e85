"""What fills a blank: a value, a secret that is not kept, or nothing any more."""

from __future__ import annotations

from handrail.acts.decision import Decision, over
from handrail.errors import Refusal
from handrail.incident.events import Draft
from handrail.incident.incident import Incident, Value

LONGEST = 10_000


def fill_in(incident: Incident, call: str, name: str, text: str, source: str = "") -> Decision:
    """A value for a blank of a call. `source` says where it came from, when not from a person's own hand."""
    if refusal := over(incident) or _too_long(text):
        return refusal
    old = _standing(incident, call, name)
    if old is not None and not old.secret and old.text == text:
        return []
    return [Draft("value", {"name": name, "call": call, "old": None if old is None or old.secret else old.text,
                            "new": text, "secret": False, **({"source": source} if source else {})})]


def fill_secret(incident: Incident, call: str, name: str, text: str) -> Decision:
    """Only that there is a secret now is recorded, never what it is."""
    if refusal := over(incident) or _too_long(text):
        return refusal
    if not text:
        return Refusal("empty", "An empty secret is none.")
    return [Draft("value", {"name": name, "call": call, "old": None, "new": None, "secret": True})]


def empty(incident: Incident, call: str, name: str) -> Decision:
    """Open the blank again."""
    if refusal := over(incident):
        return refusal
    old = _standing(incident, call, name)
    if old is None:
        return Refusal("open-already", f"{name} is open already.")
    return [Draft("value", {"name": name, "call": call, "old": None if old.secret else old.text, "new": None,
                            "secret": False})]


def _standing(incident: Incident, call: str, name: str) -> Value | None:
    return next((value for value in incident.values if (value.call, value.name) == (call, name)), None)


def _too_long(text: str) -> Refusal | None:
    if len(text) <= LONGEST:
        return None
    return Refusal("too-long", f"A value has at most {LONGEST} characters; this one has {len(text)}.")
