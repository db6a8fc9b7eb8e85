"""Processes as /proc shows them."""

from __future__ import annotations

import os


def read_small(path: str) -> bytes:
    """The first 4 KiB of a file; nothing when it cannot be read."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(fd, 4096)
    except OSError:  # the process ended meanwhile
        return b""
    finally:
        os.close(fd)


def status(pid: int) -> tuple[str, int, int]:
    """State letter, parent, and start in clock ticks since boot, which with the pid is unmistakable.

    ("", 0, 0) when there is no such process.
    """
    fields = read_small(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    return (fields[0].decode(), int(fields[1]), int(fields[19])) if len(fields) > 19 else ("", 0, 0)


def name(pid: int) -> str:
    """What a process is called, as `ps -o comm` says; "" when it is gone."""
    return read_small(f"/proc/{pid}/comm").decode("utf-8", "replace").strip()


def boot_id() -> str:
    """What tells this start of the machine from the one before."""
    return read_small("/proc/sys/kernel/random/boot_id").decode().strip()


def descendants() -> list[int]:
    """The pids of all that descends from this process and still lives."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            state, parent, _ = status(int(entry))
            if state not in ("", "Z"):
                children.setdefault(parent, []).append(int(entry))
    found: list[int] = []
    queue = [os.getpid()]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return found
