"""A process that notes: `python writer.py STATE ID NAME COUNT [HOW]`.

Prints the id of each event once it is acknowledged, in one write of its own, so that whoever reads the pipe knows
exactly what was promised. HOW makes one that leaves something out, to show that a test would notice: "careless" the
sync of the folder, "unlocked" the lock.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from handrail.clock import SystemClock
from handrail.incident.events import Actor, Draft
from handrail.incident.files import RealFiles
from handrail.incident.store import Store
from handrail.paths import State


class Careless(RealFiles):
    def sync_folder(self, folder: Path) -> None:
        return


class Unlocked(RealFiles):
    def lock(self, descriptor: int) -> None:
        return


KINDS = {"": RealFiles, "careless": Careless, "unlocked": Unlocked}


def main(state: str, id: str, name: str, count: str, how: str = "") -> None:
    store = Store(State(Path(state)), SystemClock(), KINDS[how]())
    for number in range(int(count)):
        draft = Draft("note", {"text": f"note {number} by {name}"}, id=f"{name}-{os.getpid()}-{number}")
        store.transact(id, lambda _, draft=draft: [draft], actor=Actor(name))
        os.write(1, f"{draft.id}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
