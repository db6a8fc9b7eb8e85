"""The operator's acts on a chain: begun with one yes, and stopped before its next step."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from handrail.acts import chains
from handrail.acts.chains import ChainPlan
from handrail.errors import HandrailError, Refusal
from handrail.incident.checklist import Checklist
from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.incident.prepare import Prepared
from handrail.operator.chaining import Agreed, Chains
from handrail.operator.housekeeping import Housekeeping
from handrail.pack.model import Pack
from handrail.paths import State
from handrail.runbook.model import Item
from handrail.watcher import Watcher
from handrail.worker import Worker

Answer = Incident | Refusal


class ChainActs:
    """A part of the Operator; every act answers a Future as there."""

    actor: Actor
    state: State
    watcher: Watcher
    _chains: Chains
    _hands: Worker
    _house: Housekeeping
    _item_of: Callable[[Incident, str], Item | Refusal | None]
    _pack_of: Callable[[Incident], Pack | None]
    _written: Callable[[Callable[[], Answer]], Future[Answer]]
    prepared: Callable[[Incident, str], Prepared]

    def chain_plan(self, incident: Incident, checklist: Checklist, key: str, most: int = 100) -> ChainPlan:
        """What a chain from `key` on would run: at most `most` steps. Quick enough for the event loop."""
        def prepare(of: str) -> Prepared | None:
            try:
                return self.prepared(incident, of)
            except HandrailError:
                return None
        return chains.plan(checklist, key, prepare, self._pack_of(incident), most)

    def start_chain(self, id: str, agreed: Agreed) -> Future[Answer]:
        """Run these steps (CALL:ITEM and the consent to each) one after another, whoever looks; up to the first that
        fails, unless the pack says that under their headings a failure is passed over.

        It is on disk before anything runs; while it cannot be put there the Future raises StateError. Refused with a
        code: already-chained, changed, unfit, closed, not-a-step.
        """
        def job() -> Answer:
            answer = self._chains.start(id, agreed, self._item_of, actor=self.actor)
            if isinstance(answer, Incident):
                self._house.follow(id, None, self.actor)
            return answer
        return self._written(job)

    def stop_chain(self, id: str, chain: str) -> Future[Answer]:
        """No further step of it begins; the one that runs goes on. The chain's end records who asked."""
        def job() -> Answer:
            incident = self.watcher.incident(id) or Incident(id=id)
            if all(each.id != chain for each in incident.going()):
                return Refusal("not-running", "The chain has ended already.")
            from handrail.runs.chain import stop_chain

            stop_chain(self.state.runs(id) / chain, self.actor.name)
            return incident
        return self._hands.submit(job)
