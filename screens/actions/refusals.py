"""Why an action cannot be done now. Each answers with a sentence for the operator, or "" when nothing is in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from screens.actions.record import Facts

RUNNING = "running"
ENDED = frozenset(
    {
        "ran",
        "passed",
        "confirmed",
        "failed",
        "inconclusive",
        "stopped",
        "timed out",
        "unknown",
        "did not start",
        "lost",
    }
)


def nobody_stopped(facts: Facts) -> str:
    return "" if facts.stopped else "No stopped process holds the record."


def no_incident_open(facts: Facts) -> str:
    looked_at = facts.incident or facts.last_place not in ("", "watch")  # also a checklist without an incident
    return "" if facts.open_incidents or looked_at else "No incident is open. d declares one."


def nothing_to_open(facts: Facts) -> str:
    return "" if facts.incident or facts.lamp or facts.part else "No incident is open. d declares one."


def no_other_incident(facts: Facts) -> str:
    here = 1 if facts.incident is not None and not facts.incident.closed else 0
    return "" if facts.open_incidents > here else "No other incident is open."


def no_last_place(facts: Facts) -> str:
    return "" if facts.last_place else "There is no place before this one yet."


def no_runbook(facts: Facts) -> str:
    return "" if facts.runbook else "No runbook is under the cursor. / searches for another."


def no_blank(facts: Facts) -> str:
    return "" if facts.blank else "No blank is under the cursor."


def not_filled(facts: Facts) -> str:
    return no_blank(facts) or ("" if facts.filled else "It is open already.")


def nothing_offered(facts: Facts) -> str:
    return no_blank(facts) or ("" if facts.offered else "It was never filled in before: there is nothing to suggest.")


def nothing_fills(facts: Facts) -> str:
    return "" if facts.filling else "No command runs for a blank."


def no_checklist(facts: Facts) -> str:
    return "" if facts.row is not None else "This checklist is empty: nothing asks for a value."


def no_incident_here(facts: Facts) -> str:
    return "" if facts.incident else "No incident is under the cursor. d declares one."


def no_section(facts: Facts) -> str:
    linked = facts.part or (facts.lamp and facts.lamp.runbook)
    return "" if linked else "This lamp is linked to no runbook."


def no_probe(facts: Facts) -> str:
    if facts.lamp is None or facts.lamp.id.startswith("config:"):
        return "There is no probe behind this lamp."
    return ""


def not_latched(facts: Facts) -> str:
    return "" if facts.lamp and facts.lamp.latched else "No latch holds this lamp: it becomes well by itself."


def no_item(facts: Facts) -> str:
    return "" if facts.row and facts.row.item else "The cursor is not on a step."


def nothing_to_copy(facts: Facts) -> str:
    return "" if facts.output or (facts.row and facts.row.item) else "There is nothing to copy here."


def no_output(facts: Facts) -> str:
    return "" if facts.output else "Nothing has run here yet."


def is_over(facts: Facts) -> str:
    """No step of a closed incident changes any more."""
    return "This incident is closed. m then o reopens it." if facts.incident and facts.incident.closed else ""


def nothing_to_enter(facts: Facts) -> str:
    if facts.row is None:
        return "This checklist is empty. n writes a note; d declares with a runbook."
    return is_over(facts)


def nothing_to_proceed(facts: Facts) -> str:
    if reason := nothing_to_enter(facts):
        return reason
    assert facts.row is not None
    if facts.incident is not None and facts.incident.going():
        return "A chain runs already. x on one of its steps stops it."
    if facts.row.item is None and facts.row.total == facts.row.done:
        return "Nothing is open under this heading."
    if not facts.ahead:
        return "Nothing is open in this section from here on."
    return ""


def cannot_run_again(facts: Facts) -> str:
    row = facts.row
    if row is None or row.item is None or not row.item.runs:
        return "Only a step that runs can run again."
    if row.state.word == RUNNING:
        return "It is still running. x stops it."
    if row.state.word not in ENDED:
        return is_over(facts) or "It has not run yet. enter runs it."
    return is_over(facts)


def cannot_edit(facts: Facts) -> str:
    row = facts.row
    if row is None or row.item is None or not row.item.runs:
        return "Only the command of a step can be edited."
    if row.state.word == RUNNING:
        return "It is running. x stops it."
    return incident_is_closed(facts)


def nothing_to_stop(facts: Facts) -> str:
    last = facts.row.state.last if facts.row is not None else None
    if facts.row is not None and (facts.row.state.word == RUNNING or (last is not None and last.may_live_on)):
        return ""
    if facts.row is not None and facts.incident is not None and facts.row.key in facts.incident.queued():
        return ""
    return "Nothing runs here. q goes back; at home it leaves Handrail."


def cannot_leave_out(facts: Facts) -> str:
    row = facts.row
    if row is None or row.item is None:
        return "The cursor is not on a step."
    if row.state.word == RUNNING:
        return "It is running. x stops it first."
    if row.state.word in ("passed", "confirmed", "ticked", "skipped"):
        return f"It is already {row.state.word}."
    return is_over(facts)


def nothing_to_judge(facts: Facts) -> str:
    row = facts.row
    if row is not None and row.state.word in ("ran", "confirmed"):
        return is_over(facts)
    return "Only a step that ended as ran waits for your judgement."


def nothing_to_type_into(facts: Facts) -> str:
    if facts.row is not None and facts.row.state.word == RUNNING:
        return ""
    return "Nothing runs here that could be typed into."


def cannot_accept(facts: Facts) -> str:
    if reason := no_incident_here(facts):
        return reason
    assert facts.incident is not None
    if facts.incident.kind != "incident":
        return "This is a checklist without an incident: nobody has to accept it."
    return incident_is_closed(facts)


def cannot_acknowledge(facts: Facts) -> str:
    if reason := cannot_accept(facts):
        return reason
    assert facts.incident is not None
    mine = facts.me and facts.incident.holder == facts.me and not facts.incident.offered_to
    return "It is yours already. m then h hands it over." if mine else ""


def cannot_link(facts: Facts) -> str:
    return no_incident_here(facts) or no_other_incident(facts)


def incident_is_closed(facts: Facts) -> str:
    if facts.incident is not None and facts.incident.closed:
        return "It is closed. m then o reopens it."
    return no_incident_here(facts)


def cannot_change_severity(facts: Facts) -> str:
    if facts.incident is not None and facts.incident.level is None:
        return "A checklist without an incident has no severity."
    return incident_is_closed(facts)


def cannot_reopen(facts: Facts) -> str:
    if facts.incident is not None and (facts.incident.closed or facts.incident.status in ("resolved", "false alarm")):
        return ""
    return "It is open already."


def cannot_reclass(facts: Facts) -> str:
    return no_item(facts) or is_over(facts)


def nothing_drifted(facts: Facts) -> str:
    return "" if facts.drifted else "The runbook's file is what this checklist froze."
