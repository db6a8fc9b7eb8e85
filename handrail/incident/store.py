"""The only door to a change of the record: one transaction at a time, on disk before it is acknowledged."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from handrail.clock import Clock
from handrail.errors import Damaged, NewerSchema, Refusal, StateError, UsageError
from handrail.incident import ballast, filesystem, lock
from handrail.incident.events import Actor, Draft
from handrail.incident.files import REAL_FILES, Files, discard, replace
from handrail.incident.incident import Incident
from handrail.incident.record import glance
from handrail.incident.sealing import other_tables, unseal
from handrail.incident.transaction import Batch, Opened, new, opened, planned, reopened, unstored
from handrail.incident.trouble import in_words
from handrail.incident.where import find, known
from handrail.paths import State

T = TypeVar("T")
Decide = Callable[[Incident], Sequence[Draft] | Refusal]

PREFIX = re.compile(r"[A-Za-z0-9]{1,16}")


class NotConfirmed(StateError):
    """The disk refused while the events were written: they may be there or not. Pass it as `after` to try again."""

    def __init__(self, cause: StateError, incident: str, drafts: Sequence[Draft]) -> None:
        super().__init__(cause.title, cause.detail, cause.remedy)
        self.incident = incident
        self.drafts = drafts


class Store:
    """The incidents of one state folder. Any number of these, in any number of threads and processes, may write.

    `patience` bounds how long (s) a transaction waits for the others; None waits for ever. The first transaction makes
    the folders, and raises StateError on a file system that cannot keep a record unless `unsafe_filesystem`.
    """

    def __init__(self, state: State, clock: Clock, files: Files = REAL_FILES, *, patience: float | None = None,
                 unsafe_filesystem: bool = False) -> None:
        self.patience = patience
        self._state = state
        self._clock = clock
        self._files = files
        self._unsafe = unsafe_filesystem
        self._ready = False
        self._last: Opened | None = None

    def create(self, decide: Decide, *, actor: Actor, prefix: str = "INC", kind: str = "incident",
               after: NotConfirmed | None = None) -> Incident | Refusal:
        """A new incident from what `decide` answers for an empty one.

        Its id is PREFIX-YYYYmmdd-HHMMSS (UTC), with -2, -3 after it when that second is taken. Nothing is made when
        `decide` refuses or answers no event. `kind` is "incident" or "checklist". Raises as `transact` does.
        """
        if not PREFIX.fullmatch(prefix):
            raise UsageError(f"{prefix!r} cannot begin an incident's id.", "Letters and digits only, at most 16.")
        with self._transaction():
            if after is not None and (path := find(self._state, after.incident)):
                what = self._open(path)
                if _holds_some(what.incident, after.drafts):
                    return self._written(what, [(actor, after.drafts)])
            return self._decided(self._new(self._stamped(prefix), kind), decide, actor, None)

    def transact(self, id: str, decide: Decide, *, actor: Actor,
                 after: NotConfirmed | None = None) -> Incident | Refusal:
        """Append what `decide` answers for the incident as it stands; the incident with it, once it is on disk.

        `decide` runs under the lock, must not use the store, and may answer no event. An event whose id is stored
        already is a no-op. Works on ended incidents too. `after` is the error of an earlier try of the same act: if
        its events did reach the disk they are the answer, else `decide` is asked again.
        Raises UsageError (unknown id, a value that cannot be stored), Damaged, NewerSchema, Busy, NotConfirmed.
        """
        with self._transaction():
            return self._decided(self._open(known(self._state, id)), decide, actor, after)

    def restore(self, id: str, batches: Sequence[Batch]) -> Incident:
        """Append events that were kept elsewhere while the disk could not be written, each with its own actor.

        Makes the incident when it was declared meanwhile. Those stored already are no-ops. Raises as `transact` does.
        """
        with self._transaction():
            path = find(self._state, id)
            what = self._open(path) if path else self._new(id, "incident")
            drafts = [draft for _, some in batches for draft in some]
            declares = bool(drafts) and drafts[0].kind == "declared"
            if declares and what.incident.declared_at and not _holds_some(what.incident, drafts):
                what = self._new(id, "incident")  # another one took the id meanwhile
            return self._written(what, batches)

    def freeze(self, data: bytes) -> str:
        """Keep a document for ever under the sha256 of its bytes, and return that. Raises StateError."""
        name = hashlib.sha256(data).hexdigest()
        path = self._state.documents / f"{name}.md"
        with self._transaction():
            if _holds(path, data):
                self._files.sync_folder(path.parent)
            else:
                self._with_ballast(lambda: replace(self._files, path, data))
        return name

    def amend(self, path: Path, change: Callable[[bytes], bytes]) -> None:
        """Make a small file of the state folder what `change` makes of its bytes (none for no file), under the lock.

        What `change` raises passes through, and then nothing is written. Raises StateError.
        """
        with self._transaction():
            old = self._files.read(path) if path.exists() else b""
            if (new := change(old)) != old:
                self._with_ballast(lambda: replace(self._files, path, new))

    def beside(self, id: str, rev: int, text: str) -> None:
        """Keep a plain text beside an open incident (active/ID.txt), unless a later revision's is there already.

        A convenience for whoever has no console: an ended incident or a full disk is no error.
        """
        path = self._state.active / f"{id}.txt"
        first = f"{id}, as of event {rev}\n"
        with self._transaction():
            if find(self._state, id) == path.with_suffix(".json") and _revision(path) <= rev:
                try:
                    replace(self._files, path, (first + text).encode("utf-8", "replace"))
                except OSError:
                    discard(self._files, path)

    def accept(self, id: str, *, actor: Actor, reason: str = "") -> Incident:
        """Take a damaged file as it stands: back it up, hash its events anew, and record who did and what was wrong.

        A file that verifies is left alone. Raises Damaged when no event can be read from it, NewerSchema, UsageError.
        """
        from handrail.incident.reseal import rechained
        from handrail.incident.verify import timeline_in, verify

        with self._transaction():
            path = known(self._state, id)
            data = self._files.read(path)
            report = verify(self._state, id, path)
            broken = [finding for finding in report.findings if finding.path == path]
            if not broken:
                return self._open(path).incident
            _not_newer(data, path)
            rows = timeline_in(data)
            if not rows:
                raise Damaged(f"No event can be read from {path.name}.", f"{path}: {broken[0].why}",
                              "It cannot be accepted. Put a copy in its place: from an export, a backup, or backups/.")
            draft = Draft("resealed", {
                "backup": self._back_up(path, data), "sha256": hashlib.sha256(data).hexdigest(),
                "findings": [f"event {finding.event}, {finding.field}: {finding.why}" for finding in broken[:50]],
            }, reason=reason)
            others = other_tables(data.decode("utf-8", "replace").encode())
            return self._written(reopened(path, rechained(rows), others), [(actor, [draft])])

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

    def index_past(self, progress: Callable[[int, int], None] = lambda done, of: None) -> int:
        """Bring past.json up to date, and say how many rows it has. Long the first time: for a thread of its own.

        `progress` is called with how many files were looked at, and of how many. The lock is held for the write alone.
        """
        from handrail.incident.past import index_bytes
        from handrail.incident.pastlist import PastList

        rows, changed = PastList(self._state).indexed(progress)
        if changed:
            with self._transaction():
                self._with_ballast(lambda: replace(self._files, self._state.past_index, index_bytes(rows)))
        return len(rows)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            if not self._ready:
                self._prepare()
            with lock.held(self._files, self._state.lock, self.patience):
                yield
        except OSError as error:
            raise in_words(error, self._state.root) from error

    def _prepare(self) -> None:
        if not self._unsafe:
            filesystem.check(self._state.root)
        root = self._state.root
        missing = [folder for folder in (root, *root.parents) if not folder.exists()]
        self._state.make()
        self._files.sync_folder(root)
        for folder in missing:
            with suppress(PermissionError):  # a parent that may be passed through but not opened
                self._files.sync_folder(folder.parent)
        ballast.lay(self._state.ballast)
        self._ready = True

    def _stamped(self, prefix: str) -> str:
        return f"{prefix}-{self._clock.now():%Y%m%d-%H%M%S}"

    def _new(self, id: str, kind: str) -> Opened:
        """An incident without a file yet, under this id or, if it is taken, the next one: -2, -3 after it."""
        free, count = id, 1
        while self._taken(free):
            count += 1
            free = f"{id}-{count}"
        return new(self._state.active / f"{free}.json", kind)

    def _taken(self, id: str) -> bool:
        return (find(self._state, id) is not None or self._state.runs(id).exists()
                or (self._state.evidence / id).exists())

    def _decided(self, what: Opened, decide: Decide, actor: Actor, after: NotConfirmed | None) -> Incident | Refusal:
        if after is not None and _holds_some(what.incident, after.drafts):
            return self._written(what, [(actor, after.drafts)])
        answer = decide(what.incident)
        return answer if isinstance(answer, Refusal) else self._written(what, [(actor, answer)])

    def _written(self, what: Opened, batches: Iterable[Batch]) -> Incident:
        batches = list(batches)
        fresh = unstored(what.incident, (draft for _, drafts in batches for draft in drafts))
        if not fresh:
            if what.raw is not None and any(drafts for _, drafts in batches):
                self._files.sync_folder(what.path.parent)  # stored by a try whose own sync may have failed
            return what.incident
        if what.older:
            self._back_up(what.path, bytes(what.data))
        self._last = None  # until this is on disk nobody knows what is
        plan = planned(what, _only(batches, fresh), self._clock.now())
        try:
            path = what.path
            if path.parent == self._state.past and not plan.result.closed:
                path = self._move(path, self._state.active)
            written = self._with_ballast(lambda: plan.write(path, self._files))
        except OSError as error:
            raise NotConfirmed(in_words(error, what.path), what.path.stem, fresh) from error
        self._last = written
        if path.parent == self._state.active and plan.result.closed:
            self._put_away(path)
        return plan.result

    def _open(self, path: Path) -> Opened:
        self._last = opened(path, self._files, self._last)
        return self._last

    def _with_ballast(self, write: Callable[[], T]) -> T:
        """Once more with the reserved megabyte freed, when the disk is full."""
        try:
            return write()
        except OSError as error:
            if error.errno not in ballast.FULL or not ballast.give_up(self._state.ballast, self._files):
                raise
            return write()

    def _put_away(self, path: Path) -> None:
        """Move an ended incident to the past. Its end is on disk already, so what fails here is swept up next time."""
        discard(self._files, path.with_suffix(".txt"))
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

    def _back_up(self, path: Path, data: bytes) -> str:
        """Keep the bytes in backups/, on disk when this returns, and answer the name there."""
        stamp = f"{path.stem}-{self._clock.now():%Y%m%d-%H%M%S}"
        name, count = stamp, 1
        while (copy := self._state.backups / f"{name}.json").exists():
            count += 1
            name = f"{stamp}-{count}"
        self._with_ballast(lambda: replace(self._files, copy, data))
        return copy.name


def _only(batches: Iterable[Batch], fresh: Iterable[Draft]) -> list[Batch]:
    kept = {id(draft) for draft in fresh}
    return [(actor, [draft for draft in drafts if id(draft) in kept]) for actor, drafts in batches]


def _holds_some(incident: Incident, drafts: Sequence[Draft]) -> bool:
    """Whether these drafts were written: all events of one act are, or none."""
    return len(unstored(incident, drafts)) < len(drafts)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except FileNotFoundError:
        return False


def _revision(path: Path) -> int:
    """The revision that a plain text beside an incident says it is of; -1 without one."""
    try:
        with path.open("r", encoding="utf-8", errors="replace") as file:
            last = file.readline().rsplit(" ", 1)[-1].strip()
    except OSError:
        return -1
    return int(last) if last.isdecimal() else -1


def _not_newer(data: bytes, path: Path) -> None:
    try:
        unseal(data, path)
    except NewerSchema:
        raise
    except Damaged:
        return
