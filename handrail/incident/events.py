"""Events: the only thing an incident is made of. Values only; `store` seals them, `incident.fold` adds them up.

An event says what it set (old and new where there is an old), who did it, from where, when it happened
(`occurred_at`, claimed) and when it was written (`recorded_at`, the clock). Nothing is overwritten: a correction is
a new event. Kinds that this version does not know are kept and shown.

What `data` holds, by kind (`old` is what stood there before; `item` is CALL:ITEM; times are ISO 8601):

    proposed            title, pack, scenario, level {scheme, name, short, rank}, source, fingerprint
    declared            title, pack, scenario, level, kind "incident" or "checklist", detected_at
    acknowledged        by, old
    status              old, new (one of STATUSES)
    severity            old, new (levels)
    milestone           name; the moment is the event's `occurred_at`
    role                role, person ("" gives it up), old
    condition           name, text, state "engaged" or "cleared", until
    call_opened         call, document, sha256, section [titles], parent, title
    value               name, call, old, new (None clears it), secret (then neither old nor new is kept), source
    value_command       call, name, command (what it prints is to fill the blank)
    decision            item (or CALL:GROUP? of options), choice, old, title, said (the choice in words)
    step_started        item, run, command, original, risk, title, targets {kind: text}
    step_edited         item, old, new ("" takes it back), attempts (how many there were: it holds for the next one)
    step_reclassed      item, title, old, new (words such as "reads"; the class itself lies beside the incidents)
    replacement         old, new: words that stand for others in every step from now on
    target_pinned       target (its kind), old, new: what steps of that kind reach
    step_finished       item, run, verdict, why, exit, signal, seconds, bytes, sha256 (of the first `bytes` of output),
                        remarks [sentences]
    chain_started       chain, steps [{item, run, command, original, risk, title}], go_on (past failures); what then
                        runs of it is recorded as step_started with `by`, who began the chain
    chain_ended         chain, why
    step_ticked         item, old
    step_seen           item, run, ok
    step_skipped        item, old, applies (False: not applicable)
    step_deferred       item, old
    step_overridden     item, old
    interlock           rule ("evidence"), item, scope (what of the checklist it holds for), choice; the reason says why
    handover            to ("" takes the offer back), old
    lamps               item, run, lamps [{id, title, before {word, value}, after {word, value} or None}]
    note                text
    correction          of (event id), and one or more of: void True, data {keys that were wrong}; the moment that
                        was wrong is corrected by `occurred_at` in data
    message             template, to, text, sent, next_update_at
    escalation          rung, to, how, rule
    evidence            name, sha256, bytes, source, started_at, ended_at, why (when there is nothing)
    link                relation ("duplicate of", "merged into", "child of", "related"), to, removed
    review              part, old, new
    action_item         action, text, type, owner, due_at, state, old
    deadline_set        deadline, kind, text, due_at, rule
    deadline_met, deadline_breached, deadline_waived    deadline
    resolved, closed, reopened, false_alarm             (the reason says why)
    resealed            backup, sha256 (of the bytes found), findings
    redacted            of (event id)
    exported            file, sha256, bytes (of the archive), head (the last hash in it), runs (whose output it holds)
    given_back          runs (whose output is no longer here, since an export holds it), bytes
    unrecorded          events (how many of those before this one were kept in memory while the disk was away), from, to
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from handrail.incident.sharing import share

KINDS: frozenset[str] = frozenset({
    # the incident itself
    "proposed", "declared", "acknowledged", "status", "severity", "milestone", "role", "condition",
    "reopened", "resolved", "closed", "false_alarm", "link", "handover",
    # the checklist
    "call_opened", "value", "value_command", "decision", "step_started", "step_finished", "step_ticked", "step_seen",
    "chain_started", "chain_ended",
    "step_skipped", "step_deferred", "step_overridden", "interlock",
    "step_edited", "step_reclassed", "replacement", "target_pinned",
    # words and papers
    "lamps", "note", "correction", "message", "escalation", "evidence", "review", "action_item",
    # clocks
    "deadline_set", "deadline_met", "deadline_breached", "deadline_waived",
    # the record about itself
    "resealed", "redacted", "unrecorded", "exported", "given_back",
})

# An incident in one of these needs nobody now; any other status means it is open.
ENDED: frozenset[str] = frozenset({"resolved", "closed", "false alarm"})
OVER: frozenset[str] = frozenset({"closed", "false alarm"})

STATUSES: tuple[str, ...] = (
    "proposed", "investigating", "identified", "mitigating", "monitoring", "resolved", "closed", "false alarm",
)


class Actor(Struct, frozen=True):
    """Who acts. A shared account has no name, so the name is asked for; the rest is what the system knows.

    `name` is "handrail" for what the program itself derives (the end of a run, a breached deadline).
    """

    name: str
    account: str = ""
    tty: str = ""
    ssh: str = ""
    host: str = ""

    def __post_init__(self) -> None:
        share(self, "name", "account", "tty", "ssh", "host")


class Draft(Struct, frozen=True):
    """An event before it is sealed. `id` is derived (`finish:RUN`) where any process may write it, else random.

    The first event stored under an id wins; a second one with the same id is a no-op.
    `occurred_at` None means: now, as the store sees it.
    """

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: os.urandom(16).hex())
    occurred_at: datetime | None = None
    reason: str = ""


class Event(Struct, frozen=True):
    """A sealed event. `n` counts from 1; `h` is sha256(previous h + canonical event); times are aware, UTC.

    `zone` is the writer's offset from UTC in minutes, so that a time can be shown as the writer saw it.
    """

    n: int
    id: str
    kind: str
    data: Mapping[str, Any]
    actor: Actor
    occurred_at: datetime
    recorded_at: datetime
    zone: int
    reason: str
    h: str
