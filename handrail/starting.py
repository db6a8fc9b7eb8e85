"""How a step starts: decided under the lock, on disk, and only then running."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from handrail.acts.decision import Decision
from handrail.acts.ending import finish
from handrail.acts.starting import new_run, start
from handrail.clock import Clock
from handrail.errors import HandrailError, Refusal
from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.incident.prepare import Consent, Prepared
from handrail.incident.store import Store
from handrail.pack_model import Pack
from handrail.paths import State
from handrail.runbook.model import Item
from handrail.runs.record import RunState
from handrail.runs.verdict import Verdict
from handrail.starting_point import run_spec

Prepare = Callable[[Incident, str, Item], Prepared]


class Starter:
    """Starts steps. For the store's thread."""

    def __init__(self, state: State, store: Store, clock: Clock, prepare: Prepare,
                 pack_of: Callable[[Incident], Pack | None]) -> None:
        self._state = state
        self._store = store
        self._clock = clock
        self._prepare = prepare
        self._pack_of = pack_of

    def start(self, id: str, key: str, item_of: Callable[[Incident], Item | None], consent: Consent | None, *,
              again: bool, actor: Actor) -> Incident | Refusal:
        """The incident with the step started. A supervisor that cannot be spawned is recorded as `did not start`."""
        run = new_run(self._clock.now())
        seen: list[tuple[Item, Prepared]] = []

        def decide(incident: Incident) -> Decision:
            item = item_of(incident)
            if item is None or not item.runs:
                return Refusal("not-a-step", "There is nothing to run here.")
            prepared = self._prepare(incident, key, item)
            seen[:] = [(item, prepared)]
            return start(incident, key, item, prepared, consent, again=again, run=run, now=self._clock.now())

        answer = self._store.transact(id, decide, actor=actor)
        if isinstance(answer, Refusal):
            return answer
        from handrail.runs.launch import launch

        item, prepared = seen[0]
        try:
            launch(run_spec(self._state, answer, key, item, prepared, run, self._pack_of(answer), actor))
        except HandrailError as error:
            return self._did_not_start(id, key, run, error, actor)
        return answer

    def _did_not_start(self, id: str, key: str, run: str, error: HandrailError, actor: Actor) -> Incident | Refusal:
        why = " ".join(part for part in (error.title, error.detail) if part)
        ended = partial(finish, key=key, run=run, verdict=Verdict("did not start", why),
                        state=RunState("did not start", why=why), digest="", now=self._clock.now())
        return self._store.transact(id, ended, actor=replace(actor, name="handrail"))
