"""The http probe against a server that misbehaves in every way seen at night."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from support.faulty import FaultyServer, unused_port

from handrail.health.extract import extract
from handrail.health.probes import Hands, Reading
from handrail.health.probes.http import Client, ask
from handrail.kinds import Http
from handrail.pack.pack import Probe


async def answer(url: str, timeout: float = 30.0, trust: ssl.SSLContext | None = None, **options: object) -> Reading:
    client = Client([url], trust)
    hands = Hands(timeout=timeout, body_limit=1000, interval=1.0, client=lambda: client, needs=frozenset({"dns"}))
    async with asyncio.timeout(timeout):
        return await ask(Http(url=url, **options), hands)  # type: ignore[arg-type]


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
    client = Client([server.url])
    hands = Hands(timeout=30, body_limit=1000, interval=1, client=lambda: client)
    for _ in range(3):
        reading = await ask(Http(url=server.url, headers={"x-asked-by": "a test"}), hands)
        assert reading.values["error"] == "none"
    assert server.requests == 3
    assert all("x-asked-by: a test" in text and "connection: close" in text.lower() for text in server.heads)


@asynccontextmanager
async def says(what: bytes, *, for_ever: bool = False) -> AsyncIterator[tuple[str, list[str]]]:
    """A server that answers each request with these bytes and hangs up; its address, and the heads it was sent."""
    heads: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if what:
                heads.append((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
            writer.write(what)
            while for_ever:
                writer.write(what * 1000)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", heads


@pytest.mark.parametrize("follow", [False, True])
async def test_what_one_answer_sets_is_not_sent_with_the_next_question(*, follow: bool):
    """A session that a server began with one probe would make the next one well."""
    begins = b"HTTP/1.1 200 OK\r\nset-cookie: session=1; path=/\r\ncontent-length: 2\r\n\r\n{}"
    async with says(begins) as (url, heads):
        client = Client([url])
        hands = Hands(timeout=5, body_limit=1000, interval=1, client=lambda: client)
        for _ in range(2):
            assert (await ask(Http(url=url, follow=follow), hands)).values["error"] == "none"
    assert len(heads) == 2
    assert not any("cookie" in text.lower() for text in heads)


async def test_a_server_that_never_ends_does_not_keep_the_loop_from_its_turn():
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.01)

    counting = asyncio.create_task(count())
    async with says(b"HTTP/1.1 100 Continue\r\n\r\n", for_ever=True) as (url, _):
        with suppress(TimeoutError):
            await answer(url, timeout=0.5)
    counting.cancel()
    assert turns >= 5


async def test_a_handshake_that_is_hung_up_on_is_about_tls():
    async with says(b"") as (url, _):
        assert (await answer(url.replace("http:", "https:"))).values["error"] == "tls"


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate, and is not installed here")
async def test_a_certificate_of_another_name_is_about_tls(tmp_path: Path):
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=other.example",
                    "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(certificate, key)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")

    trusting = ssl.create_default_context(cafile=str(certificate))
    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=served) as server:
        port = server.sockets[0].getsockname()[1]
        good = await answer(f"https://localhost:{port}/", 5.0, trusting)
        assert (good.values["error"], good.values["status"]) == ("none", 200)
        assert 1 < good.values["cert_days"] < 3  # type: ignore[operator]
        assert (await answer(f"https://127.0.0.1:{port}/", 5.0, trusting)).values["error"] == "tls"


@pytest.mark.parametrize("url", [
    "http://127.0.0.1:99999/", "http:///x", "ftp://127.0.0.1/", "http://[::bad/", "http://xn--/"])
async def test_an_address_that_is_none_is_no_error_of_our_own(url: str):
    assert (await answer(url)).values["error"] in ("protocol", "dns")


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
