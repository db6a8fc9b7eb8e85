"""A connection that opens, and what the server says first."""

from __future__ import annotations

import asyncio
import contextlib
import time

from handrail.health.probes.reading import Hands, Reading, error_word
from handrail.kinds import Tcp

BANNER = 512


async def ask(options: Tcp, hands: Hands) -> Reading:
    begun = time.perf_counter()
    values: dict[str, object] = {"error": "none"}
    writer = None
    try:
        reader, writer = await asyncio.open_connection(options.host, options.port, limit=BANNER)
        values["elapsed"] = time.perf_counter() - begun
        if options.banner:
            values["banner"] = (await reader.read(BANNER)).decode("utf-8", "replace").strip()
    except (OSError, UnicodeError) as error:
        values |= {"error": error_word(error), "elapsed": time.perf_counter() - begun}
    finally:
        if writer is not None:
            with contextlib.suppress(OSError):
                writer.close()
    return Reading(values)
