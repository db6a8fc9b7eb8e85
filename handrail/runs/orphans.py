"""What lives on of a run that nobody supervises any more: found by the mark in its environment, and ended from here."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from handrail.runs.supervision import processes
from handrail.runs.supervision.ladder import AGAIN_EVERY, GIVE_UP_AFTER, KILL_AFTER, TERM_AFTER

MARK = b"HANDRAIL_RUN="


def living(folder: Path) -> tuple[int, ...]:
    """The processes that the run in `folder` started and that this account may look at, oldest number first."""
    wanted = MARK + os.fsencode(folder.absolute())
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if wanted in (entry / "environ").read_bytes().split(b"\0") and _lives(int(entry.name)):
                    found.append(int(entry.name))
    return tuple(sorted(found))


def end(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """INT, after 3 s TERM, after 5 s KILL to all of it, until nothing is left. Blocks for at most 10 s.

    Answers what was there and what still is, each as "PID name".
    """
    found = {pid: processes.name(pid) for pid in living(folder)}
    began, told = time.monotonic(), 0
    while left := living(folder):
        found |= {pid: processes.name(pid) for pid in left if pid not in found}
        since = time.monotonic() - began
        if since >= GIVE_UP_AFTER:
            break
        due = signal.SIGINT if since < TERM_AFTER else signal.SIGTERM if since < KILL_AFTER else signal.SIGKILL
        if told != due or due == signal.SIGKILL:
            told = due
            for pid in left:
                with contextlib.suppress(OSError):
                    os.kill(pid, due)
                    os.kill(pid, signal.SIGCONT)  # a stopped process hears nothing else
        time.sleep(AGAIN_EVERY)
    return _named(found, found), _named(found, living(folder))


def _named(names: dict[int, str], pids: Iterable[int]) -> tuple[str, ...]:
    return tuple(f"{pid} {names.get(pid, '')}".strip() for pid in sorted(pids))


def _lives(pid: int) -> bool:
    return processes.status(pid)[0] not in ("", "Z")
