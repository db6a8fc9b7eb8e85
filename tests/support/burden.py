"""What a process takes of the machine: resident memory and processor time, from /proc."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> int:
    """Bytes of resident memory; 0 when it is gone."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def processor(pid: int) -> float:
    """Seconds of processor time so far; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


class Burden:
    """The processor time of a process since this was made, as a share of one core."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._start, self._used = time.monotonic(), processor(pid)

    @property
    def share(self) -> float:
        return (processor(self._pid) - self._used) / max(1e-9, time.monotonic() - self._start)


def rests(pid: int, meanwhile: Callable[[float], object] = time.sleep) -> bool:
    """Whether a process took less than a tenth of a core over the next 0.6 s, or has ended.

    `meanwhile` is done again and again, with how long it may take (s).
    """
    burden = Burden(pid)
    until = time.monotonic() + 0.6
    while time.monotonic() < until:
        meanwhile(0.05)
    return burden.share < 0.1
