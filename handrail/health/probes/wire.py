"""How a request reaches its host: over one connection of its own, straight through asyncio, closed after the answer.

What httpx does beside that (a pool for connections that are never kept, cookies that one probe would get from another,
a layer over several event loops) was a third of what polling costs.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Any

import httpcore
import httpx

LAST_PORT = 65535
AT_ONCE = 8192  # bytes that are understood in one turn: of the smallest heads some 20 ms
NEXT_ADDRESS_AFTER = 0.25  # s, where a name has several and one does not answer
_FAILED = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)


class Wire(httpx.AsyncBaseTransport):
    """Connects anew for every request, and trusts what `context` trusts. Time limits are the caller's."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._network = _Network()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The head of the answer; closing it closes the connection.

        Raises httpx.TransportError and OSError, with the reason in the chain of causes.
        """
        url = request.url
        if url.scheme not in ("http", "https") or not url.host or (url.port or 0) > LAST_PORT:
            raise httpx.UnsupportedProtocol(f"{url}: there is no way there.")
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        connection = httpcore.AsyncHTTPConnection(target.origin, self._context, network_backend=self._network)
        try:
            answer = await connection.handle_async_request(httpcore.Request(
                request.method, target, headers=request.headers.raw, content=request.stream,
                extensions=request.extensions))
        except BaseException as error:
            await connection.aclose()
            if isinstance(error, _FAILED):
                raise httpx.TransportError(str(error)) from error
            raise
        assert isinstance(answer.stream, AsyncIterable)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer.stream, connection),
                              extensions=answer.extensions)


class _Body(httpx.AsyncByteStream):
    """The body as it comes."""

    def __init__(self, parts: AsyncIterable[bytes], connection: httpcore.AsyncHTTPConnection) -> None:
        self._parts, self._connection = parts, connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._parts:
                yield part
        except _FAILED as error:
            raise httpx.TransportError(str(error)) from error

    async def aclose(self) -> None:
        await self._connection.aclose()


class _Network(httpcore.AsyncNetworkBackend):
    """asyncio's connections, as httpcore asks for them."""

    async def connect_tcp(
            self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
            socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None) -> httpcore.AsyncNetworkStream:
        return _Stream(*await asyncio.open_connection(host, port, happy_eyeballs_delay=NEXT_ADDRESS_AFTER))


class _Stream(httpcore.AsyncNetworkStream):
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        await asyncio.sleep(0)  # who sends without end must not keep the loop, and its time limit, from their turn
        return await self._reader.read(min(max_bytes, AT_ONCE))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._writer.write(buffer)
        await self._writer.drain()

    async def aclose(self) -> None:
        self._writer.close()
        self._writer.transport.abort()  # nobody waits for a server that does not say goodbye

    async def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None,
                        timeout: float | None = None) -> httpcore.AsyncNetworkStream:
        try:
            await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        except ConnectionResetError as error:
            if error.errno is None:  # not a reset: asyncio calls it one
                raise ssl.SSLEOFError("The server hung up in the middle of the handshake.") from error
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._writer.get_extra_info(info)
