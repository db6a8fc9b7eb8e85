"""Chains: what the rest of a section would run with one yes, and the record of it while nobody looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handrail.acts.decision import Decision, clock_time, over
from handrail.acts.sections import anchor, bare
from handrail.acts.starting import FRESH, new_run
from handrail.errors import Refusal
from handrail.incident.checklist import Checklist, Row, split_key
from handrail.incident.events import Draft
from handrail.incident.fence_says import runs_alone
from handrail.incident.incident import Chain, Incident
from handrail.incident.prepare import Prepared
from handrail.pack.model import Pack
from handrail.runbook.model import Item
from handrail.runs.chain import ChainState

# What a chain leaves aside on its way: it is settled, or a person put it off.
PASSED_BY = frozenset({"ran", "passed", "confirmed", "ticked", "skipped", "deferred", "overridden", "not applicable"})


@dataclass(frozen=True, slots=True)
class Linked:
    """A step as a chain would run it."""

    row: Row
    prepared: Prepared


@dataclass(frozen=True, slots=True)
class ChainPlan:
    """The steps that one yes would run, in order. `halt` says in words where and why the chain ends before the section
    does, "" when it does not. `go_on`: a failure does not end it. `section` is the heading it runs under."""

    section: str
    steps: tuple[Linked, ...]
    halt: str = ""
    go_on: bool = False


def plan(checklist: Checklist, key: str, prepare: Callable[[str], Prepared | None], pack: Pack | None,
         most: int = 100) -> ChainPlan:
    """The open steps of the section of `key` from there on: at most `most`, none behind one that needs a person."""
    rows, path, section = _beneath(checklist, key)
    steps: list[Linked] = []
    for row in rows:
        if row.item is None or row.number is None or row.closed or row.state.word in PASSED_BY:
            continue
        prepared = prepare(row.key) if row.item.runs and row.state.word == "open" else None
        why = needs_a_person(row, prepared)
        if not why and len(steps) == most:
            why = "no more fit on the screen to be agreed to at once"
        if why or prepared is None:
            return ChainPlan(section, tuple(steps), f"step {row.number}: {why}", goes_on(path, pack))
        steps.append(Linked(row, prepared))
    return ChainPlan(section, tuple(steps), "", goes_on(path, pack))


def first_open(checklist: Checklist, key: str) -> Row | None:
    """The first step that is open in the section of `key`, from there on."""
    rows, *_ = _beneath(checklist, key)
    return next((row for row in rows if row.to_begin), None)


def needs_a_person(row: Row, prepared: Prepared | None) -> str:
    """Why a chain ends before this step, "" when it may run it."""
    item, word = row.item, row.state.word
    if item is None or not item.runs:
        return "it is for a person"
    if row.waits_on:
        return "it hangs on an answer"
    if word not in FRESH:
        return f"it is {word}: decide on it first"
    return unfit(item, prepared)


def unfit(item: Item, prepared: Prepared | None) -> str:
    """Why no chain may run this step whatever its state, "" when one may."""
    if runs_alone(item):
        return "its fence keeps it out where a whole section runs"
    if prepared is None:
        return "what would run there cannot be worked out"
    if prepared.risk == "destructive":
        return "DESTROYS, and is typed for by itself"
    if prepared.blanks:
        return f"it has an open blank ({', '.join(prepared.blanks)})"
    if prepared.refused is not None:
        return prepared.refused.sentence
    if prepared.form.kind == "terminal" or item.interactive:
        return "it needs you at its terminal"
    if prepared.form.endless or (item.long_running and prepared.form.kind == "plain"):
        return "it goes on until it is stopped"
    return ""


def goes_on(path: Sequence[str], pack: Pack | None) -> bool:
    """Whether the pack says that a failure does not end a chain under these headings: containment does what it can."""
    said = {anchor(bare(title)) for title in pack.go_on_after_failure} if pack else set()
    return any(anchor(bare(title)) in said for title in path)


def begin(incident: Incident, steps: Sequence[tuple[str, Item, Prepared]], seen: Sequence[str], chain: str, *,
          go_on: bool, now: datetime) -> Decision:
    """The start of a chain of (key, item, as it would run now); `seen` are the commands that were agreed to."""
    if refusal := over(incident):
        return refusal
    if going := incident.going():
        return Refusal("already-chained", f"{going[0].by} began a chain at {clock_time(going[0].at)}: it still runs.",
                       "x on one of its steps stops it.")
    if not steps:
        return Refusal("not-a-step", "There is nothing to run here.")
    for (key, item, prepared), command in zip(steps, seen, strict=True):
        state = incident.item(key)
        if prepared.command != command or state.word not in FRESH:
            return Refusal("changed", f"{item.title}: not as you saw it any more.", "Nothing was run; look again.")
        if why := unfit(item, prepared):
            return Refusal("unfit", f"{item.title}: {why}.", "Nothing was run.")
    named = [{"item": key, "run": new_run(now), "command": prepared.command, "original": prepared.original,
              "risk": prepared.risk, "title": item.title} for key, item, prepared in steps]
    return [Draft("chain_started", {"chain": chain, "steps": named, "go_on": go_on}, id=f"chain:{chain}")]


def take_in(incident: Incident, chain: Chain, state: ChainState, born: Mapping[str, datetime]) -> Decision:
    """What `chain` has done since the record last heard of it. `born` says when each run of it began, by its id.

    Any process may write this, any number of times: each start is recorded once, and so is the end.
    """
    now = next((each for each in incident.going() if each.id == chain.id), None)
    if now is None:
        return []
    drafts = []
    for step in chain.steps:
        known = any(attempt.run == step.run for attempt in incident.item(step.item).attempts)
        if step.run in born and not known:
            drafts.append(Draft("step_started", {
                "item": step.item, "run": step.run, "command": step.command, "original": step.original,
                "risk": step.risk, "title": step.title, "by": chain.by,
            }, id=f"start:{step.run}", occurred_at=born[step.run]))
    if state.over:
        drafts.append(Draft("chain_ended", {"chain": chain.id, "why": state.why}, id=f"chain-end:{chain.id}"))
    return drafts


def _beneath(checklist: Checklist, key: str) -> tuple[list[Row], tuple[str, ...], str]:
    """The rows of the section that `key` stands in, from `key` on; the section's path; its title."""
    at = next((place for place, row in enumerate(checklist.rows) if row.key == key), None)
    if at is None:
        return [], (), ""
    here, rows = checklist.rows[at], checklist.rows[at:]
    if here.kind != "item":
        beneath = []
        for row in rows[1:]:
            if row.depth <= here.depth:
                break
            beneath.append(row)
        item = next((row.item for row in beneath if row.item is not None), None)
        return beneath, item.section if item else (), here.title
    assert here.item is not None
    path, call = here.item.section, split_key(key)[0]
    within = [row for row in rows if row.item is not None and split_key(row.key)[0] == call
              and row.item.section[:len(path)] == path]
    return within, path, path[-1] if path else ""
