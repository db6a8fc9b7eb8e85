"""Runbook files that are not any more what a checklist froze: looked at beside everything else, never in its way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from handrail.errors import HandrailError
from handrail.incident.incident import Call, Incident
from handrail.runbook.differences import Differences, differences
from handrail.runbook.files import LARGEST, load
from handrail.runbook.model import Runbook
from handrail.runbook.reader import read
from handrail.worker import Worker

Signature = tuple[int, int, int]
NOTHING = Differences()


@dataclass(frozen=True, slots=True)
class Drifted:
    """The file of a call that differs from what was frozen, or is gone."""

    call: Call
    how: Literal["changed", "gone"]

    @property
    def name(self) -> str:
        return Path(self.call.document).name


@dataclass(frozen=True, slots=True)
class News:
    """What changed in the file of a call. `trouble` says why that cannot be told."""

    drifted: Drifted
    differences: Differences = NOTHING
    trouble: str = ""


class Drift:
    """Remembers what it saw of each file. A file system that does not answer keeps only its own thread waiting."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._worker = Worker("handrail-drift")
        self._job: Future[None] | None = None
        self._files: dict[str, tuple[Signature | None, str]] = {}
        self._changed = changed

    def look(self, incidents: Iterable[Incident]) -> None:
        """Look at the files of these incidents again, unless the last look still goes on. Never blocks."""
        documents = {call.document for incident in incidents if not incident.closed for call in incident.calls}
        if documents and (self._job is None or self._job.done()):
            self._job = self._worker.submit(lambda: self._look(documents))

    def of(self, incident: Incident) -> tuple[Drifted, ...]:
        """The calls whose files are another thing now, each file once. What was not looked at yet is as it was."""
        found: dict[str, Drifted] = {}
        for call in incident.calls if not incident.closed else ():
            seen = self._files.get(call.document)
            if seen is not None and seen[1] != call.sha256:
                found.setdefault(call.document, Drifted(call, "changed" if seen[1] else "gone"))
        return tuple(found.values())

    def close(self) -> None:
        self._worker.close(0.1)

    def _look(self, documents: Iterable[str]) -> None:
        before = self._files
        self._files = {document: _seen(document, before.get(document)) for document in documents}
        if {name: seen[1] for name, seen in before.items()} != {name: seen[1] for name, seen in self._files.items()}:
            self._changed()


def _seen(document: str, known: tuple[Signature | None, str] | None) -> tuple[Signature | None, str]:
    """The signature of a file and the sha256 of its bytes; "" when it is gone."""
    try:
        stat = Path(document).stat()
        signature = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if known is not None and known[0] == signature:
            return known
        if stat.st_size > LARGEST:
            return signature, "too large"
        return signature, hashlib.sha256(Path(document).read_bytes()).hexdigest()
    except OSError:
        return None, ""


def news(drifted: Drifted, frozen: Runbook) -> News:
    """What changed. Reads the file: not for the event loop."""
    if drifted.how == "gone":
        return News(drifted, trouble=f"{drifted.call.document} is not there any more.")
    try:
        _, text = load(Path(drifted.call.document))
    except HandrailError as error:
        return News(drifted, trouble=str(error))
    section = drifted.call.section
    return News(drifted, differences(frozen.under(section), read(text, drifted.call.document).under(section)))
