"""A dead man's switch: something else touches a file, and is missed when it does not."""

from __future__ import annotations

import time
from pathlib import Path

from handrail.health.probes.reading import Hands, Reading, in_thread
from handrail.kinds import Heartbeat
from handrail.quantities import seconds


async def ask(options: Heartbeat, hands: Hands) -> Reading:
    return await in_thread(lambda: _read(options))


def _read(options: Heartbeat) -> Reading:
    period, grace = seconds(options.period) or 1.0, seconds(options.grace) or 0.0
    try:
        age = time.time() - Path(options.path).stat().st_mtime
    except FileNotFoundError:
        return Reading({"error": "none", "started": False})  # whether it is late cannot be told
    except OSError:
        return Reading({"error": "io"})
    late = age - grace
    return Reading({
        "error": "none", "started": True, "age": age, "late": late > period, "missed": max(0, int(late // period)),
    })
