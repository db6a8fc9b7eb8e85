"""The process of a practice world: `python -m handrail.drill.serve FOLDER GATEWAY_FD LOOPS_FD`.

It serves the two sockets it was given and ends when it is told to (SIGTERM), or when `world.json` in its folder is
gone or names another process.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

from handrail.drill.claw import Claw
from handrail.drill.layout import tidy
from handrail.drill.web import Door, should_be_open

TICK = 0.1
GRACE = 5.0
SETTLED = 1.0  # seconds after which a fault is all in, also where a unit or a port has to follow


def serve(folder: Path, gateway: int, loops: int) -> None:
    """Serve until ended. `gateway` and `loops` are descriptors of listening sockets."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: ended.set())
    claw = Claw(folder)
    doors = {name: Door(name, socket.socket(fileno=fd), claw) for name, fd in (("gateway", gateway), ("loops", loops))}
    tidy(folder)
    began, claimed, faults, again = time.monotonic(), False, claw.faults, float("inf")
    while not ended.wait(TICK):
        if owner(folder) == os.getpid():
            claimed = True
        elif claimed or time.monotonic() - began > GRACE:
            break
        with claw.lock:
            claw.sync()
            wanted = {name: should_be_open(name, claw, time.monotonic()) for name in doors}
            turned, faults = claw.faults != faults, claw.faults
        for name, open in wanted.items():
            with contextlib.suppress(OSError):
                doors[name].hold(open)
        if turned or time.monotonic() >= again:
            show_at_once(folder)
            again = time.monotonic() + SETTLED if turned else float("inf")
    claw.services.browser.stop()


def show_at_once(folder: Path) -> None:
    """Have the lamps asked now: whoever puts a fault in looks at them, and they are asked at leisure otherwise."""
    from handrail.health.wishes import wish_all  # here: most worlds serve a while before anything is put in

    wish_all(folder / "state" / "health")


def owner(folder: Path) -> int | None:
    """The process that `world.json` names; None when there is no such file, or not yet a whole one."""
    try:
        pid = json.loads((folder / "world.json").read_text("utf-8"))["pid"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return pid if isinstance(pid, int) else None


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
