"""Operator: the only door to a change. Thin: each act is decided by a small function of its own in `handrail.acts`."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path

from handrail.clock import Clock
from handrail.errors import Refusal
from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.incident.prepare import Consent, Prepared
from handrail.pack import Pack
from handrail.paths import State
from handrail.watcher import Watcher

__all__ = ["Answer", "Consent", "Operator", "Prepared"]

Answer = Incident | Refusal


class Operator:
    """Acts on a state folder as `actor`. Every act answers a Future at once and is done in a thread of its own.

    A Future resolves with the Incident once the act is on disk and `watcher.now()` shows it, or with a Refusal that
    carries the sentence to show. It raises a HandrailError when the store or a run cannot be reached.
    `prefix` begins the ids of what it declares (INC, or DRILL in a practice world).
    """

    watcher: Watcher
    packs: tuple[Pack, ...]
    actor: Actor

    def __init__(self, state: State, packs: Sequence[Pack], clock: Clock, actor: Actor, prefix: str = "INC") -> None:
        raise NotImplementedError

    def start_polling(self) -> None:
        """Start what a console does by itself: watching, its presence, the probes, the ends of runs, the deadlines."""
        raise NotImplementedError

    def rename(self, name: str) -> None:
        """From now on `name` acts here; remembered for this login."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of everything; runs go on. Never hangs. Acts not yet begun end cancelled."""
        raise NotImplementedError

    # -- the incident

    def declare(self, title: str, pack_id: str, level_name: str, scenario_id: str = "",
                detected_at: datetime | None = None) -> Future[Answer]:
        """Declare an incident; with a scenario its runbook is frozen and a call opened on the scenario's section."""
        raise NotImplementedError

    def open_file(self, path: Path) -> Future[Answer]:
        """A checklist record of a Markdown file; an open one of the same bytes is reused. Raises RunbookError."""
        raise NotImplementedError

    def acknowledge(self, id: str) -> Future[Answer]:
        """Take the incident: the actor holds it from now on. Meets the respond deadline."""
        raise NotImplementedError

    def note(self, id: str, text: str) -> Future[Answer]:
        raise NotImplementedError

    def set_status(self, id: str, status: str) -> Future[Answer]:
        """One of `events.STATUSES` but closed and false alarm, which have acts of their own."""
        raise NotImplementedError

    def set_severity(self, id: str, level_name: str, reason: str) -> Future[Answer]:
        """A level of the incident's own scheme. Sets its deadlines anew."""
        raise NotImplementedError

    def close_incident(self, id: str) -> Future[Answer]:
        raise NotImplementedError

    def reopen(self, id: str, reason: str) -> Future[Answer]:
        raise NotImplementedError

    def false_alarm(self, id: str, reason: str) -> Future[Answer]:
        raise NotImplementedError

    # -- the checklist; `key` is CALL:ITEM

    def prepared(self, incident: Incident, key: str) -> Prepared:
        """What would run for this item. Quick enough for the event loop. Raises UsageError when it is no step."""
        raise NotImplementedError

    def start_step(self, id: str, key: str, consent: Consent | None = None, again: bool = False) -> Future[Answer]:
        """Start a command or request. The start is on disk before anything runs.

        Refused with a code: already-running, already-ran (unless `again`), blank, changed, not-confirmed, wrong-word,
        closed, not-a-step, outside-the-world.
        """
        raise NotImplementedError

    def tick(self, id: str, key: str) -> Future[Answer]:
        raise NotImplementedError

    def skip(self, id: str, key: str, reason: str) -> Future[Answer]:
        raise NotImplementedError

    def defer(self, id: str, key: str, reason: str) -> Future[Answer]:
        raise NotImplementedError

    def judge(self, id: str, key: str, ok: bool) -> Future[Answer]:
        """The operator's own verdict on a step that only `ran`: seen and right, or looks wrong."""
        raise NotImplementedError

    # -- a running step

    def stop_step(self, id: str, run: str) -> Future[Answer]:
        raise NotImplementedError

    def type_in(self, id: str, run: str, data: bytes) -> Future[Answer]:
        raise NotImplementedError
