"""How a step starts: decided under the lock, on disk, and only then running."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from msgspec import structs

from handrail.acts.decision import Decision
from handrail.acts.ending import finish
from handrail.acts.starting import new_run, start
from handrail.clock import Clock
from handrail.errors import HandrailError, Refusal, StateError
from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.incident.prepare import Consent, Prepared
from handrail.incident.recorder import Recorder
from handrail.pack.model import Pack
from handrail.paths import State, make_folder
from handrail.runbook.model import Item
from handrail.runs.record import RunState
from handrail.runs.verdict import Verdict
from handrail.starting_point import run_spec

Prepare = Callable[[Incident, str, Item], Prepared]


class Starter:
    """Starts steps. For the store's thread."""

    def __init__(self, state: State, recorder: Recorder, clock: Clock, prepare: Prepare,
                 pack_of: Callable[[Incident], Pack | None]) -> None:
        self._state = state
        self._recorder = recorder
        self._clock = clock
        self._prepare = prepare
        self._pack_of = pack_of
        # A start that was not confirmed may be on disk all the same: trying again must mean the same run.
        self._unconfirmed: dict[tuple[str, str], str] = {}

    def start(self, id: str, key: str, item_of: Callable[[Incident], Item | Refusal | None], consent: Consent | None, *,
              again: bool, unrecorded: bool, actor: Actor) -> Incident | Refusal:
        """The incident with the step started. A supervisor that cannot be spawned is recorded as `did not start`.

        Raises StateError, and starts nothing, when the start cannot be put on disk and is not to be `unrecorded`.
        """
        run = self._unconfirmed.pop((id, key), "") or new_run(self._clock.now())
        seen: list[tuple[Item, Prepared]] = []

        def decide(incident: Incident) -> Decision:
            item = item_of(incident)
            if isinstance(item, Refusal):
                return item
            if item is None or not item.runs:
                return Refusal("not-a-step", "There is nothing to run here.")
            prepared = self._prepare(incident, key, item)
            seen[:] = [(item, prepared)]
            if (last := incident.item(key).last) is not None and last.run == run:
                return []
            return start(incident, key, item, prepared, consent, again=again, run=run, now=self._clock.now())

        try:
            answer = self._recorder.transact(id, decide, actor=actor, unrecorded=unrecorded)
        except StateError:
            self._unconfirmed[id, key] = run
            raise
        if isinstance(answer, Refusal):
            return answer
        from handrail.runs.launch import launch

        item, prepared = seen[0]
        try:
            spec = run_spec(self._state, answer, key, item, prepared, run, self._pack_of(answer), actor)
            launch(replace(spec, folder=self._room(answer) / run))
        except HandrailError as error:
            return self._did_not_start(id, key, run, error, actor)
        return answer

    def _room(self, incident: Incident) -> Path:
        """Where the run's files go: into memory when the record of its start is there too."""
        if not incident.unrecorded:
            return self._state.runs(incident.id)
        folder = self._state.runs_in_memory(incident.id)
        make_folder(folder)
        return folder

    def _did_not_start(self, id: str, key: str, run: str, error: HandrailError, actor: Actor) -> Incident | Refusal:
        why = " ".join(part for part in (error.title, error.detail) if part)
        ended = partial(finish, key=key, run=run, verdict=Verdict("did not start", why),
                        state=RunState("did not start", why=why), digest="", now=self._clock.now())
        return self._recorder.transact(id, ended, actor=structs.replace(actor, name="handrail"))
