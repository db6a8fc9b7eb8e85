"""Standing conditions as steps make them: a kill switch is engaged by its section, and cleared by its restoration."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePath

from handrail.acts.sections import find
from handrail.errors import UsageError
from handrail.incident.checklist import split_key
from handrail.incident.events import Draft
from handrail.incident.incident import Attempt, Incident
from handrail.pack.model import Pack, StandingRule
from handrail.runbook.model import Item, Runbook

# Ended so, a step did what it does, or nobody can be sure that it did not.
TOOK_EFFECT = frozenset({"ran", "passed", "unknown", "stopped", "timed out", "lost", "inconclusive"})

RunbookOf = Callable[[str], Runbook]
Done = tuple[Item, Attempt]


def standing(incident: Incident, pack: Pack, runbook_of: RunbookOf) -> list[Draft]:
    """The conditions that were engaged or cleared by steps of this incident and do not say so yet.

    Engaged: a step of the rule's section that changes things took effect. Cleared: the last step of the restoration
    passed after that. Raises HandrailError when a document cannot be read.
    """
    drafts = []
    for rule in pack.conditions:
        thrown = _latest(attempt for item, attempt in _done(incident, rule.engage, runbook_of)
                         if item.risk != "read" and attempt.verdict in TOOK_EFFECT)
        restored = _latest(attempt for item, attempt in _done(incident, rule.clear, runbook_of, last=True)
                           if attempt.verdict == "passed")
        holds = any(condition.name == rule.id for condition in incident.standing)
        over = thrown is not None and restored is not None and _ended(restored) > _ended(thrown)
        if thrown is not None and not holds and not over:
            drafts.append(Draft("condition", {
                "name": rule.id, "text": rule.text, "state": "engaged", "until": rule.until,
            }, id=f"engaged:{rule.id}:{thrown.run}", occurred_at=thrown.ended_at))
        elif holds and over and restored is not None:
            drafts.append(Draft("condition", {"name": rule.id, "text": rule.text, "state": "cleared"},
                                id=f"cleared:{rule.id}:{restored.run}", occurred_at=restored.ended_at))
    return drafts


def rules_of(pack: Pack, document: str, section: tuple[str, ...], runbook: Runbook) -> list[StandingRule]:
    """The rules that steps of this section of a document engage or clear."""
    def within(link: str) -> bool:
        path = _path(link, document, runbook)
        return path is not None and path == section[: len(path)]

    return [rule for rule in pack.conditions if within(rule.engage) or within(rule.clear)]


def _done(incident: Incident, link: str, runbook_of: RunbookOf, *, last: bool = False) -> list[Done]:
    """The ended attempts at the steps of a section, or at its last step only, in all calls that show it."""
    found = []
    for call in incident.calls:
        if PurePath(call.document).name != link.partition("#")[0]:
            continue
        runbook = runbook_of(call.sha256)
        path = _path(link, call.document, runbook)
        steps = [item for item in runbook.under(path) if item.runs] if path is not None else []
        wanted = {item.id: item for item in (steps[-1:] if last else steps)}
        for key, state in incident.items.items():
            of, id = split_key(key)
            if of == call.id and id in wanted:
                found += [(wanted[id], attempt) for attempt in state.attempts if attempt.ended_at is not None]
    return found


def _path(link: str, document: str, runbook: Runbook) -> tuple[str, ...] | None:
    """The heading path of `FILE.md#anchor` in this document; None when it is another or has no such section."""
    file, _, anchor = link.partition("#")
    if PurePath(document).name != file:
        return None
    try:
        return find(runbook, anchor)
    except UsageError:
        return None


def _latest(attempts: Iterable[Attempt]) -> Attempt | None:
    return max(attempts, key=_ended, default=None)


def _ended(attempt: Attempt) -> float:
    return attempt.ended_at.timestamp() if attempt.ended_at is not None else 0.0
