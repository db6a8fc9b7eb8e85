"""What was decided: the answer to a question of the runbook, or one of its options. An answer can be given again."""

from __future__ import annotations

from collections.abc import Callable

from handrail.acts.decision import Decision, clock_time, over
from handrail.errors import Refusal
from handrail.incident.branches import FREE, branches, groups
from handrail.incident.checklist import Checklist, split_key
from handrail.incident.events import Draft
from handrail.incident.incident import Incident
from handrail.runbook.model import Runbook


def decide(incident: Incident, key: str, choice: str, runbook_of: Callable[[str], Runbook]) -> Decision:
    """Answer the question `key` (CALL:ITEM, or CALL:GROUP? for a choice between options).

    `choice` is one of the question's answers; of options, the id of one. Giving another answer later corrects the
    first: what hangs on it opens and closes anew, and what was done meanwhile stays done.
    """
    if refusal := over(incident) or barred(incident, key, runbook_of):
        return refusal
    asked = _asked(incident, key, runbook_of)
    if asked is None:
        return Refusal("not-a-question", "There is no question here any more.")
    title, answers = asked
    if choice not in answers:
        return Refusal("no-such-answer", f"{choice!r} is no answer here.", f"One of {', '.join(answers.values())}.")
    old = incident.decisions.get(key, "")
    if old == choice:
        return Refusal("same-answer", f"{answers[choice]!r} was decided already{_when(incident, key)}.")
    return [Draft("decision", {"item": key, "choice": choice, "old": old, "title": title, "said": answers[choice]})]


def barred(incident: Incident, key: str, runbook_of: Callable[[str], Runbook]) -> Refusal | None:
    """Refuses an item that the answer to a question put out of the way."""
    call_id, item_id = split_key(key)
    call = next((call for call in incident.calls if call.id == call_id), None)
    if call is None:
        return None
    branch = branches(incident, call_id, runbook_of(call.sha256).under(call.section)).get(item_id, FREE)
    return closed(branch.closed) if branch.closed else None


def closed(why: str) -> Refusal:
    """The refusal of a closed item, as the domain and the screen say it."""
    return Refusal("closed-by-answer", f"It is not to be done: {why}.", "Answer that question again to open it.")


def question_of(checklist: Checklist, key: str) -> str:
    """The key of the question that opens or closes an item; "" when nothing does."""
    row = checklist.row(key)
    if row is None or row.item is None:
        return ""
    call, _ = split_key(key)
    if row.item.when and (question := f"{call}:{row.item.when}") and checklist.row(question) is not None:
        return question
    return f"{call}:{row.item.options}?" if row.item.options else ""


def _asked(incident: Incident, key: str, runbook_of: Callable[[str], Runbook]) -> tuple[str, dict[str, str]] | None:
    """The question's title and its answers, each with the words for people."""
    call_id, item_id = split_key(key)
    call = next((call for call in incident.calls if call.id == call_id), None)
    if call is None:
        return None
    items = runbook_of(call.sha256).under(call.section)
    if item_id.endswith("?"):
        group = groups(call_id, items).get(item_id[:-1])
        return None if group is None else ("which option", {item.id: item.title for item in group.items})
    item = next((item for item in items if item.id == item_id and item.kind == "decision"), None)
    return None if item is None else (item.title, {choice: choice for choice in item.choices})


def _when(incident: Incident, key: str) -> str:
    state = incident.item(key)
    return f", by {state.by} at {clock_time(state.at)}" if state.by and state.at else ""
