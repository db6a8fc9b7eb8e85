"""The operator's acts on an incident beside its checklist: rules gone past, handovers, links, conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial

from handrail.acts import conditions, evidence, handing_over, holding, linking, owing
from handrail.errors import HandrailError, Refusal, UsageError
from handrail.incident.checklist import Checklist
from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.incident.recorder import Recorder
from handrail.incident.store import Decide
from handrail.pack.model import Pack
from handrail.runbook.model import Item, Risk
from handrail.watcher import Watcher

Answer = Incident | Refusal

# A lamp in one of these is not well.
BAD = frozenset({"CRIT", "HIGH", "WARN"})


class IncidentActs:
    """A part of the Operator; every act answers a Future as there."""

    actor: Actor
    watcher: Watcher
    _recorder: Recorder
    _act: Callable[[str, Decide], Future[Answer]]
    _written: Callable[[Callable[[], Answer]], Future[Answer]]
    _pack_of: Callable[[Incident], Pack | None]

    def held(self, incident: Incident, key: str, item: Item, risk: Risk) -> evidence.Held | None:
        """Why a step has to wait for evidence, None when it need not. Quick enough for the event loop."""
        pack = self._pack_of(incident)
        if pack is None or pack.evidence is None:
            return None
        bad = {lamp.id for lamp in self.watcher.now().lamps if lamp.pack == pack.id and lamp.word in BAD}
        try:
            return evidence.held(incident, key, item, risk, pack, self.watcher.runbook, bad)
        except HandrailError:
            return None

    def waive_evidence(self, id: str, key: str, scope: str, choice: str, words: str = "") -> Future[Answer]:
        """Go on without evidence first, for one of `evidence.REASONS`; it holds for `scope`, and is on record."""
        return self._act(id, partial(evidence.waive, key=key, scope=scope, choice=choice, words=words))

    def hand_over(self, id: str, to: str, words: str = "") -> Future[Answer]:
        """Offer the incident to `to`, who takes it by acknowledging; "" takes the offer back."""
        return self._act(id, partial(handing_over.offer, by=self.actor.name, to=to, words=words))

    def link(self, id: str, relation: str, other: str, *, removed: bool = False) -> Future[Answer]:
        """Link to another incident. "merged into" closes this one and says so there; see `linking.link`.

        Raises UsageError through the Future when there is no such other incident.
        """
        def job() -> Answer:
            there = self.watcher.incident(other)
            if there is None:
                raise UsageError(f"There is no incident {other}.")
            answer = self._recorder.transact(
                id, partial(linking.link, relation=relation, other=there, removed=removed), actor=self.actor)
            if isinstance(answer, Incident) and relation == linking.MERGED and not removed:
                self._recorder.transact(other, partial(linking.merged_in, merged=answer), actor=self.actor)
            return answer
        return self._written(job)

    def end_condition(self, id: str, name: str, reason: str) -> Future[Answer]:
        """Record that a standing condition is over though no step here says so, for a reason."""
        return self._act(id, partial(conditions.end, name=name, reason=reason))

    def unheld(self, incident: Incident) -> Sequence[str]:
        """The lamps that have not been well for as long as "resolved" asks for, in a few words each. Quick enough for
        the event loop."""
        pack = self._pack_of(incident)
        if pack is None or incident.kind != "incident":
            return ()
        try:
            return holding.unheld(incident, pack, self.watcher.now().lamps, self.watcher.runbook)
        except HandrailError:
            return ()

    def owed(self, incident: Incident) -> Sequence[str]:
        """What it still owes, in a few words each. Quick enough for the event loop."""
        try:
            checklist = self.watcher.checklist_of(incident)
        except HandrailError:
            checklist = Checklist()
        return owing.owed(incident, checklist, self._pack_of(incident), self.watcher.runbook)
