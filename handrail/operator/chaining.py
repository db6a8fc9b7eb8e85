"""How a chain starts: agreed to as a whole, on disk, and only then handed to its conductor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from handrail.acts import chains
from handrail.acts.decision import Decision
from handrail.acts.starting import new_run
from handrail.clock import Clock
from handrail.errors import HandrailError, Refusal
from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.incident.prepare import Consent, Prepared
from handrail.incident.recorder import Recorder
from handrail.pack.model import Pack
from handrail.paths import State
from handrail.runbook.model import Item
from handrail.starting_point import run_spec

if TYPE_CHECKING:
    from handrail.runs.chain import Link

Agreed = Sequence[tuple[str, Consent]]


class Chains:
    """Starts chains. For the store's thread."""

    def __init__(self, state: State, recorder: Recorder, clock: Clock,
                 prepare: Callable[[Incident, str, Item], Prepared],
                 pack_of: Callable[[Incident], Pack | None]) -> None:
        self._state = state
        self._recorder = recorder
        self._clock = clock
        self._prepare = prepare
        self._pack_of = pack_of

    def start(self, id: str, agreed: Agreed, item_of: Callable[[Incident, str], Item | Refusal | None], *,
              actor: Actor) -> Incident | Refusal:
        """The incident with the chain begun. One that cannot be spawned is recorded as ended.

        Raises StateError, and starts nothing, when the start cannot be put on disk.
        """
        chain = f"chain-{new_run(self._clock.now())}"
        seen: list[tuple[str, Item, Prepared]] = []

        def decide(incident: Incident) -> Decision:
            seen.clear()
            for key, _ in agreed:
                item = item_of(incident, key)
                if item is None or isinstance(item, Refusal) or not item.runs:
                    return item if isinstance(item, Refusal) else Refusal("not-a-step", "There is nothing to run here.")
                seen.append((key, item, self._prepare(incident, key, item)))
            return chains.begin(incident, seen, [consent.command for _, consent in agreed], chain,
                                go_on=self._goes_on(incident, seen), now=self._clock.now())

        answer = self._recorder.transact(id, decide, actor=actor)
        if isinstance(answer, Refusal):
            return answer
        from handrail.runs.chain import ChainState, launch_chain

        begun = next(each for each in answer.chains if each.id == chain)
        try:
            launch_chain(self._state.runs(id) / chain, self._links(answer, chain, seen, actor), go_on=begun.go_on)
        except HandrailError as error:
            ended = partial(chains.take_in, chain=begun, state=ChainState("did not start", str(error)), born={})
            return self._recorder.transact(id, ended, actor=actor)
        return answer

    def _goes_on(self, incident: Incident, seen: Sequence[tuple[str, Item, Prepared]]) -> bool:
        pack = self._pack_of(incident)
        return all(chains.goes_on(item.section, pack) for _, item, _ in seen)

    def _links(self, incident: Incident, chain: str, seen: Sequence[tuple[str, Item, Prepared]],
               actor: Actor) -> list[Link]:
        from handrail.runs.chain import Link, Wanted

        begun = next(each for each in incident.chains if each.id == chain)
        pack = self._pack_of(incident)
        links: list[Link] = []
        for step, (key, item, prepared) in zip(begun.steps, seen, strict=True):
            spec = run_spec(self._state, incident, key, item, prepared, step.run, pack, actor)
            wanted = Wanted(item.expected.kind, item.expected.value) if item.expected else None
            links.append(Link(spec, wanted, item.title))
        return links
