"""The only door to a change of the record: one transaction at a time, on disk before it is acknowledged."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from handrail.clock import Clock
from handrail.errors import Damaged, Refusal, StateError, UsageError
from handrail.incident import lock
from handrail.incident.events import Actor, Draft, Event
from handrail.incident.files import REAL_FILES, Files, replace
from handrail.incident.fold import FOLD, fold
from handrail.incident.incident import Incident
from handrail.incident.record import events_of, fold_row, glance
from handrail.incident.sealing import Raw, payload, row_of, unseal
from handrail.incident.trouble import in_words
from handrail.paths import State

Decide = Callable[[Incident], Sequence[Draft] | Refusal]

PREFIX = re.compile(r"[A-Za-z0-9]{1,16}")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class NotConfirmed(StateError):
    """The disk refused while the events were written: they may be there or not. Pass it as `after` to try again."""

    def __init__(self, cause: StateError, incident: str, drafts: Sequence[Draft]) -> None:
        super().__init__(cause.title, cause.detail, cause.remedy)
        self.incident = incident
        self.drafts = drafts


class Store:
    """The incidents of one state folder. Any number of these, in any number of threads and processes, may write.

    `patience` bounds how long (s) a transaction waits for the others; None waits for ever.
    """

    def __init__(self, state: State, clock: Clock, files: Files = REAL_FILES, *, patience: float | None = None) -> None:
        self._state = state
        self._clock = clock
        self._files = files
        self._patience = patience
        self._ready = False

    def create(self, decide: Decide, *, actor: Actor, prefix: str = "INC", kind: str = "incident",
               after: NotConfirmed | None = None) -> Incident | Refusal:
        """A new incident from what `decide` answers for an empty one.

        Its id is PREFIX-YYYYmmdd-HHMMSS (UTC), with -2, -3 after it when that second is taken. Nothing is made when
        `decide` refuses or answers no event. `kind` is "incident" or "checklist". Raises as `transact` does.
        """
        if not PREFIX.fullmatch(prefix):
            raise UsageError(f"{prefix!r} cannot begin an incident's id.", "Letters and digits only, at most 16.")
        with self._transaction():
            if after is not None and self._find(after.incident) is not None:
                return self._append(after.incident, lambda _: after.drafts, actor, after)
            return self._append(after.incident if after else self._free_id(prefix), decide, actor, after, kind)

    def transact(self, id: str, decide: Decide, *, actor: Actor,
                 after: NotConfirmed | None = None) -> Incident | Refusal:
        """Append what `decide` answers for the incident as it stands; the incident with it, once it is on disk.

        `decide` runs under the lock, must not use the store, and may answer no event. An event whose id is stored
        already is a no-op. Works on ended incidents too. `after` is the error of an earlier try of the same act: if
        its events did reach the disk they are the answer, else `decide` is asked again.
        Raises UsageError (unknown id, a value that cannot be stored), Damaged, NewerSchema, Busy, NotConfirmed.
        """
        with self._transaction():
            if self._find(id) is None:
                raise unknown(id)
            return self._append(id, decide, actor, after)

    def freeze(self, data: bytes) -> str:
        """Keep a document for ever under the sha256 of its bytes, and return that. Raises StateError."""
        name = hashlib.sha256(data).hexdigest()
        path = self._state.documents / f"{name}.md"
        with self._transaction():
            try:
                if _holds(path, data):
                    self._files.sync_folder(path.parent)
                else:
                    replace(self._files, path, data)
            except OSError as error:
                raise in_words(error, path) from error
        return name

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            if not self._ready:
                self._prepare()
            with lock.held(self._files, self._state.lock, self._patience):
                yield
        except OSError as error:
            raise in_words(error, self._state.root) from error

    def _prepare(self) -> None:
        self._state.make()
        self._files.sync_folder(self._state.root)
        self._ready = True

    def _find(self, id: str) -> Path | None:
        if ID.fullmatch(id):
            for folder in (self._state.active, self._state.past):
                if (path := folder / f"{id}.json").exists():
                    return path
        return None

    def sweep(self) -> tuple[str, ...]:
        """Move ended incidents that a crash left among the open ones to the past, and say which."""
        swept = []
        with self._transaction():
            for path in sorted(self._state.active.glob("*.json")):
                try:
                    ended = glance(self._files.read(path), path, 0).closed
                except (OSError, Damaged):
                    continue
                if ended:
                    self._move(path, self._state.past)
                    swept.append(path.stem)
        return tuple(swept)

    def _free_id(self, prefix: str) -> str:
        stamp = f"{prefix}-{self._clock.now():%Y%m%d-%H%M%S}"
        id, count = stamp, 1
        while self._find(id) is not None or self._state.runs(id).exists() or (self._state.evidence / id).exists():
            count += 1
            id = f"{stamp}-{count}"
        return id

    def _append(self, id: str, decide: Decide, actor: Actor, after: NotConfirmed | None,
                kind: str = "incident") -> Incident | Refusal:
        path = self._find(id)
        raw = unseal(self._files.read(path), path) if path else None
        incident = fold(id, events_of(raw.timeline.values())) if raw else Incident(id=id, kind=kind)
        stored = {event.id for event in incident.events}
        if after is not None and any(draft.id in stored for draft in after.drafts):
            answer: Sequence[Draft] | Refusal = after.drafts
        else:
            answer = decide(incident)
        if isinstance(answer, Refusal):
            return answer
        fresh = list({draft.id: draft for draft in reversed(answer) if draft.id not in stored}.values())[::-1]
        if not fresh:
            if answer and path:
                self._files.sync_folder(path.parent)  # stored by a try whose own sync may have failed
            return incident
        return self._write(incident, path or self._state.active / f"{id}.json", raw, fresh, actor)

    def _write(self, incident: Incident, path: Path, raw: Raw | None, drafts: Sequence[Draft],
               actor: Actor) -> Incident:
        from handrail.incident.storage import append

        events, rows = self._sealed(incident, drafts, actor)
        result = fold(incident.id, (*incident.events, *events))
        try:
            if not result.closed and path.parent == self._state.past:
                path = self._move(path, self._state.active)
            append(path, self._files, raw, rows, fold_row(result), FOLD)
        except OSError as error:
            raise NotConfirmed(in_words(error, path), incident.id, drafts) from error
        if result.closed and path.parent == self._state.active:
            self._put_away(path)
        return result

    def _sealed(self, incident: Incident, drafts: Sequence[Draft],
                actor: Actor) -> tuple[list[Event], list[dict[str, object]]]:
        now = self._clock.now()
        zone = now.astimezone().utcoffset()
        minutes = int(zone.total_seconds() // 60) if zone is not None else 0
        events: list[Event] = []
        rows: list[dict[str, object]] = []
        head = incident.head
        for n, draft in enumerate(drafts, incident.rev + 1):
            if draft.occurred_at is not None and draft.occurred_at.tzinfo is None:
                raise UsageError("A time without a zone cannot be recorded.", f"{draft.kind}: {draft.occurred_at}.")
            event = Event(n, draft.id, draft.kind, payload(draft), actor, draft.occurred_at or now, now, minutes,
                          draft.reason, "")
            row = row_of(event, head)
            head = str(row["h"])
            rows.append(row)
            events.append(Event(n, event.id, event.kind, event.data, actor, event.occurred_at, now, minutes,
                                event.reason, head))
        return events, rows

    def _put_away(self, path: Path) -> None:
        """Move an ended incident to the past. Its end is on disk already, so a failure here is swept up next time."""
        try:
            self._move(path, self._state.past)
        except OSError:
            return

    def _move(self, path: Path, folder: Path) -> Path:
        new = folder / path.name
        self._files.rename(path, new)
        self._files.sync_folder(folder)
        self._files.sync_folder(path.parent)
        return new


def unknown(id: str) -> UsageError:
    """The error for an incident that is not there."""
    return UsageError(f"There is no incident {id}.", remedy="`handrail incidents` lists the open ones.")


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except FileNotFoundError:
        return False
