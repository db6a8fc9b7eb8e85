"""Re-classing a step by hand: whether it may be, and the event that says so."""

from __future__ import annotations

from handrail.acts.decision import Decision, over
from handrail.errors import Refusal
from handrail.incident.events import Draft
from handrail.incident.incident import Incident
from handrail.runbook.classing import NOT_A_STEP, word_of, words_for
from handrail.runbook.model import Item


def refusal(incident: Incident, key: str, item: Item, word: str) -> Refusal | None:
    """Why CALL:ITEM cannot become `word`; None when it can."""
    if refused := over(incident):
        return refused
    if word not in words_for(item):
        return Refusal("no-such-class", f"It cannot be {word!r}.", f"One of {', '.join(words_for(item))}.")
    if word == word_of(item):
        return Refusal("same", f"It is {word} already.")
    state = incident.item(key).word
    if word == NOT_A_STEP and state != "open":
        return Refusal("begun", f"It is {state} here: what was begun stays a step.", "Write a note instead.")
    return None


def reclass(incident: Incident, key: str, item: Item, word: str) -> Decision:
    """CALL:ITEM is `word` from now on; `item` is how it was before."""
    return refusal(incident, key, item, word) or [Draft("step_reclassed", {
        "item": key, "title": item.title, "old": word_of(item), "new": word})]
