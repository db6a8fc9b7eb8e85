"""What is told about a run besides its output: meta.json when it begins, env.sh and exit.json when it ends."""

from __future__ import annotations

import os
import time

from handrail.runs.supervision import carried, processes
from handrail.runs.supervision.jsontext import extend, to_json

LISTED_AT_MOST = 50  # processes left running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from resource import struct_rusage

    from handrail.runs.supervision.folder import Folder
    from handrail.runs.supervision.masking import Mask
    from handrail.runs.supervision.request import Request


def beginning(request: Request, t0_ns: int, adopts_orphans: bool, step: int | None) -> bytes:
    """The content of meta.json, before (`step` None) and after the step has a pid."""
    return extend(request["meta"], {
        "t0_ns": t0_ns,
        "boot_id": processes.boot_id(),
        "host": os.uname().nodename,
        "supervisor": _process(os.getpid()),
        "step": None if step is None else _process(step),
        "adopts_orphans": adopts_orphans,
    })


def keep_environment(dump: int, request: Request, folder: Folder, mask: Mask) -> bool:
    """Write env.sh from what the shell left behind `dump`; False when it left nothing whole, or the disk is full."""
    if not request["flavour"]:
        return False
    left = os.pread(dump, os.fstat(dump).st_size, 0)
    text = carried.environment(left, request["flavour"], request["functions"], mask)
    if text is None:
        return False
    try:
        folder.replace("env.sh", text)
    except OSError:
        return False
    return True


def outcome(status: int, refusal: str) -> dict[str, object]:
    """How the step itself ended: exit or signal, or why it could not be executed at all."""
    signalled = os.WIFSIGNALED(status)
    return {
        "exit": None if signalled or refusal else os.WEXITSTATUS(status),
        "signal": os.WTERMSIG(status) if signalled else None,
        "refused": refusal,
        "at_ns": time.time_ns(),
    }


def cost(seconds: float, usage: struct_rusage | None) -> dict[str, object]:
    """What it took."""
    if usage is None:
        return {"seconds": round(seconds, 6)}
    return {"seconds": round(seconds, 6), "user_s": usage.ru_utime, "system_s": usage.ru_stime,
            "max_rss_kb": usage.ru_maxrss}


def left_running() -> list[dict[str, object]]:
    """What the step started and is still there."""
    return [{**_process(pid), "name": processes.name(pid)} for pid in processes.descendants()[:LISTED_AT_MOST]]


def as_json(value: dict[str, object]) -> bytes:
    """One line of JSON."""
    return to_json(value).encode() + b"\n"


def _process(pid: int) -> dict[str, object]:
    return {"pid": pid, "start": processes.status(pid)[2]}
