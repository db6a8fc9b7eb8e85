"""Ids on the command line: the whole one, or any ending of it that only one incident has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handrail.errors import UsageError
from handrail.incident.waiting import Waiting

if TYPE_CHECKING:
    from handrail.paths import State


def resolve(state: State, given: str) -> str:
    """The whole id. Open incidents go before past ones. Raises UsageError when none or several have this ending."""
    wanted = given.strip().upper()
    waiting = {entry.incident for entry in Waiting(state).entries()}
    for folder in (state.active, state.past):
        ids = sorted({file.stem for file in folder.glob("*.json")} | (waiting if folder == state.active else set()))
        if given in ids:
            return given
        found = [id for id in ids if wanted and id.upper().endswith(wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"{given} may mean {len(found)} incidents.", f"{', '.join(found)}.", "Give more of it.")
    raise UsageError(f"There is no incident {given!r} in {state.root}.", "", "`handrail incidents` lists what is open.")
