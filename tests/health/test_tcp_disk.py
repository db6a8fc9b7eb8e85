"""The tcp and disk probes on real sockets and the real disk."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from pathlib import Path

import pytest
from support.faulty import unused_port

from handrail.health.probes import Hands, Reading, disk, tcp
from handrail.kinds import Disk, Tcp

HANDS = Hands(timeout=30.0, body_limit=1000, interval=1.0)


async def dial(port: int, host: str = "127.0.0.1", **options: bool) -> Reading:
    async with asyncio.timeout(30):
        return await tcp.ask(Tcp(host=host, port=port, **options), HANDS)


async def test_a_port_that_listens():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        reading = await dial(listener.getsockname()[1])
    assert reading.values["error"] == "none"
    assert 0 < reading.values["elapsed"] < 30  # type: ignore[operator]
    assert "banner" not in reading.values


async def test_a_port_that_does_not():
    assert (await dial(unused_port())).values["error"] == "refused"


async def test_a_name_that_is_none():
    assert (await dial(80, "handrail-test.invalid")).values["error"] == "dns"
    assert (await dial(80, "x" * 300)).values["error"] in ("dns", "protocol")


async def test_what_the_server_says_first():
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready \x1b]0;title\x07\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        reading = await dial(server.sockets[0].getsockname()[1], banner=True)
    assert str(reading.values["banner"]).startswith("220 ready")


async def test_room_as_df_counts_it(tmp_path: Path):
    reading = await disk.ask(Disk(path=str(tmp_path)), Hands(timeout=30, body_limit=1, interval=1))
    room = shutil.disk_usage(tmp_path)
    assert reading.values["error"] == "none"
    assert reading.values["size"] == room.total
    assert abs(reading.values["free"] - room.free) < 500e6  # type: ignore[operator]  # others write meanwhile
    assert reading.values["used"] == pytest.approx(room.used / (room.used + room.free), abs=0.02)
    assert reading.values["used"] + reading.values["free_ratio"] == pytest.approx(1)  # type: ignore[operator]
    assert reading.values["ro"] is False


async def test_a_path_that_is_not_there(tmp_path: Path):
    reading = await disk.ask(Disk(path=str(tmp_path / "gone")), HANDS)
    assert reading.values == {"error": "missing"}, "no numbers, so nothing can look well"


async def test_a_second_answer_knows_how_busy_it_was(tmp_path: Path):
    hands = Hands(timeout=30, body_limit=1, interval=1)
    await disk.ask(Disk(path=str(tmp_path)), hands)
    with (tmp_path / "written").open("wb") as file:
        file.write(os.urandom(5_000_000))
        file.flush()
        os.fsync(file.fileno())
    values = (await disk.ask(Disk(path=str(tmp_path)), hands)).values
    assert 0 <= values["io_wait"] <= 1  # type: ignore[operator]
    assert 0 <= values.get("io_util", 0.0) <= 1  # type: ignore[operator]
