"""Room for new output: the old output of what is closed and was exported goes, by age and by size, and the record says
so."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby

from handrail.errors import HandrailError
from handrail.incident.events import Actor, Draft
from handrail.incident.store import Store
from handrail.paths import State
from handrail.runs.prune import AGE, SIZE, Old, give_back, old


def make_room(state: State, store: Store, *, age: float = AGE, size: int = SIZE) -> int:
    """Give back what is older than `age` (s), then the oldest until `size` (B) are left; how many bytes that were.

    Never raises. The record says first what goes: what it cannot say stays.
    """
    def is_closed(id: str) -> bool:
        return (state.past / f"{id}.json").exists() and not (state.active / f"{id}.json").exists()

    gone, now = 0, time.time()
    going = old(state.root / "runs", is_closed, now, age=age, size=size)
    for id, some in groupby(sorted(going, key=lambda one: one.incident), key=lambda one: one.incident):
        with suppress(HandrailError, OSError):
            runs = list(some)
            _say(store, id, runs)
            gone += sum(one.bytes for one in runs if give_back(one, now))
    return gone


def _say(store: Store, id: str, runs: Sequence[Old]) -> None:
    """One event whoever says it: several consoles may look at the same time."""
    names = sorted(one.folder.name for one in runs)
    known = hashlib.sha256("\n".join(names).encode()).hexdigest()[:32]
    draft = Draft("given_back", {"runs": names, "bytes": sum(one.bytes for one in runs)}, id=f"given_back:{known}")
    store.transact(id, lambda _: [draft], actor=Actor("handrail", host=os.uname().nodename))
