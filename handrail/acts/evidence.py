"""Evidence first: whether a step that changes something has to wait for a collection, and the choice not to wait.

Pure. What a scenario asks for comes from the pack; what was collected, from the steps that ran.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import PurePath

from handrail.acts.decision import Decision, no_reason, over
from handrail.acts.sections import anchor, find
from handrail.errors import Refusal, UsageError
from handrail.incident.checklist import split_key
from handrail.incident.events import Draft
from handrail.incident.incident import Call, Incident
from handrail.pack.model import EvidenceRule, Pack, Scenario
from handrail.runbook.model import Item, Risk, Runbook

RULE = "evidence"
HELD = "evidence-first"
# The reasons that a choice may have; the last one is told in words of one's own.
REASONS = ("active harm", "already done", "not applicable", "other")

TOOK = frozenset({"ran", "passed", "confirmed"})

RunbookOf = Callable[[str], Runbook]


@dataclass(frozen=True, slots=True)
class Held:
    """Why a step is held. `collect` is what to open first, as a link of the step's runbook ("" for nothing to open);
    `scope` is what a recorded choice would hold for."""

    sentence: str
    remedy: str
    scope: str
    collect: str = ""

    @property
    def refusal(self) -> Refusal:
        return Refusal(HELD, self.sentence, self.remedy)


def held(incident: Incident, key: str, item: Item, risk: Risk, pack: Pack | None, runbook_of: RunbookOf,
         bad: Collection[str] = ()) -> Held | None:
    """Why `item` (CALL:ITEM is `key`) has to wait, None when it need not. `bad` names the probes that are not well."""
    rule, scenario, call = _rule_of(incident, pack), _scenario_of(incident, pack), _call_of(incident, key)
    if rule is None or scenario is None or call is None or not item.runs:
        return None
    scope = f"{call.id}#{anchor(item.section[-1]) if item.section else ''}"
    if any(waiver.rule == RULE and waiver.scope == scope for waiver in incident.waivers):
        return None
    collecting = _is_collection(item, call, rule)
    if scenario.evidence == "after" and collecting:
        return None if not rule.room or rule.room not in bad else Held(
            "There is no room for a collection: it would take the space that is missing.", "Clear space first.", scope)
    if collecting or risk == "read":
        return None
    if scenario.evidence == "first":
        return _first(incident, call, rule, scope, runbook_of)
    if scenario.evidence == "snapshot" and rule.snapshot:
        return _snapshot(incident, item, rule, scope, runbook_of)
    return None


def waive(incident: Incident, key: str, scope: str, choice: str, words: str = "") -> Decision:
    """Go on without evidence first, for a reason that is one of REASONS; "other" needs words."""
    if refusal := over(incident):
        return refusal
    if choice not in REASONS:
        return Refusal("no-such-reason", f"{choice!r} is no reason here.", f"One of {', '.join(REASONS)}.")
    if choice == "other" and (refusal := no_reason(words, "go on without evidence")):
        return refusal
    return [Draft("interlock", {"rule": RULE, "item": key, "scope": scope, "choice": choice},
                  reason=words.strip() or choice)]


def collected(incident: Incident, rule: EvidenceRule, runbook_of: RunbookOf, *, early: bool) -> bool:
    """Whether something was collected in full or, where the `early` collection suffices, by that one."""
    links = [rule.collect, *([rule.early] if early and rule.early else [])]
    return any(_took_effect(incident, link, runbook_of) for link in links)


def owed(incident: Incident, pack: Pack | None, runbook_of: RunbookOf) -> bool:
    """Whether the full collection is still to be done: the scenario asks for one, and there is none."""
    rule, scenario = _rule_of(incident, pack), _scenario_of(incident, pack)
    if rule is None or scenario is None or scenario.evidence in ("", "snapshot"):
        return False
    spared = any(waiver.rule == RULE and waiver.choice in ("already done", "not applicable")
                 for waiver in incident.waivers)
    return not spared and not collected(incident, rule, runbook_of, early=False)


def _first(incident: Incident, call: Call, rule: EvidenceRule, scope: str, runbook_of: RunbookOf) -> Held | None:
    early = bool(rule.early) and PurePath(call.document).name in rule.early_for
    if collected(incident, rule, runbook_of, early=early):
        return None
    return Held("Evidence first: this changes what is still to be collected.",
                "enter offers the collection, or a reason to go on without it.", scope,
                rule.early if early else rule.collect)


def _snapshot(incident: Incident, item: Item, rule: EvidenceRule, scope: str, runbook_of: RunbookOf) -> Held | None:
    if item.title == rule.snapshot or _ran_titled(incident, rule.snapshot, runbook_of):
        return None
    return Held(f"The snapshot comes first ({rule.snapshot}): this would wipe what it shows.",
                "enter asks for a reason to go on without it.", scope)


def _ran_titled(incident: Incident, title: str, runbook_of: RunbookOf) -> bool:
    for call in incident.calls:
        for item in runbook_of(call.sha256).under(call.section):
            if item.title == title and incident.item(f"{call.id}:{item.id}").word in TOOK:
                return True
    return False


def _took_effect(incident: Incident, link: str, runbook_of: RunbookOf) -> bool:
    file, _, wanted = link.partition("#")
    for call in incident.calls:
        if PurePath(call.document).name != file:
            continue
        runbook = runbook_of(call.sha256)
        try:
            items = runbook.under(find(runbook, wanted))
        except UsageError:
            continue
        if any(incident.item(f"{call.id}:{item.id}").word in TOOK for item in _artefacts(items)):
            return True
    return False


def _artefacts(items: Iterable[Item]) -> Iterable[Item]:
    """The steps that collect something: of several, not the first, which makes the folder."""
    runs = [item for item in items if item.runs]
    return runs[1:] if len(runs) > 1 else runs


def _is_collection(item: Item, call: Call, rule: EvidenceRule) -> bool:
    """Whether the step stands in a runbook that collects evidence."""
    files = {link.partition("#")[0] for link in (rule.collect, rule.early) if link}
    return PurePath(call.document).name in files


def _call_of(incident: Incident, key: str) -> Call | None:
    id, _ = split_key(key)
    return next((call for call in incident.calls if call.id == id), None)


def _rule_of(incident: Incident, pack: Pack | None) -> EvidenceRule | None:
    return pack.evidence if pack is not None and pack.id == incident.pack else None


def _scenario_of(incident: Incident, pack: Pack | None) -> Scenario | None:
    scenarios = pack.scenarios if pack is not None else ()
    return next((one for one in scenarios if one.id == incident.scenario), None) if incident.scenario else None
