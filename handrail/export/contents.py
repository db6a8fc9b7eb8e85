"""What an export holds. Unpacked it is a state folder of its own, so that `handrail verify` checks it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from handrail.errors import HandrailError
from handrail.incident.archive import Archive
from handrail.incident.incident import Incident
from handrail.paths import State

# The carried environment is the account's own; a socket is nothing to keep.
STAYS = frozenset({"env.sh", "sock"})


class Member(NamedTuple):
    """A file of the export: its name below the incident's folder, and its bytes or where they are."""

    name: str
    source: Path | bytes


def members(state: State, incident: Incident, sealed: bytes, archive: Archive) -> Iterator[Member]:
    """Everything of `incident`, whose file holds `sealed`; without what `verify` names as gone or damaged."""
    folder = archive.path(incident.id).parent.name
    yield Member(f"{folder}/{incident.id}.json", sealed)
    documents = {str(event.data.get("sha256")) for event in incident.events if event.kind == "call_opened"}
    for sha in sorted(documents):
        with suppress(HandrailError):
            yield Member(f"documents/{sha}.md", archive.document(sha))
    for run in run_folders(state, incident.id):
        for path in _files(run):
            yield Member(f"runs/{incident.id}/{run.name}/{path.relative_to(run)}", path)
    evidence = state.evidence / incident.id
    for path in _files(evidence):
        yield Member(f"evidence/{incident.id}/{path.relative_to(evidence)}", path)


def run_folders(state: State, id: str) -> list[Path]:
    """The folders of an incident's runs and chains, on the disk or in memory, by name."""
    found = {run.name: run for runs in (state.runs_in_memory(id), state.runs(id)) if runs.is_dir()
             for run in runs.iterdir() if run.is_dir() and not run.name.startswith(".")}
    return [found[name] for name in sorted(found)]


def _files(folder: Path) -> Iterator[Path]:
    """The plain files below `folder`: a link could lead to anything."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in inside) and (
                path.name not in STAYS):
            yield path
