"""Whether a step may start, decided on the incident as it stands under the lock."""

from __future__ import annotations

import os
from datetime import datetime

from handrail.acts.adapting import first_use
from handrail.acts.decision import Decision, clock_time, over
from handrail.clock import short_duration
from handrail.errors import Refusal
from handrail.incident.events import Draft
from handrail.incident.incident import Incident, ItemState
from handrail.incident.prepare import Consent, Prepared
from handrail.runbook.model import Item

# From these a step starts without being asked for a second time.
FRESH = frozenset({"open", "deferred"})


def start(incident: Incident, key: str, item: Item, prepared: Prepared, consent: Consent | None, *, again: bool,
          run: str, now: datetime) -> Decision:
    """The start of `item` as `run`, or why not. `prepared` is what would run as of this very incident."""
    state = incident.item(key)
    refusal = (over(incident) or _running(state, now) or queued(incident, key) or (None if again else _ran(state))
               or prepared.refused or _blank(prepared) or _unconfirmed(prepared, consent))
    if refusal is not None:
        return refusal
    return [*first_use(incident, prepared), Draft("step_started", {
        "item": key, "run": run, "command": prepared.command, "original": prepared.original,
        "risk": prepared.risk, "title": item.title,
        **({"targets": {target.key: str(target) for target in prepared.targets}} if prepared.targets else {}),
    }, id=f"start:{run}")]


def new_run(now: datetime) -> str:
    """A name for a run: readable in a list of folders, and short, for a socket's path has 107 bytes in all."""
    return f"{now:%H%M%S}-{os.urandom(3).hex()}"


def _running(state: ItemState, now: datetime) -> Refusal | None:
    attempt = next((attempt for attempt in state.attempts if not attempt.verdict), None)
    if attempt is None:
        return None
    since = short_duration((now - attempt.started_at).total_seconds())
    return Refusal("already-running",
                   f"{attempt.by} started it at {clock_time(attempt.started_at)}, {since} ago: it is running.",
                   "Enter shows its output.")


def queued(incident: Incident, key: str) -> Refusal | None:
    """Refuses what a chain is going to run by itself."""
    chain = incident.queued().get(key)
    if chain is None:
        return None
    return Refusal("queued", f"It is in the chain that {chain.by} began at {clock_time(chain.at)}: it runs by itself.",
                   "x stops the chain before it.")


def _ran(state: ItemState) -> Refusal | None:
    if state.word in FRESH:
        return None
    when = f" at {clock_time(state.at)}" if state.at else ""
    return Refusal("already-ran", f"It {_ended(state)} already, by {state.by or 'somebody'}{when}.", "r runs it again.")


def _blank(prepared: Prepared) -> Refusal | None:
    if not prepared.blanks:
        return None
    return Refusal("blank", f"It has open blanks: {', '.join(prepared.blanks)}.", "Fill them in first.")


def _unconfirmed(prepared: Prepared, consent: Consent | None) -> Refusal | None:
    """What was seen must be what would run; a change needs to have been seen, a destruction a typed word."""
    if consent is not None and consent.targets is not None and consent.targets != (prepared.targets or ()):
        return Refusal("changed", "What it reaches is not what you saw any more.", "Look at it again.")
    if consent is not None and consent.command != prepared.command:
        return Refusal("changed", "What would run is not what you saw any more.",
                       "Its values, rewrites or target changed: look at it again.")
    if prepared.risk == "read":
        return None
    if consent is None:
        what = "destroys" if prepared.risk == "destructive" else "changes things"
        return Refusal("not-confirmed", f"It {what} and was not confirmed.", "Confirm it first.")
    if prepared.risk == "destructive" and consent.typed != prepared.word:
        return Refusal("wrong-word", f"It destroys: {prepared.word!r} was not typed.", "Type the word as it is shown.")
    return None


def _ended(state: ItemState) -> str:
    """The word as a verb: it ran, it failed, it was stopped."""
    return state.word if state.word in ("ran", "passed", "failed", "timed out", "did not start") else f"is {state.word}"
