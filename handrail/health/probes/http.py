"""One request, timed: status, body up to a limit, the certificate's days left, and why it failed where it did."""

from __future__ import annotations

import asyncio
import importlib.util
import ssl
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from handrail.health.probes.reading import Hands, Reading, error_word
from handrail.kinds import Http

if TYPE_CHECKING:
    import httpx

_STARTED, _ENDED = ".started", ".complete"


def new_client(urls: Iterable[str]) -> httpx.AsyncClient:
    """The client that all probes share: no proxies from the environment, no kept connections, no limit of its own."""
    import httpx

    if importlib.util.find_spec("sniffio") is None:
        # httpcore looks for it six times a request; known to be absent, that costs nothing (a quarter of the whole).
        sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
    if any(url.startswith("https:") for url in urls):
        context = httpx.create_ssl_context(trust_env=False)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and spares reading the certificates
    return httpx.AsyncClient(
        verify=context,
        trust_env=False,
        timeout=None,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        headers={"accept": "*/*", "accept-encoding": "identity", "user-agent": "handrail", "connection": "close"},
    )


async def ask(options: Http, hands: Hands) -> Reading:
    """Raises nothing of its own; the caller's time limit cancels it."""
    import httpx

    assert hands.client is not None
    client: httpx.AsyncClient = hands.client()
    marks: dict[str, float] = {}
    begun = time.perf_counter()

    async def trace(name: str, _info: Any) -> None:
        marks.setdefault(name, time.perf_counter())

    values: dict[str, object] = {"error": "none"}
    body = b""
    try:
        if "dns" in hands.needs:
            values["dns"] = await _resolved(options.url)
        request = client.build_request(
            options.method, options.url, headers=options.headers, content=options.body.encode() or None,
            extensions={"trace": trace},
        )
        response = await client.send(request, stream=True, follow_redirects=options.follow)
        try:
            values |= {"status": response.status_code, "redirects": len(response.history)}
            values |= _certificate(response)
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > hands.body_limit:
                    values["error"], body = "size", b""
                    break
        finally:
            await response.aclose()
    except (httpx.InvalidURL, UnicodeError, ValueError):
        values["error"] = "protocol"
    except (httpx.HTTPError, OSError) as error:
        values["error"] = error_word(error)
    values["elapsed"] = time.perf_counter() - begun
    values["size"] = len(body)
    values |= _phases(marks, begun)
    return Reading(values, body if values["error"] == "none" else None)


def _phases(marks: dict[str, float], begun: float) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, event in (("connect", "connection.connect_tcp"), ("tls", "connection.start_tls")):
        if event + _STARTED in marks and event + _ENDED in marks:
            found[name] = marks[event + _ENDED] - marks[event + _STARTED]
    if (first := marks.get("http11.receive_response_headers" + _ENDED)) is not None:
        found["ttfb"] = first - begun
    return found


def _certificate(response: httpx.Response) -> dict[str, object]:
    stream = response.extensions.get("network_stream")
    secured = stream.get_extra_info("ssl_object") if stream is not None else None
    until = (secured.getpeercert() or {}).get("notAfter") if secured is not None else None
    if not isinstance(until, str):
        return {}
    left = datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC) - datetime.now(UTC)
    return {"cert_days": left.total_seconds() / 86400}


async def _resolved(url: str) -> float:
    """Seconds that looking up the name takes."""
    import httpx

    begun = time.perf_counter()
    where = httpx.URL(url)
    await asyncio.get_running_loop().getaddrinfo(where.host, where.port or where.scheme)
    return time.perf_counter() - begun
