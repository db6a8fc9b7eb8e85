"""What a run consists of now: its processes, and what each of them is doing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from handrail.runs.orphans import living
from handrail.runs.record import RunFiles
from handrail.runs.supervision import processes
from handrail.runs.waits import waits_for

Doing = Literal["running", "waiting", "waiting for the disk", "stopped"]
STATES: dict[str, Doing] = {"R": "running", "D": "waiting for the disk", "T": "stopped", "t": "stopped"}
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Process:
    """One living process of a run. `depth` is 0 for the step itself and for what was daemonised.

    `command` is its command line as it stands in `ps`: foreign text. `cpu` is the seconds of processor it has used.
    `ours` is False when it runs as another user, so that only its terminal can interrupt it. `waits_for` says what a
    process that waits is waiting for, as far as it can be told.
    """

    pid: int
    depth: int
    name: str
    command: str
    doing: Doing
    cpu: float
    ours: bool
    waits_for: str = ""


def tree(files: RunFiles) -> tuple[Process, ...]:
    """The living processes of the run, each after its parent. Empty when there are none or nobody knows them."""
    state = files.state()
    children = _children()
    roots: list[int] = []
    if state.word == "lost" or (state.left and not state.background):
        marked = living(files.folder)
        below = {child for pid in marked for child in children.get(pid, [])}
        roots = [pid for pid in marked if pid not in below]
    elif (state.word == "running" or state.background) and (meta := files.meta()):
        roots = children.get(int(meta["supervisor"]["pid"]), [])
    found: list[Process] = []
    above = [(pid, 0) for pid in roots]
    while above:
        pid, depth = above.pop(0)
        if process := _look(pid, depth):
            found.append(process)
            above[:0] = [(child, depth + 1) for child in children.get(pid, [])]
    return tuple(found)


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in sorted(int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()):
        state, parent, _ = processes.status(entry)
        if state not in ("", "Z"):
            found.setdefault(parent, []).append(entry)
    return found


def _look(pid: int, depth: int) -> Process | None:
    fields = processes.read_small(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    if len(fields) < 20:
        return None
    words = processes.read_small(f"/proc/{pid}/cmdline").split(b"\0")
    try:
        ours = Path(f"/proc/{pid}").stat().st_uid == os.getuid()
    except OSError:
        return None
    doing = STATES.get(fields[0].decode(), "waiting")
    return Process(pid, depth, processes.name(pid), b" ".join(words).decode("utf-8", "replace").strip(), doing,
                   (int(fields[11]) + int(fields[12])) / TICKS, ours, waits_for(pid) if doing == "waiting" else "")
