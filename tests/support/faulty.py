"""A web server on loopback that misbehaves on demand, and the counts to prove what was asked of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import threading
from collections.abc import Iterator

OK = {"connected": True, "watchActive": True, "n": 3}


class FaultyServer:
    """`mode` says how it answers: ok, hang, reset, empty, not-http, short, drip, large, redirect, or a status code.

    `answer` is the JSON body. `requests` counts them, `most` is how many were open at once, `heads` keeps their heads.
    """

    def __init__(self) -> None:
        self.mode = "ok"
        self.answer: object = dict(OK)
        self.requests = self.open = self.most = 0
        self.heads: list[str] = []
        self.pause = 0.0
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requests += 1
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                if self.mode == "not-http":
                    await reader.read(1)  # it speaks at once, also to a client that means TLS
                else:
                    self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
                await asyncio.sleep(self.pause)
                await self._answer(writer)
        finally:
            self.open -= 1
            with contextlib.suppress(OSError):
                writer.close()

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        body = self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()
        match self.mode:
            case "ok":
                writer.write(head(200, len(body)) + body)
            case "hang":
                await asyncio.sleep(3600)
            case "reset":
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
                return
            case "empty":
                return
            case "not-http":
                writer.write(b"220 mail.example ESMTP\r\n\r\n")
            case "short":
                writer.write(head(200, len(body) + 100) + body)
            case "drip":
                writer.write(head(200, len(body)))
                for n in range(len(body)):
                    writer.write(body[n : n + 1])
                    await writer.drain()
                    await asyncio.sleep(0.2)
            case "large":
                writer.write(head(200, 10_000_000))
                for _ in range(100):
                    writer.write(b"x" * 100_000)
                    await writer.drain()
            case "redirect":
                writer.write(b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\n"
                             b"content-length: 0\r\nconnection: close\r\n\r\n")
                self.mode = "ok"
            case status:
                writer.write(head(int(status), len(body)) + body)
        await writer.drain()


def head(status: int, length: int) -> bytes:
    return (f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n"
            "connection: close\r\n\r\n").encode()


@contextlib.contextmanager
def faulty() -> Iterator[FaultyServer]:
    server = FaultyServer()
    try:
        yield server
    finally:
        server.close()


def unused_port() -> int:
    """A loopback port that nobody listens on: asking it is refused."""
    with socket.socket() as scout:
        scout.bind(("127.0.0.1", 0))
        port: int = scout.getsockname()[1]
        return port
