"""Labels that depend on what is under the cursor: an operator never has to guess what enter will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handrail.runbook.model import Item
    from screens.actions.record import Facts


def enter_label(facts: Facts) -> str:
    """What enter does to the item under the cursor, in one word."""
    row = facts.row
    if row is None:
        return ""
    if row.closed:
        return "why"
    if row.kind == "options" or row.waits_on:
        return "decide"
    if row.item is None:
        return "fold"
    if row.item.kind == "decision" and row.item.choices:
        return "decide"
    if row.item.kind in ("reference", "manual") and row.state.word in ("open", "deferred") and _leads_on(row.item):
        return "open"
    if row.item.kind in ("reference", "template"):
        return "read"
    word = row.state.word
    if facts.starting:
        return "starts"
    if facts.too_soon:
        return "…"
    if word in ("open", "deferred"):
        return "run" if row.item.runs else "decide" if row.item.kind == "decision" else "tick"
    if word == "running":
        return "attach" if facts.run is not None and facts.run.screen else "output"
    if word == "ran" and row.state.seen is None:
        return "looks right"
    if row.item.runs and word not in ("passed", "confirmed", "skipped"):
        return "choose"
    return "output" if row.state.last else "-"


def _leads_on(item: Item) -> bool:
    from handrail.shelf.links import leading_on  # here, so that the first frame does not wait for it

    return bool(leading_on(item))


def lamp_enter_label(facts: Facts) -> str:
    return "part" if facts.part else "runbook"


def mute_label(facts: Facts) -> str:
    return "unmute" if facts.lamp and facts.lamp.word == "MUTED" else "mute"


def tab_label(facts: Facts) -> str:
    """The tab that comes next."""
    return "checklist" if facts.place == "timeline" else "timeline"
