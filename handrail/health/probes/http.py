"""One request, timed: status, body up to a limit, the certificate's days left, and why it failed where it did."""

from __future__ import annotations

import asyncio
import importlib.util
import ssl
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from handrail.health.probes.reading import Hands, Reading, error_word
from handrail.kinds import Http

if TYPE_CHECKING:
    import httpx

HEADERS = {"accept": "*/*", "accept-encoding": "identity", "user-agent": "handrail", "connection": "close"}
_STARTED, _ENDED = ".started", ".complete"


class Client:
    """What all probes over HTTP share: whom they trust, no proxies from the environment, and nothing of an answer."""

    def __init__(self, urls: Iterable[str], trust: ssl.SSLContext | None = None) -> None:
        """For these addresses; `trust` in place of what this host trusts."""
        import httpx

        from handrail.health.probes.wire import Wire

        if importlib.util.find_spec("sniffio") is None:
            # httpcore looks for it several times a request; known to be absent, that costs nothing.
            sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
        if trust is not None:
            context = trust
        elif any(url.startswith("https:") for url in urls):
            context = httpx.create_ssl_context(trust_env=False)
        else:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and spares reading the certificates
        self._wire = Wire(context)

    async def send(self, request: httpx.Request, *, follow: bool) -> httpx.Response:
        """The head of the answer, of the last one where redirects are followed. Raises httpx.HTTPError, OSError."""
        import httpx

        if not follow:
            return await self._wire.handle_async_request(request)
        # The cookies of one such journey are its own.
        guide = httpx.AsyncClient(transport=self._wire, trust_env=False, timeout=None)
        return await guide.send(request, stream=True, follow_redirects=True)


async def ask(options: Http, hands: Hands) -> Reading:
    """Raises nothing of its own; the caller's time limit cancels it."""
    import httpx

    assert hands.client is not None
    client: Client = hands.client()
    marks: dict[str, float] = {}
    begun = time.perf_counter()

    async def trace(name: str, _info: Any) -> None:
        marks.setdefault(name, time.perf_counter())

    values: dict[str, object] = {"error": "none"}
    body = b""
    try:
        if "dns" in hands.needs:
            values["dns"] = await _resolved(options.url)
        request = httpx.Request(
            options.method, _address(options.url), headers=_headers(options), content=options.body.encode() or None,
            extensions={"trace": trace},
        )
        response = await client.send(request, follow=options.follow)
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
    except (httpx.HTTPError, OSError) as error:  # first: a certificate that does not fit is a ValueError too
        values["error"] = error_word(error)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        values["error"] = "protocol"
    values["elapsed"] = time.perf_counter() - begun
    values["size"] = len(body)
    values |= _phases(marks, begun)
    return Reading(values, body if values["error"] == "none" else None)


@lru_cache(maxsize=1024)
def _address(url: str) -> httpx.URL:
    import httpx

    return httpx.URL(url)


def _headers(options: Http) -> httpx.Headers:
    import httpx

    headers = httpx.Headers(HEADERS)
    headers.update(options.headers)
    return headers


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
