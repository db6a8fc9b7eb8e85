"""Frozen documents as they were understood, and the checklists made of them. Kept in memory, shared by all threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from handrail.errors import HandrailError
from handrail.incident.archive import Archive
from handrail.incident.checklist import Checklist, build
from handrail.incident.classes import Kept
from handrail.incident.incident import Incident
from handrail.paths import State
from handrail.runbook import tools
from handrail.runbook.classing import NOBODY, Classes
from handrail.runbook.model import Runbook

RUNBOOKS = 64
CHECKLISTS = 256


class Library:
    """A document is read once per process: its name is the hash of its bytes, so it cannot change. What operators said
    of its steps by hand can: that is laid over it each time it is asked for."""

    def __init__(self, state: State) -> None:
        self._archive = Archive(state)
        self._guard = threading.RLock()
        self._runbooks: OrderedDict[str, Runbook] = OrderedDict()
        self._classed: OrderedDict[str, tuple[Classes, Runbook]] = OrderedDict()
        self._checklists: OrderedDict[tuple[str, str, int, int], Checklist] = OrderedDict()
        self._tools = tools.version()
        self.classes = Kept(state)

    def runbook(self, sha: str) -> Runbook:
        """The document of a sha256. Raises UsageError when it is gone, Damaged when its bytes changed."""
        with self._guard:
            self._forget_what_other_tools_said()
            now = self.classes.now()
            classes, known = self._classed.get(sha, (NOBODY, None))
            if known is None or classes is not now:
                known = now.on(self._read(sha))
                self._classed[sha] = (now, known)
                _limit(self._classed, RUNBOOKS)
            self._classed.move_to_end(sha)
            return known

    def _read(self, sha: str) -> Runbook:
        if sha not in self._runbooks:
            from handrail.runbook.reader import read

            self._runbooks[sha] = read(self._archive.document(sha), sha[:12])
            _limit(self._runbooks, RUNBOOKS)
        self._runbooks.move_to_end(sha)
        return self._runbooks[sha]

    def checklist(self, incident: Incident) -> Checklist:
        """The checklist of an incident as it stands; empty when one of its documents cannot be read any more."""
        with self._guard:
            self._forget_what_other_tools_said()
            classes = self.classes.now()
            key = (incident.id, incident.head, incident.rev, self.classes.version)
            if key not in self._checklists:
                try:
                    self._checklists[key] = build(incident, self._as_it_ended(incident, classes))
                except HandrailError:
                    self._checklists[key] = Checklist()
                _limit(self._checklists, CHECKLISTS)
            self._checklists.move_to_end(key)
            return self._checklists[key]

    def _forget_what_other_tools_said(self) -> None:
        if tools.version() != self._tools:
            self._tools = tools.version()
            for kept in (self._runbooks, self._classed, self._checklists):
                kept.clear()

    def _as_it_ended(self, incident: Incident, classes: Classes) -> Callable[[str], Runbook]:
        """Nothing that is said later changes what an ended incident shows."""
        if not incident.closed or not incident.events or not classes.said:
            return self.runbook
        then = classes.until(incident.events[-1].recorded_at)
        return lambda sha: then.on(self._read(sha))


def _limit(kept: OrderedDict[Any, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)
