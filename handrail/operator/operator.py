"""Operator: the only door to a change. Thin: each act is decided by a small function of its own in `handrail.acts`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from msgspec import structs

from handrail import actor as identity
from handrail.acts import items, lifecycle, taking_back
from handrail.acts.clocks import rows
from handrail.acts.decision import Decision
from handrail.acts.declaring import level_of
from handrail.clock import Clock
from handrail.errors import Refusal, StateError, UsageError
from handrail.incident import filesystem
from handrail.incident.checklist import split_key
from handrail.incident.events import Actor, Event
from handrail.incident.incident import Incident
from handrail.incident.lock import carry_on, holder
from handrail.incident.prepare import Consent, Prepared, prepare, values_of
from handrail.incident.recorder import Recorder
from handrail.incident.store import Decide, Store
from handrail.operator.adapting_acts import AdaptingActs
from handrail.operator.chain_acts import ChainActs
from handrail.operator.chaining import Chains
from handrail.operator.checklist_acts import ChecklistActs
from handrail.operator.housekeeping import Housekeeping
from handrail.operator.incident_acts import IncidentActs
from handrail.operator.keeping import Keeping
from handrail.operator.lamp_acts import LampActs
from handrail.operator.opening import Opener
from handrail.operator.running_acts import RunningActs
from handrail.operator.starting import Starter
from handrail.pack.model import Pack
from handrail.pack.policy import deadlines
from handrail.paper import sheet
from handrail.paths import State
from handrail.runbook.model import Item
from handrail.snapshot import Trouble
from handrail.starting_point import standing_in, surroundings, variables
from handrail.targets.found import targets_of
from handrail.targets.reach import Reach
from handrail.targets.target import Target
from handrail.values.secrets import Secrets
from handrail.watcher import Watcher
from handrail.worker import Worker

__all__ = ["Answer", "Consent", "Operator", "Prepared"]

Answer = Incident | Refusal

# After this long (s) without an answer from the store the screen says who holds it.
IMPATIENT = 1.0


class Operator(ChecklistActs, ChainActs, AdaptingActs, IncidentActs, RunningActs):
    """Acts on a state folder as `actor`. Every act answers a Future at once and is done in a thread of its own.

    A Future resolves with the Incident once the act is on disk and `watcher.now()` shows it, or with a Refusal that
    carries the sentence to show. It raises a HandrailError when the store or a run cannot be reached.
    While the disk cannot be written acts are kept in memory, and recorded as soon as it can be: an Incident with
    `unrecorded` events is NOT ON DISK, and whoever shows it must say so. A step starts so only when it is asked for.
    `prefix` begins the ids of what it declares (INC, or DRILL in a practice world). On a file system that cannot keep
    a record every act raises StateError, unless `unsafe_filesystem`; reading works.
    """

    def __init__(self, state: State, packs: Sequence[Pack], clock: Clock, actor: Actor, prefix: str = "INC", *,
                 unsafe_filesystem: bool = False) -> None:
        self.state = state
        self.actor = actor
        self.watcher = Watcher(state, packs, clock)
        self.packs = self.watcher.packs
        self.watcher.repacked.append(self._repacked)
        self.watcher.trouble = self._trouble
        self.secrets = Secrets()
        self._clock = clock
        self._unsafe = None if unsafe_filesystem else _unsafe(state)
        store = self._store = Store(state, clock, unsafe_filesystem=unsafe_filesystem)
        self._recorder = Recorder(state, clock, store, hide=self.secrets.hide)
        self._scribe = Worker("handrail-store")
        self._hands = Worker("handrail-runs")
        self._enders = Worker("handrail-enders")
        self._targets = Reach()
        self._house = Housekeeping(state, clock, self.watcher, self._append)
        self._keeping = Keeping(state, clock, self.watcher, self._retry, self._sheet,
                                unsafe_filesystem=unsafe_filesystem)
        self.lamps = LampActs(state, clock, self.watcher, self._house.polling)
        self.watcher.busy = lambda: self._keeping.progress
        self._opener = Opener(self._recorder, store, self.watcher, clock, prefix)
        self._starter = Starter(state, self._recorder, clock, self._prepare, self._pack_of)
        self._chains = Chains(state, self._recorder, clock, self._prepare, self._pack_of)

    def start_polling(self, *, seen: bool = True) -> None:
        """Start what a console does by itself: watching, its presence (unless not `seen`), the probes, the ends of
        runs, the deadlines, and keeping the record in order. Where nothing may be written it only watches."""
        self.watcher.start()
        if self._unsafe is None:
            self._house.move_in(self.actor, seen=seen)
            self._keeping.start()

    def rename(self, name: str) -> None:
        """From now on `name` acts here; remembered for this login. Raises UsageError for what is no name."""
        self.actor = structs.replace(self.actor, name=identity.checked(name))
        identity.remember(self.actor, self.state)
        self._house.rename(self.actor)

    def close(self) -> None:
        """Let go of everything; runs go on. Never hangs. Acts not yet begun end cancelled."""
        self._house.move_out()
        self._keeping.close()
        self.watcher.close()
        self.lamps.close()
        self._scribe.close()
        self._hands.close()
        self._enders.close()
        self._targets.close()

    # -- the incident

    def declare(self, title: str, pack_id: str, level_name: str, scenario_id: str = "",
                detected_at: datetime | None = None, source: str = "") -> Future[Answer]:
        """Declare an incident; with a scenario its runbook is frozen and a call opened on the scenario's section.

        Raises UsageError (unknown pack, level, scenario or section) and RunbookError through the Future.
        """
        def job() -> Answer:
            return self._opener.declare(self._pack(pack_id), title, level_name, scenario_id, detected_at, self.actor,
                                        source)
        return self._written(job)

    def open_file(self, path: Path, section: str = "", *, fresh: bool = False) -> Future[Answer]:
        """A checklist record of a Markdown file, or of one section of it; an open one of the same bytes is reused
        unless it is to be `fresh`. Raises RunbookError and UsageError through the Future."""
        return self._written(lambda: self._opener.open_file(path, section, fresh=fresh, actor=self.actor))

    def acknowledge(self, id: str) -> Future[Answer]:
        """Take the incident: the actor holds it from now on. Meets the respond deadline."""
        return self._act(id, partial(lifecycle.acknowledge, by=self.actor.name))

    def note(self, id: str, text: str, at: datetime | None = None) -> Future[Answer]:
        """Words for the timeline; `at` is when what they tell happened, when that was not now."""
        return self._act(id, partial(items.note, text=text, at=at))

    def last_act(self, incident: Incident) -> Event | Refusal:
        """What `correct` would take back, or why nothing can be. Quick enough for the event loop."""
        return taking_back.last_act(incident, self.actor.name)

    def correct(self, id: str, reason: str, of: str = "") -> Future[Answer]:
        """Take back the actor's last act by a new event; with `of`, an event's id, only if it is still that one."""
        return self._act(id, partial(taking_back.correct, by=self.actor.name, reason=reason, of=of))

    def set_status(self, id: str, status: str, reason: str = "") -> Future[Answer]:
        """One of `events.STATUSES` but proposed, closed and false alarm, which have acts of their own.

        Resolved needs a `reason` while `unheld` names anything: its refusal has the code not-held.
        """
        return self._act(id, lambda incident: lifecycle.status(
            incident, status, self.unheld(incident) if status == "resolved" else (), reason))

    def set_severity(self, id: str, level_name: str, reason: str) -> Future[Answer]:
        """A level of the incident's own scheme. Sets its deadlines anew."""
        def decide(incident: Incident) -> Decision:
            pack = self._pack(incident.pack)
            level = level_of(pack, level_name)
            detected = min(incident.milestones.get("detected", ()), default=incident.declared_at or self._clock.now())
            return lifecycle.severity(incident, level, rows(deadlines(pack, level.name, detected)), reason)
        return self._act(id, decide)

    def close_incident(self, id: str) -> Future[Answer]:
        """It needs nobody now. Its record stays, and takes notes and reviews."""
        return self._act(id, lifecycle.close)

    def reopen(self, id: str, reason: str) -> Future[Answer]:
        """The way back from resolved, closed and false alarm."""
        return self._act(id, partial(lifecycle.reopen, reason=reason))

    def false_alarm(self, id: str, reason: str) -> Future[Answer]:
        """It was none. Ends the incident."""
        return self._act(id, partial(lifecycle.false_alarm, reason=reason))

    # -- the checklist; `key` is CALL:ITEM

    def prepared(self, incident: Incident, key: str) -> Prepared:
        """What would run for this item. Quick enough for the event loop. Raises UsageError when it is no step."""
        item = self._any_item(incident, key)
        if item is None or not item.runs:
            raise UsageError("There is nothing to run here.", f"{incident.short_id} {key}.")
        return self._prepare(incident, key, item, self._targets.known)

    def start_step(self, id: str, key: str, consent: Consent | None = None, again: bool = False,
                   unrecorded: bool = False) -> Future[Answer]:
        """Start a command or request. The start is on disk before anything runs.

        While it cannot be put there the Future raises StateError and nothing runs, unless it is to run `unrecorded`:
        clearing the disk may be the step. Refused with a code: already-running, already-ran (unless `again`), blank,
        changed, not-confirmed, wrong-word, closed, not-a-step, no-base, outside-the-world.
        """
        def job() -> Answer:
            answer = self._starter.start(id, key, lambda incident: self._item_of(incident, key),
                                         consent, again=again, unrecorded=unrecorded, actor=self.actor)
            if isinstance(answer, Incident):
                self._house.follow(id, answer.item(key).last, self.actor)
            return answer
        return self._written(job)

    def fill(self, id: str, call: str, values: Mapping[str, str]) -> Future[Answer]:
        """Fill blanks of a call by name."""
        return self._act(id, partial(items.fill, call=call, values=dict(values)))

    def tick(self, id: str, key: str) -> Future[Answer]:
        """A human step was done."""
        return self._on_item(id, key, items.tick)

    def skip(self, id: str, key: str, reason: str) -> Future[Answer]:
        """Left out, for a reason."""
        return self._act(id, partial(items.skip, key=key, reason=reason))

    def defer(self, id: str, key: str, reason: str) -> Future[Answer]:
        """Left for later; it stays owed."""
        return self._act(id, partial(items.defer, key=key, reason=reason))

    def judge(self, id: str, key: str, ok: bool) -> Future[Answer]:
        """The operator's own verdict on a step that only `ran`: seen and right, or looks wrong."""
        return self._act(id, partial(items.judge, key=key, ok=ok))

    # -- the store itself

    def wake_holder(self) -> Future[Refusal | None]:
        """Continue the stopped process that holds the store (SIGCONT). None when that was done."""
        def job() -> Refusal | None:
            who = holder(self.state.lock)
            if who is None or not who.stopped:
                return Refusal("nobody-stopped", "Nobody who is stopped holds the store any more.")
            if not carry_on(who):
                return Refusal("cannot-wake", f"pid {who.pid} cannot be continued from this account.",
                               f"Its owner can: kill -CONT {who.pid}.")
            return None
        return self._hands.submit(job)

    # -- how acts are done

    def _act(self, id: str, decide: Decide) -> Future[Answer]:
        return self._written(lambda: self._recorder.transact(id, decide, actor=self.actor))

    def _on_item(self, id: str, key: str, decide: Callable[[Incident, str, Item], Decision]) -> Future[Answer]:
        def with_item(incident: Incident) -> Decision:
            item = self._item_of(incident, key)
            if isinstance(item, Refusal):
                return item
            return decide(incident, key, item) if item else Refusal("not-a-step", "There is no such item any more.")
        return self._act(id, with_item)

    def _written(self, job: Callable[[], Answer]) -> Future[Answer]:
        """Do it in the store's thread, and let the watcher see it before anybody is answered."""
        def done_and_seen() -> Answer:
            if self._unsafe is not None:
                raise self._unsafe
            answer = job()
            with suppress(Exception):  # it is on disk; if the look fails, the next one of the poll thread shows it
                self.watcher.refresh()
            if isinstance(answer, Incident):
                self._keeping.write_sheet(answer)
            return answer
        return self._scribe.submit(done_and_seen)

    def _append(self, id: str, decide: Decide, actor: Actor) -> None:
        """What the house derives by itself; waits until it is on disk. Raises StateError, or TimeoutError."""
        self._written(lambda: self._recorder.transact(id, decide, actor=actor)).result(timeout=30)

    def _prepare(self, incident: Incident, key: str, item: Item,
                 look: Callable[..., tuple[Target, ...] | None] = targets_of) -> Prepared:
        """What would run. What it reaches is looked up at once, which reads files, unless `look` knows better."""
        pack = self._pack_of(incident)
        environ = surroundings(self.state, incident, key, pack)
        prepared = prepare(incident, key, item, pack, standing_in(self.state, incident, key, pack),
                           lambda command: look(command, environ), self.secrets.of(incident.id, split_key(key)[0]),
                           variables(self.state, incident, key, pack))
        if prepared.refused is None and (held := self.held(incident, key, item, prepared.risk)) is not None:
            return replace(prepared, refused=held.refusal)
        return prepared

    def _repacked(self) -> None:
        """An edit that can be used serves without a restart."""
        self.packs = self.watcher.packs

    def _pack(self, id: str) -> Pack:
        found = next((pack for pack in self.packs if pack.id == id), None)
        if found is None:
            known = ", ".join(pack.id for pack in self.packs)
            raise UsageError(f"There is no pack {id!r} here.", "", f"There is {known}.")
        return found

    def _pack_of(self, incident: Incident) -> Pack | None:
        """The incident's own pack; a checklist without an incident follows the first."""
        own = next((pack for pack in self.packs if pack.id == incident.pack), None)
        return own or (self.packs[0] if self.packs and not incident.pack else None)

    def _retry(self) -> Future[int]:
        return self._scribe.submit(self._recorder.retry)

    def _sheet(self, incident: Incident) -> str:
        pack = self._pack_of(incident)
        return sheet(incident, self.watcher.checklist_of(incident),
                     lambda call: values_of(incident, call, pack))

    def _trouble(self) -> Trouble:
        said = self._recorder.trouble
        if self._unsafe is not None:
            return Trouble(f"{self._unsafe.title} {self._unsafe.detail}")
        if not said and self._scribe.busy() < IMPATIENT:
            return Trouble()
        who = holder(self.state.lock)
        stopped = f"pid {who.pid} ({who.name})" if who is not None and who.stopped else ""
        if not said:
            said = f"The record does not answer: {who}." if who else "The record does not answer."
        return Trouble(said, stopped)


def _unsafe(state: State) -> StateError | None:
    """Why nothing may be written there, None when it may."""
    try:
        filesystem.check(state.root)
    except StateError as error:
        return error
    return None
