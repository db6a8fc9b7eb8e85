"""The operator's acts on what a step runs and reaches: edited, replaced, accepted; and what it would kill."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING

from handrail.acts import adapting, classing
from handrail.acts.decision import Decision
from handrail.clock import Clock
from handrail.errors import HandrailError, Refusal
from handrail.incident.adapted import swapped
from handrail.incident.checklist import find
from handrail.incident.classes import with_one_more
from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.incident.prepare import Prepared
from handrail.incident.recorder import Recorder
from handrail.incident.store import Decide, Store
from handrail.paths import State
from handrail.runbook import classing as by_hand
from handrail.runbook.model import Item
from handrail.targets.reach import Reach
from handrail.values.secrets import Secrets
from handrail.watcher import Watcher
from handrail.worker import Worker

if TYPE_CHECKING:
    from handrail.killing.victims import Toll

Answer = Incident | Refusal
SHOWS = Refusal("secret", "It holds a secret that was entered here, and what runs is kept on record.",
                "Leave the blank in its place; its value goes into the program only.")


class AdaptingActs:
    """A part of the Operator; every act answers a Future as there."""

    watcher: Watcher
    secrets: Secrets
    _act: Callable[[str, Decide], Future[Answer]]
    _written: Callable[[Callable[[], Answer]], Future[Answer]]
    _prepare: Callable[[Incident, str, Item], Prepared]
    _hands: Worker
    _targets: Reach
    _recorder: Recorder
    _store: Store
    _clock: Clock
    _any_item: Callable[[Incident, str], Item | None]
    actor: Actor
    state: State

    @property
    def targets_version(self) -> int:
        """Counts changes of what steps would reach: what was prepared before the last one is old."""
        return self._targets.version

    def edit_step(self, id: str, key: str, command: str) -> Future[Answer]:
        """Run `command` instead, the next time only. It is classed anew; the runbook's own stays on record.

        Refused with a code: closed, running, not-a-step, empty, too-long, same, secret.
        """
        if self.secrets.shows(command):
            return self._written(lambda: SHOWS)
        return self._act(id, partial(adapting.edit, key=key, command=command,
                                     prepare=lambda incident: self._freshly(incident, key)))

    def replace_in_steps(self, id: str, old: str, new: str) -> Future[Answer]:
        """From now on every step of the incident says `new` where it says `old`."""
        if self.secrets.shows(old) or self.secrets.shows(new):
            return self._written(lambda: SHOWS)
        return self._act(id, partial(adapting.replace, old=old, new=new))

    def steps_with(self, id: str, key: str, old: str, new: str) -> Future[tuple[int, ...]]:
        """The numbers of the steps still to begin, other than `key`, whose command a replacement would change."""
        def job() -> tuple[int, ...]:
            incident, checklist = self.watcher.incident(id), self.watcher.checklist(id)
            found = []
            for row in checklist.rows if incident and checklist else ():
                if row.to_begin and row.item is not None and row.item.runs and row.key != key and incident:
                    text = self._prepare(incident, row.key, row.item).text
                    if swapped(text, old, new) != text and row.number is not None:
                        found.append(row.number)
            return tuple(found)
        return self._hands.submit(job)

    def reclass(self, id: str, key: str, word: str) -> Future[Answer]:
        """A person says what the item CALL:ITEM is, wherever its text is read again; its own word takes that back.

        Refused with a code: closed, not-a-step, no-such-class, same, begun. Raises StateError and Damaged through the
        Future when it cannot be kept: then nothing was changed.
        """
        def job() -> Answer:
            incident = self.watcher.incident(id)
            item = self._any_item(incident, key) if incident is not None else None
            if incident is None or item is None:
                return Refusal("not-a-step", "There is no such item any more.")
            if refused := classing.refusal(incident, key, item, word):
                return refused
            said = by_hand.said(item, word, self.actor.name, self._clock.now())
            self._store.amend(self.state.classes, lambda data: with_one_more(data, said))
            return self._recorder.transact(id, partial(classing.reclass, key=key, item=item, word=word),
                                           actor=self.actor)
        return self._written(job)

    def accept_target(self, id: str, key: str, seen: Mapping[str, str]) -> Future[Answer]:
        """What the step reaches now, as it was seen (text by target), is right: pinned from here on.

        Refused with a code: closed, changed, same.
        """
        def decide(incident: Incident) -> Decision:
            prepared = self._freshly(incident, key)
            if prepared is None:
                return Refusal("not-a-step", "There is nothing to run here.")
            return adapting.accept_target(incident, seen, prepared)
        return self._act(id, decide)

    def toll(self, prepared: Prepared) -> Future[Toll | None]:
        """Which processes the step would kill by a pattern, now; None when it kills by none."""
        def job() -> Toll | None:
            from handrail.killing.victims import toll

            return toll(prepared.text)
        return self._hands.submit(job)

    def _freshly(self, incident: Incident, key: str) -> Prepared | None:
        try:
            item = find(incident, key, self.watcher.runbook)
        except HandrailError:
            return None
        return self._prepare(incident, key, item) if item is not None and item.runs else None
