"""How records are made: the documents are frozen first, so that no event ever names one that is not there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from handrail.acts import calls, declaring
from handrail.acts.declaring import Opening, level_of
from handrail.acts.sections import find
from handrail.clock import Clock
from handrail.errors import Refusal, StateError, UsageError
from handrail.incident.checklist import split_key
from handrail.incident.events import Actor, Draft
from handrail.incident.incident import Incident
from handrail.incident.recorder import Recorder
from handrail.incident.store import Store
from handrail.pack.model import Pack, Scenario
from handrail.shelf.links import resolve
from handrail.watcher import Watcher

# How the note begins that says why an incident has no checklist.
WITHOUT = "Declared without its checklist:"


class Opener:
    """Makes incidents and checklists. For the store's thread."""

    def __init__(self, recorder: Recorder, store: Store, watcher: Watcher, clock: Clock, prefix: str) -> None:
        self._recorder = recorder
        self._store = store
        self._watcher = watcher
        self._clock = clock
        self._prefix = prefix

    def declare(self, pack: Pack, title: str, level_name: str, scenario_id: str, detected_at: datetime | None,
                actor: Actor, source: str = "") -> Incident | Refusal:
        """`source` is what proposed it ("lamp gmail"), "" for a person.

        Raises UsageError for an unknown level, scenario or section, RunbookError for a runbook that is no text.

        While the disk is away its document waits in memory; where that has no room either it is declared without its
        checklist, and a note says so.
        """
        level = level_of(pack, level_name)
        scenario = _scenario(pack, scenario_id)
        opening, missing = None, ""
        if scenario is not None and scenario.runbook:
            try:
                opening = self._frozen(pack.folder / scenario.runbook, scenario.section)
            except StateError as error:
                missing = f"{WITHOUT} {scenario.runbook} could not be kept. {error.title}"
        title = title or (scenario.title if scenario else "")
        drafts = list(declaring.incident(title, pack, level, scenario, opening, detected_at or self._clock.now(),
                                         source))
        if missing:
            drafts.append(Draft("note", {"text": missing}))
        return self._recorder.create(lambda _: drafts, actor=actor, prefix=self._prefix)

    def open_file(self, path: Path, section: str, *, fresh: bool, actor: Actor) -> Incident | Refusal:
        """Raises RunbookError for a file that is no text, UsageError for an unknown section."""
        opening = self._frozen(path, section)
        if not fresh:
            self._watcher.refresh()
            known = next((record for record in self._watcher.open()
                          if declaring.reusable(record, opening.sha256, opening.section)), None)
            if known is not None:
                return known
        drafts = declaring.checklist(opening)
        return self._recorder.create(lambda _: drafts, actor=actor, prefix=self._prefix, kind="checklist")

    def open_in(self, id: str, path: Path, section: str, actor: Actor) -> Incident | Refusal:
        """A call of a file, or of a section of it, in an incident. Raises as `open_file` does."""
        opening = self._frozen(path, section)
        return self._recorder.transact(id, lambda incident: calls.open_call(incident, opening), actor=actor)

    def open_link(self, id: str, key: str, target: str, roots: Sequence[Path], actor: Actor) -> Incident | Refusal:
        """A call of what a link of the item `key` leads to. Raises UsageError when nothing is there, RunbookError.

        A section of the same document is opened from its frozen copy, whatever became of the file.
        """
        incident = self._read(id)
        call = next((call for call in incident.calls if call.id == split_key(key)[0]), None)
        if call is None:
            return Refusal("no-such-call", "What it was opened from is not on the checklist any more.")
        goal = resolve(call.document, target, roots)
        if goal.path is None:
            runbook = msgspec.structs.replace(self._watcher.runbook(call.sha256), document=call.document)
            opening = Opening(runbook, call.sha256, find(runbook, goal.anchor))
        else:
            opening = self._frozen(goal.path, goal.anchor)
        return self._recorder.transact(id, lambda now: calls.open_call(now, opening, key), actor=actor)

    def _read(self, id: str) -> Incident:
        incident = self._watcher.incident(id)
        if incident is None:
            raise UsageError(f"There is no incident {id} any more.")
        return incident

    def _frozen(self, path: Path, section: str) -> Opening:
        from handrail.runbook.files import load
        from handrail.runbook.reader import read

        data, text = load(path)
        runbook = read(text, str(path.absolute()))
        where = find(runbook, section)
        return Opening(runbook, self._recorder.freeze(data), where)


def _scenario(pack: Pack, id: str) -> Scenario | None:
    if not id:
        return None
    found = next((scenario for scenario in pack.scenarios if scenario.id == id), None)
    if found is None:
        known = ", ".join(scenario.id for scenario in pack.scenarios) or "none"
        raise UsageError(f"The pack {pack.name} has no scenario {id!r}.", "", f"It has {known}.")
    return found
