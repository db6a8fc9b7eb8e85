"""The http probe against a server that misbehaves in every way seen at night."""

from __future__ import annotations

import asyncio

import pytest
from support.faulty import FaultyServer, unused_port

from handrail.health.extract import extract
from handrail.health.probes import Hands, Reading
from handrail.health.probes.http import ask, new_client
from handrail.kinds import Http
from handrail.pack.pack import Probe


async def answer(url: str, timeout: float = 30.0, **options: object) -> Reading:
    client = new_client([url])
    hands = Hands(timeout=timeout, body_limit=1000, interval=1.0, client=lambda: client, needs=frozenset({"dns"}))
    try:
        async with asyncio.timeout(timeout):
            return await ask(Http(url=url, **options), hands)  # type: ignore[arg-type]
    finally:
        await client.aclose()


async def test_a_good_answer_is_timed_and_carries_its_body(server: FaultyServer):
    reading = await answer(server.url)
    assert (reading.values["error"], reading.values["status"], reading.values["redirects"]) == ("none", 200, 0)
    assert reading.document == b'{"connected": true, "watchActive": true, "n": 3}'
    assert reading.values["size"] == len(reading.document)
    times = [reading.values[name] for name in ("connect", "ttfb", "elapsed")]
    assert all(isinstance(time, float) and 0 < time < 30 for time in times)
    assert times == sorted(times), "connected before the first byte, first byte before the end"
    assert "tls" not in reading.values


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
async def test_a_status_is_an_answer_not_an_error(server: FaultyServer, status: int):
    server.mode = str(status)
    reading = await answer(server.url)
    assert (reading.values["error"], reading.values["status"]) == ("none", status)
    assert reading.document, "a 503 with JSON can still be read"


@pytest.mark.parametrize(("mode", "error"), [
    ("reset", "reset"), ("empty", "protocol"), ("not-http", "protocol"), ("short", "protocol"), ("large", "size"),
])
async def test_what_goes_wrong_has_a_word(server: FaultyServer, mode: str, error: str):
    server.mode = mode
    reading = await answer(server.url)
    assert reading.values["error"] == error
    assert reading.document is None, "half an answer is none"


@pytest.mark.parametrize("mode", ["hang", "drip"])
async def test_the_limit_is_for_the_whole_answer(server: FaultyServer, mode: str):
    """A server that sends a byte every 0.2 s never passes a limit that is per read."""
    server.mode = mode
    with pytest.raises(TimeoutError):
        await answer(server.url, timeout=0.5)


async def test_nobody_listens():
    reading = await answer(f"http://127.0.0.1:{unused_port()}/")
    assert reading.values["error"] == "refused"


async def test_no_such_host():
    reading = await answer("http://handrail-test.invalid/", timeout=30.0)
    assert reading.values["error"] == "dns"


async def test_tls_to_a_server_that_speaks_none(server: FaultyServer):
    server.mode = "not-http"
    reading = await answer(server.url.replace("http:", "https:"))
    assert reading.values["error"] == "tls"


async def test_redirects_are_followed_only_when_told(server: FaultyServer):
    server.mode = "redirect"
    assert (await answer(server.url)).values["status"] == 302
    server.mode = "redirect"
    reading = await answer(server.url, follow=True)
    assert (reading.values["status"], reading.values["redirects"]) == (200, 1)


async def test_every_answer_has_a_connection_of_its_own_and_no_proxy(server: FaultyServer, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{unused_port()}")
    client = new_client([server.url])
    hands = Hands(timeout=30, body_limit=1000, interval=1, client=lambda: client)
    for _ in range(3):
        reading = await ask(Http(url=server.url, headers={"x-asked-by": "a test"}), hands)
        assert reading.values["error"] == "none"
    await client.aclose()
    assert server.requests == 3
    assert all("x-asked-by: a test" in text and "connection: close" in text.lower() for text in server.heads)


PATHS = Probe(id="p", kind="http", unit={"ms": "ms"}, values={
    "connected": ".connected", "missing": ".a.b", "many": ".list[]", "none": ".list[] | select(. > 9)", "ms": ".took",
    "wrong": ".connected | length", "broken": ".[",
})


def test_a_path_must_yield_exactly_one_value():
    values, reasons = extract(PATHS, b'{"connected": false, "list": [1, 2], "took": 250}')
    assert values == {"connected": False, "missing": None, "ms": 0.25}
    assert reasons["many"] == ".list[] gave several values"
    assert reasons["none"].endswith("gave nothing")
    assert "boolean" in reasons["wrong"]
    assert reasons["broken"] == ".[ is no jq path"


@pytest.mark.parametrize(("body", "why"), [
    (b"<html>", "the answer is not JSON"), (b"", "the answer is empty"), (b"{\xff}", "the answer is not UTF-8"),
    (b'{"connected": tr', "the answer is not JSON"),
    (b'{"connected": 1} {"connected": 2}', ".connected gave several values"),
])
def test_what_is_no_json_says_so(body: bytes, why: str):
    values, reasons = extract(PATHS, body)
    assert "connected" not in values
    assert reasons["connected"] == why
