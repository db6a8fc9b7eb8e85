"""Between the key that starts a step and the record of it: the screen says so, and a second key starts nothing."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.desks import Desk, a_desk
from support.onscreen import on_screen

RUNBOOK = "# Mill\n\n```bash\n# Grind\necho ground\n```\n\n```bash\n# Sieve\necho sieved\n```\n"


@contextmanager
def somebody_writes(desk: Desk) -> Iterator[None]:
    """Another holds the store, as while it writes."""
    with Path(desk.state.lock).open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


async def test_a_second_enter_neither_runs_nor_judges_what_is_only_being_started(tmp_path: Path):
    with a_desk(tmp_path, RUNBOOK) as desk:
        record = desk.open()
        async with on_screen(desk, record) as console:
            await console.shows("enter run")
            with somebody_writes(desk):
                await console.press("enter")
                await console.shows("enter starts")
                await console.press("enter")
                await console.shows("It is being started.")
            await console.shows("enter looks right")
            (attempts,) = (state.attempts for state in desk.operator.watcher.incident(record.id).items.values())
            assert len(attempts) == 1
