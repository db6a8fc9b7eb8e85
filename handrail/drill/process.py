"""The process behind a world: its listening sockets, its start, and the question whether it still lives."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

BACKLOG = 128


def listen() -> socket.socket:
    """A listening loopback socket on a port of the system's choice.

    Bound a second time, by number: only then does the kernel keep the port for us while a fault makes it refuse.
    """
    with socket.socket() as scout:
        scout.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        scout.bind(("127.0.0.1", 0))
        address = scout.getsockname()
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    listener.listen(BACKLOG)
    return listener


def spawn(root: Path, listeners: Sequence[socket.socket]) -> int:
    """Start the world's process in a session of its own; it inherits the listeners as descriptors 3 and 4."""
    log = os.open(root / "world.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    high = [fcntl.fcntl(listener, fcntl.F_DUPFD_CLOEXEC, 10) for listener in listeners]
    try:
        return os.posix_spawn(
            sys.executable,
            [sys.executable, "-P", "-m", "handrail.drill.serve", str(root), "3", "4"],
            {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2),
                (os.POSIX_SPAWN_DUP2, high[0], 3), (os.POSIX_SPAWN_DUP2, high[1], 4),
            ],
            setsid=True,
            setsigdef=(signal.SIGPIPE, signal.SIGTERM, signal.SIGINT, signal.SIGHUP),
        )
    finally:
        for descriptor in (log, null, *high):
            os.close(descriptor)


def start_of(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; None when it has ended. One that we started is reaped then."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    if fields[0] not in "ZX" or _threads(pid) > 1:  # the first thread may be dead while another still holds the ports
        return int(fields[19])
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return None


def _threads(pid: int) -> int:
    try:
        return sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return 0
