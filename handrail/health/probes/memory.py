"""Memory of this host that could be had at once."""

from __future__ import annotations

from handrail.health.probes.reading import Hands, Reading, in_thread
from handrail.kinds import Nothing


async def ask(options: Nothing, hands: Hands) -> Reading:
    return await in_thread(_read)


def _read() -> Reading:
    import psutil

    try:
        memory, swap = psutil.virtual_memory(), psutil.swap_memory()
    except (psutil.Error, OSError, RuntimeError):
        return Reading({"error": "io"})
    return Reading({
        "error": "none", "available": memory.available, "available_ratio": memory.available / memory.total,
        "used": 1 - memory.available / memory.total, "swap_used": swap.used / swap.total if swap.total else 0.0,
    })
