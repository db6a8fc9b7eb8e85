"""Room on the file system that holds a path, and how busy its device is."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from handrail.health.probes.reading import Hands, Reading, in_thread
from handrail.kinds import Disk


async def ask(options: Disk, hands: Hands) -> Reading:
    return await in_thread(lambda: _read(options.path, hands.memory))


def _read(path: str, memory: dict[str, Any]) -> Reading:
    try:
        room, device = os.statvfs(path), Path(path).stat().st_dev
    except FileNotFoundError:
        return Reading({"error": "missing"})
    except OSError:
        return Reading({"error": "io"})
    taken = room.f_blocks - room.f_bfree
    values: dict[str, object] = {
        "error": "none",
        "free": room.f_bavail * room.f_frsize,
        "size": room.f_blocks * room.f_frsize,
        "ro": bool(room.f_flag & os.ST_RDONLY),
    }
    if taken + room.f_bavail:
        values["used"] = taken / (taken + room.f_bavail)  # as df counts it: what is reserved for root is not ours
        values["free_ratio"] = room.f_bavail / (taken + room.f_bavail)
    if room.f_files:
        values["inodes_free"] = room.f_favail / room.f_files
    return Reading(values | _busy(device, memory))


def _busy(device: int, memory: dict[str, Any]) -> dict[str, object]:
    """Shares of the time since the last answer: the device at work, the processors waiting for it."""
    before = memory.get("busy")
    now = memory["busy"] = (time.monotonic(), _device_ms(device), _cpu_ticks())
    if before is None or now[0] <= before[0]:
        return {}
    found: dict[str, object] = {}
    if now[1] is not None and before[1] is not None:
        found["io_util"] = min(1.0, max(0.0, (now[1] - before[1]) / 1000 / (now[0] - before[0])))
    if now[2] is not None and before[2] is not None and now[2][1] > before[2][1]:
        found["io_wait"] = max(0.0, (now[2][0] - before[2][0]) / (now[2][1] - before[2][1]))
    return found


def _device_ms(device: int) -> int | None:
    """Milliseconds the device has spent working, from /proc/diskstats."""
    number = (str(os.major(device)), str(os.minor(device)))
    try:
        for line in Path("/proc/diskstats").read_text("ascii").splitlines():
            fields = line.split()
            if (fields[0], fields[1]) == number:
                return int(fields[12])
    except (OSError, ValueError, IndexError):
        pass
    return None


def _cpu_ticks() -> tuple[int, int] | None:
    """(waiting for I/O, all), from /proc/stat."""
    try:
        with Path("/proc/stat").open(encoding="ascii") as file:
            ticks = [int(field) for field in file.readline().split()[1:9]]
        return ticks[4], sum(ticks)
    except (OSError, ValueError, IndexError):
        return None
