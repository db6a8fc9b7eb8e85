"""The store, and the journal for as long as the store cannot be written."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from handrail.clock import Clock, iso
from handrail.errors import Damaged, HandrailError, Refusal, StateError, UsageError
from handrail.incident.archive import Archive
from handrail.incident.events import Actor, Draft
from handrail.incident.incident import Incident
from handrail.incident.journal import Entry, Journal, overlaid
from handrail.incident.set_aside import SetAside
from handrail.incident.store import Decide, NotConfirmed, Store
from handrail.paths import State

# How long an act tries to reach the disk before it is kept in memory (s), and how long between two tries; how long it
# waits for another process once the disk is known to be away.
PATIENCE = 5.0
PAUSE = 0.25
QUICK = 0.2

Keep = Callable[[NotConfirmed | None], Incident | Refusal]
# What a person writes freely, or a verdict quotes from an output: a secret may stand in it by mistake.
FREE = frozenset({"text", "why", "title", "said"})

PROGRAM = Actor("handrail", host=os.uname().nodename)


class Recorder:
    """Acts as the store does, except that after `patience` seconds without a disk they are kept in the journal.

    `hide` takes the secrets that are known here out of a text before it is written.
    `on_trouble` is called with a sentence as soon as the first try fails ("not confirmed"), and with "" when the disk
    is back. An incident with `unrecorded` events is NOT ON DISK and must say so loudly.
    """

    def __init__(self, state: State, clock: Clock, store: Store, journal: Journal | None = None, *,
                 patience: float = PATIENCE, on_trouble: Callable[[str], None] = lambda sentence: None,
                 hide: Callable[[str], str] = str) -> None:
        self._clock = clock
        self._store = store
        self._archive = Archive(state)
        self._journal = journal or Journal(state)
        self._set_aside = SetAside(state)
        self._patience = patience
        self._on_trouble = on_trouble
        self._hide = hide
        self._down = False
        self.trouble = ""

    def create(self, decide: Decide, *, actor: Actor, prefix: str = "INC", kind: str = "incident",
               unrecorded: bool = True) -> Incident | Refusal:
        """As `Store.create`; with `unrecorded` False it raises instead of keeping the act in memory."""
        decide = self._without_secrets(decide)

        def write(after: NotConfirmed | None) -> Incident | Refusal:
            return self._store.create(decide, actor=actor, prefix=prefix, kind=kind, after=after)

        def keep(after: NotConfirmed | None) -> Incident | Refusal:
            incident = self._known(after.incident) if after and self._exists(after.incident) else None
            if incident is None or not _holds_some(incident, after):
                incident = Incident(id=self._free_id(prefix), kind=kind)
            return self._keep(incident, decide, actor, after)

        return self._recorded(write, keep if unrecorded else None)

    def freeze(self, data: bytes) -> str:
        """As `Store.freeze`; while the disk is away the document waits in memory. Raises StateError when it cannot."""
        self._store.patience = QUICK if self.trouble else self._patience
        try:
            return self._store.freeze(data)
        except StateError as error:
            try:
                return self._set_aside.keep(data)
            except OSError:
                raise error from None

    def transact(self, id: str, decide: Decide, *, actor: Actor, unrecorded: bool = True) -> Incident | Refusal:
        """As `Store.transact`; with `unrecorded` False it raises instead of keeping the act in memory."""
        decide = self._without_secrets(decide)

        def write(after: NotConfirmed | None) -> Incident | Refusal:
            return self._store.transact(id, decide, actor=actor, after=after)

        def keep(after: NotConfirmed | None) -> Incident | Refusal:
            return self._keep(self._known(id), decide, actor, after)

        return self._recorded(write, keep if unrecorded else None)

    def merge(self) -> int:
        """Record what waits in the journal; how many events that were. Raises StateError while the disk is not back.

        What can never be recorded (the incident's file is damaged) goes on waiting.
        """
        if not self._journal.waiting:
            return 0
        self._store.patience = QUICK
        self._set_aside.bring_home(self._store.freeze)  # first: no event names a document that is not there
        with self._journal.held() as pages:
            entries = pages.read()
            left: list[Entry] = []
            for id in dict.fromkeys(entry.incident for entry in entries):
                mine = [entry for entry in entries if entry.incident == id]
                try:
                    self._store.restore(id, [*((entry.actor, entry.drafts) for entry in mine),
                                             (PROGRAM, [_merged(mine)])])
                except NotConfirmed as error:  # not the act at hand: nobody may take these events for its own
                    raise StateError(error.title, error.detail, error.remedy) from error
                except Damaged:
                    left += mine
            pages.keep(left)
        self._down = False
        self._say("")
        return sum(len(entry.drafts) for entry in entries if entry not in left)

    def retry(self) -> int:
        """See whether the disk is back: record what waits, and how many events that were.

        Raises StateError while it is not. Quick: for a second's round.
        """
        if self._journal.waiting:
            return self.merge()
        if self.trouble:
            self._store.patience = QUICK
            self._store.sweep()
            self._down = False
            self._say("")
        return 0

    def overlaid(self, incident: Incident) -> Incident:
        """The incident with what waits for it; itself when nothing does."""
        return overlaid(incident, self._journal.entries()) if self._journal.waiting else incident

    def _recorded(self, write: Callable[[NotConfirmed | None], Incident | Refusal],
                  keep: Keep | None) -> Incident | Refusal:
        patience = QUICK if self._down else self._patience
        deadline = time.monotonic() + patience
        after: NotConfirmed | None = None
        while True:
            try:
                self.merge()
                self._store.patience = max(QUICK, deadline - time.monotonic())
                answer = write(after)
            except StateError as error:
                after = error if isinstance(error, NotConfirmed) else after
                self._say(f"Not confirmed. {error.title} {error.detail}")
                if time.monotonic() + PAUSE >= deadline:
                    return self._give_in(error, keep, after)
                time.sleep(PAUSE)
            else:
                self._down = False
                self._say("")
                return answer

    def _give_in(self, error: StateError, keep: Keep | None, after: NotConfirmed | None) -> Incident | Refusal:
        self._down = True
        if keep is None:
            raise error
        answer = keep(after)
        self._say(f"NOT ON DISK. {error.title} {error.detail} Acts are kept in memory until it is back.")
        return answer

    def _keep(self, incident: Incident, decide: Decide, actor: Actor,
              after: NotConfirmed | None) -> Incident | Refusal:
        with self._journal.held() as pages:
            waiting = pages.read()
            now = overlaid(incident, waiting)
            answer = after.drafts if after is not None and _holds_some(now, after) else decide(now)
            if isinstance(answer, Refusal):
                return answer
            if not answer:
                return now
            entry = Entry(incident.id, actor, self._clock.now(), tuple(answer))
            pages.add(entry)
            return overlaid(incident, (*waiting, entry))

    def _without_secrets(self, decide: Decide) -> Decide:
        def decided(incident: Incident) -> Refusal | Sequence[Draft]:
            answer = decide(incident)
            return answer if isinstance(answer, Refusal) else [self._clean(draft) for draft in answer]
        return decided

    def _clean(self, draft: Draft) -> Draft:
        hidden = {name: self._hide(text) for name, text in draft.data.items() if name in FREE and isinstance(text, str)}
        return replace(draft, data={**draft.data, **hidden}, reason=self._hide(draft.reason))

    def _known(self, id: str) -> Incident:
        try:
            return self._archive.read(id)
        except UsageError:
            if any(entry.incident == id for entry in self._journal.entries()):
                return Incident(id=id)
            raise

    def _free_id(self, prefix: str) -> str:
        stamp = f"{prefix}-{self._clock.now():%Y%m%d-%H%M%S}"
        id, count = stamp, 1
        while self._exists(id):
            count += 1
            id = f"{stamp}-{count}"
        return id

    def _exists(self, id: str) -> bool:
        try:
            self._known(id)
        except UsageError:
            return False
        except HandrailError:
            return True
        return True

    def _say(self, sentence: str) -> None:
        if sentence != self.trouble:
            self.trouble = sentence
            self._on_trouble(sentence)


def _holds_some(incident: Incident, after: NotConfirmed | None) -> bool:
    """Whether the try that was not confirmed wrote its events all the same."""
    known = {event.id for event in incident.events}
    return after is not None and any(draft.id in known for draft in after.drafts)


def _merged(entries: Sequence[Entry]) -> Draft:
    """The event that says that what came before it was not on disk when it was done."""
    count = sum(len(entry.drafts) for entry in entries)
    first = entries[0].drafts[0].id if entries[0].drafts else iso(entries[0].at)
    return Draft("unrecorded", {"events": count, "from": iso(entries[0].at), "to": iso(entries[-1].at)},
                 id=f"unrecorded:{first}")
