"""A run of 10 GB on the screen: opened, jumped about in, searched, with and without its index, beside an empty one."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from support.burden import resident
from support.transcripts import RECORD
from textual.app import App, ComposeResult

from handrail.runs.patterns import Literal
from widgets.run_log import RunLog

SIZE = int(os.environ.get("BENCH_BYTES", 10_000_000_000))
BLOCK = 64 * 1024
JUMPS = 200


class Bench(App[None]):
    def compose(self) -> ComposeResult:
        yield RunLog()


def main() -> None:
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        size, lines = _make(Path(folder) / "large", SIZE)
        _make(Path(folder) / "empty", 0)
        print(f"{size / 1e9:.1f} GB really written, {lines:,} lines of 20 to 200 bytes")
        asyncio.run(_measure(Path(folder), lines))


def _make(folder: Path, size: int) -> tuple[int, int]:
    """A run's `out` and `idx`, as a supervisor writes them, that ended."""
    folder.mkdir()
    chance = random.Random(1)
    blocks = []
    for _ in range(64):
        block = b""
        while len(block) < BLOCK:
            block += b"%d " % chance.randrange(10**9) + b"x" * chance.randrange(10, 190) + b"\n"
        blocks.append((block, block.count(b"\n")))
    offset = lines = 0
    with (folder / "out").open("wb") as out, (folder / "idx").open("wb") as idx:
        while offset < size:
            idx.write(RECORD.pack(offset, lines, 1_700_000_000_000_000_000 + offset))
            block, count = chance.choice(blocks)
            out.write(block)
            offset, lines = offset + len(block), lines + count
        if size:
            out.write(b"the needle in it\n")
            lines += 1
    return offset, lines


async def _measure(folder: Path, lines: int) -> None:
    app = Bench()
    async with app.run_test(size=(120, 36)):
        log = app.query_one(RunLog)
        await _until(lambda: log.size.height)
        opened = {}
        for name in ("empty", "large", "empty", "large"):
            log.show(None)
            start = time.perf_counter()
            log.show(folder / name)
            log.render_line(0)
            opened[name] = time.perf_counter() - start
        assert log.lines == lines, (log.lines, lines)
        chance, took = random.Random(2), []
        for _ in range(JUMPS):
            start = time.perf_counter()
            log.go_to(chance.randrange(lines))
            log.render_line(0)
            took.append((time.perf_counter() - start) * 1000)
            await asyncio.sleep(0)
        print(f"opens {1000 * (opened['large'] - opened['empty']):.1f} ms after an empty one (to reach: 350 ms); "
              f"a jump anywhere p50 {statistics.median(took):.1f} ms, "
              f"p99 {sorted(took)[int(0.99 * JUMPS)]:.1f} ms (to reach: 15 ms)")
        log.follow()
        start, before = time.perf_counter(), resident(os.getpid())
        log.find(Literal("needle"))
        await _until(lambda: log.finding is None or not log.following, 60)
        first = time.perf_counter() - start
        await _until(lambda: " in " not in (log.finding.label if log.finding else ""), 600)
        print(f"search from the end: the match after {1000 * first:.0f} ms; all matches counted in "
              f"{time.perf_counter() - start:.1f} s ({log.finding.label if log.finding else ''}); memory "
              f"{(resident(os.getpid()) - before) / 1e6:+.1f} MB")
        log.stop_finding()
        (folder / "large" / "idx").unlink()
        log.show(None)
        start, before, late = time.perf_counter(), resident(os.getpid()), 0.0
        log.show(folder / "large")
        log.render_line(0)
        first = time.perf_counter() - start
        tick = time.perf_counter()
        while log.lines != lines:
            await asyncio.sleep(0.005)
            late, tick = max(late, time.perf_counter() - tick - 0.005), time.perf_counter()
        print(f"without an index: the end is shown after {1000 * first:.1f} ms, all lines are counted after "
              f"{time.perf_counter() - start:.1f} s, the console at most {1000 * late:.0f} ms late; memory "
              f"{(resident(os.getpid()) - before) / 1e6:+.1f} MB")


async def _until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.002)
