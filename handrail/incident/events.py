"""Events: the only thing an incident is made of. Values only; `store` seals them, `incident.fold` adds them up.

An event says what it set (old and new where there is an old), who did it, from where, when it happened
(`occurred_at`, claimed) and when it was written (`recorded_at`, the clock). Nothing is overwritten: a correction is
a new event. Kinds that this version does not know are kept and shown.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KINDS: frozenset[str] = frozenset({
    # the incident itself
    "proposed", "declared", "acknowledged", "status", "severity", "milestone", "role", "condition",
    "reopened", "resolved", "closed", "false_alarm", "link",
    # the checklist
    "call_opened", "value", "decision", "step_started", "step_finished", "step_ticked", "step_seen",
    "step_skipped", "step_deferred", "step_overridden",
    # words and papers
    "note", "correction", "message", "escalation", "evidence", "review", "action_item",
    # clocks
    "deadline_set", "deadline_met", "deadline_breached", "deadline_waived",
    # the record about itself
    "resealed",
})

STATUSES: tuple[str, ...] = (
    "proposed", "investigating", "identified", "mitigating", "monitoring", "resolved", "closed", "false alarm",
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. A shared account has no name, so the name is asked for; the rest is what the system knows.

    `name` is "handrail" for what the program itself derives (the end of a run, a breached deadline).
    """

    name: str
    account: str = ""
    tty: str = ""
    ssh: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it is sealed. `id` is derived (`finish:RUN`) where any process may write it, else random.

    The first event stored under an id wins; a second one with the same id is a no-op.
    `occurred_at` None means: now, as the store sees it.
    """

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    occurred_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Event:
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
