"""The operator's acts on a step that runs: stopped, typed into. Never behind the store, whatever holds it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from math import ceil

from handrail.earlier import Earlier, earlier
from handrail.errors import Refusal
from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.paths import State
from handrail.runs.supervision.lease import SILENT_FOR
from handrail.watcher import Watcher
from handrail.worker import Worker

Answer = Incident | Refusal


class RunningActs:
    """A part of the Operator; every act answers a Future as there."""

    actor: Actor
    state: State
    watcher: Watcher
    _hands: Worker
    _enders: Worker

    def note(self, id: str, text: str) -> Future[Answer]:
        raise NotImplementedError

    def stop_step(self, id: str, run: str) -> Future[Answer]:
        """Interrupt it, then end it, then kill all it started. The run itself records who asked."""
        from handrail.runs import control

        def reach() -> bool:
            incident = self.watcher.incident(id)
            running = incident is not None and any(attempt.run == run for _, attempt in incident.running())
            return running and control.stop(self.state.run(id, run), self.actor.name)
        return self._reach(id, run, reach)

    def end_what_lives_on(self, id: str, run: str, name: str) -> Future[Answer]:
        """End what is left of a run whose end is on record; the timeline says what that was. `name` names the step.

        Refused with nothing-left. A thread of its own: what is stubborn takes seconds.
        """
        from handrail.runs import orphans

        def job() -> Answer:
            was, left = orphans.end(self.state.run(id, run))
            if not was:
                return Refusal("nothing-left", "Nothing of it lives any more.")
            how = f"still there: {', '.join(left)}" if left else "nothing is left of it"
            return self.note(id, f"Ended what lived on of {name}: {', '.join(was)}; {how}").result()
        return self._enders.submit(job)

    def type_in(self, id: str, run: str, data: bytes) -> Future[Answer]:
        """Give bytes to the program's terminal. Refused with a code: not-running, typed-by."""
        from handrail.runs import control

        return self._reach(id, run, lambda: control.type_in(self.state.run(id, run), data, self.actor.name))

    def take_keyboard(self, id: str, run: str) -> Future[Answer]:
        """Nobody else types into it until it is left, or for half a minute without a key. Refused as `type_in`."""
        from handrail.runs import control

        return self._reach(id, run, lambda: control.claim(self.state.run(id, run), self.actor.name))

    def earlier(self, incident: Incident, key: str) -> Future[Earlier]:
        """How long the step CALL:ITEM took before."""
        return self._hands.submit(lambda: earlier(self.state, incident, key))

    def leave_keyboard(self, id: str, run: str) -> Future[bool]:
        """Anybody may type into it again."""
        from handrail.runs import control

        return self._hands.submit(lambda: control.release(self.state.run(id, run), self.actor.name))

    def _reach(self, id: str, run: str, reach: Callable[[], bool]) -> Future[Answer]:
        def job() -> Answer:
            if not reach():
                return self._unreached(id, run)
            return self.watcher.incident(id) or Incident(id=id)
        return self._hands.submit(job)

    def _unreached(self, id: str, run: str) -> Refusal:
        state = self.watcher.run(id, run).state()
        if state.word == "running" and state.typist not in ("", self.actor.name) and state.typist_silent < SILENT_FOR:
            left = ceil(SILENT_FOR - state.typist_silent)
            return Refusal("typed-by", f"{state.typist} is typing into it.",
                           f"After {left}s more without a key of theirs it can be taken.")
        return Refusal("not-running", "It is not running any more.")
