"""Where an incident's file is."""

from __future__ import annotations

import re
from pathlib import Path

from handrail.errors import UsageError
from handrail.paths import State

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def find(state: State, id: str) -> Path | None:
    """The file of an incident, open or past. Looks twice, since it may move from one to the other meanwhile."""
    if ID.fullmatch(id):
        for folder in (state.active, state.past, state.active):
            if (path := folder / f"{id}.json").exists():
                return path
    return None


def known(state: State, id: str) -> Path:
    """The same; raises UsageError when there is no such incident."""
    if (path := find(state, id)) is None:
        raise UsageError(f"There is no incident {id}.", remedy="`handrail incidents` lists the open ones.")
    return path
