"""Processes whose command line matches a pattern."""

from __future__ import annotations

import os
import re
import time
from typing import Any

from handrail.health.probes.reading import LONGEST_LINE, Hands, Reading, in_thread
from handrail.kinds import Process


async def ask(options: Process, hands: Hands) -> Reading:
    return await in_thread(lambda: _read(options, hands))


def count(pattern: str) -> int | None:
    """How many processes match; None when that cannot be told."""
    import psutil

    try:
        return len(_matching(re.compile(pattern), ""))
    except (re.error, psutil.Error, OSError):
        return None


def _matching(pattern: re.Pattern[str], user: str) -> list[Any]:
    """The processes, without this one: a console whose own arguments hold the word is not what was meant."""
    import psutil

    found = []
    for process in psutil.process_iter(["pid", "cmdline", "name", *(["username"] if user else [])]):
        told = process.info
        line = (" ".join(told["cmdline"] or ()) or told["name"] or "")[:LONGEST_LINE]
        if told["pid"] != os.getpid() and pattern.search(line) and (not user or told["username"] == user):
            found.append(process)
    return found


def _read(options: Process, hands: Hands) -> Reading:
    import psutil

    try:
        found = _matching(re.compile(options.match), options.user)
    except (psutil.Error, OSError):
        return Reading({"error": "io"})
    sizes: list[int] = []
    ages: list[float] = []
    seen: dict[int, float] = {}
    fds: list[float] = []
    sockets, zombies = 0, 0
    for process in found:
        try:
            with process.oneshot():
                zombies += process.status() == psutil.STATUS_ZOMBIE
                sizes.append(process.memory_info().rss)
                ages.append(time.time() - process.create_time())
                times = process.cpu_times()
                seen[process.pid] = times.user + times.system
            if "fds_pct" in hands.needs:
                fds.append(process.num_fds() / process.rlimit(psutil.RLIMIT_NOFILE)[0])
            if "sockets" in hands.needs:
                sockets += len(process.net_connections())
        except (psutil.Error, OSError):
            continue
    values: dict[str, object] = {
        "error": "none", "count": len(found), "zombies": zombies,
        "rss_sum": sum(sizes), "rss_max": max(sizes, default=0),
    }
    if ages:
        values["age_min"] = min(ages)
    if fds or not found:
        values["fds_pct"] = max(fds, default=0.0)
    if "sockets" in hands.needs:
        values["sockets"] = sockets
    return Reading(values | _cpu(seen, hands.memory))


def _cpu(seen: dict[int, float], memory: dict[str, Any]) -> dict[str, object]:
    """The share of one processor that the busiest of them used since the last answer."""
    before, memory["cpu"] = memory.get("cpu"), (time.monotonic(), seen)
    if before is None or time.monotonic() <= before[0]:
        return {}
    passed = time.monotonic() - before[0]
    shares = [(used - before[1][pid]) / passed for pid, used in seen.items() if pid in before[1]]
    return {"cpu": max(shares)} if shares else {}
