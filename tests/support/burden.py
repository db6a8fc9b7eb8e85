"""What a process takes of the machine: resident memory and processor time, from /proc."""

from __future__ import annotations

import os
import time
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
