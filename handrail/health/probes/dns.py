"""A name looked up by this host's own resolver."""

from __future__ import annotations

import asyncio
import socket
import time

from handrail.health.probes.reading import Hands, Reading
from handrail.kinds import Dns

_FAMILIES = {"": socket.AF_UNSPEC, "4": socket.AF_INET, "6": socket.AF_INET6}
# What the resolver's answer means in the words of DNS itself.
_RCODES = {
    socket.EAI_NODATA: "NOERROR", socket.EAI_NONAME: "NXDOMAIN",
    socket.EAI_AGAIN: "SERVFAIL", socket.EAI_FAIL: "SERVFAIL",
}


async def ask(options: Dns, hands: Hands) -> Reading:
    begun = time.perf_counter()
    values: dict[str, object] = {"error": "none", "rcode": "NOERROR"}
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            options.name, None, family=_FAMILIES[options.family], type=socket.SOCK_STREAM)
        values["answers"] = len({address for *_, address in found})
    except socket.gaierror as error:
        values |= {"error": "dns", "answers": 0, "rcode": _RCODES.get(error.errno or 0, "FAILED")}
    except UnicodeError:
        values |= {"error": "dns", "answers": 0, "rcode": "FORMERR"}
    values["elapsed"] = time.perf_counter() - begun
    return Reading(values)
