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


def serve(folder: Path, gateway: int, loops: int) -> None:
    """Serve until ended. `gateway` and `loops` are descriptors of listening sockets."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: ended.set())
    claw = Claw(folder)
    doors = {name: Door(name, socket.socket(fileno=fd), claw) for name, fd in (("gateway", gateway), ("loops", loops))}
    tidy(folder)
    began, claimed = time.monotonic(), False
    while not ended.wait(TICK):
        if owner(folder) == os.getpid():
            claimed = True
        elif claimed or time.monotonic() - began > GRACE:
            break
        with claw.lock:
            claw.sync()
            wishes = {name: should_be_open(name, claw, time.monotonic()) for name in doors}
        for name, open in wishes.items():
            with contextlib.suppress(OSError):
                doors[name].hold(open)
    claw.services.browser.stop()


def owner(folder: Path) -> int | None:
    """The process that `world.json` names; None when there is no such file, or not yet a whole one."""
    try:
        pid = json.loads((folder / "world.json").read_text("utf-8"))["pid"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return pid if isinstance(pid, int) else None


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
