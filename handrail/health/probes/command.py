"""A program run without a shell, in a session of its own that ends with it; Nagios plugins with their figures."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import signal
import time
from subprocess import DEVNULL, PIPE

from handrail.health.probes.reading import Hands, Reading, search_path
from handrail.kinds import Command
from handrail.quantities import SUFFIXES

LINGER = 0.5  # seconds that a finished program's children may still hold its output
SHOWN = 2000  # characters of output that conditions and lamps may use


class _Run(asyncio.SubprocessProtocol):
    """Gathers output up to a limit. Not a stream, whose wait() would also wait for whoever else holds the pipe."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.output = bytearray()
        self.exited = asyncio.Event()
        self.closed = asyncio.Event()

    @property
    def too_much(self) -> bool:
        return len(self.output) > self.limit

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if not self.too_much:
            self.output += data
        if self.too_much:
            self.exited.set()
            self.closed.set()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        self.closed.set()

    def process_exited(self) -> None:
        self.exited.set()


async def ask(options: Command, hands: Hands) -> Reading:
    begun = time.perf_counter()
    environment = {**os.environ, **options.env, "PATH": search_path(hands.path)}
    program = shutil.which(options.argv[0], path=environment["PATH"]) or options.argv[0]
    run = _Run(hands.body_limit)
    try:
        process, _ = await asyncio.get_running_loop().subprocess_exec(
            lambda: run, program, *options.argv[1:], stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL,
            cwd=options.cwd or hands.folder, env=environment, start_new_session=True)
    except FileNotFoundError:
        return Reading({"error": "not_found"})
    except OSError:
        return Reading({"error": "not_executable"})
    try:
        await run.exited.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                await run.closed.wait()
    finally:
        _end(process)
    elapsed = time.perf_counter() - begun
    if run.too_much:
        return Reading({"error": "size", "elapsed": elapsed})
    rc = process.get_returncode()
    killed = rc is None or rc < 0
    text = run.output.decode("utf-8", "replace")
    values: dict[str, object] = {
        "error": "killed" if killed else "none", "elapsed": elapsed, "lines": len(text.splitlines()),
        "stdout": text.partition("|")[0].strip()[:SHOWN],
    }
    return Reading(values if killed else {**values, "rc": rc}, bytes(run.output))


def _end(process: asyncio.SubprocessTransport) -> None:
    """Kill it and all it started, if any of them is still there: the group is theirs as long as one lives."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.get_pid(), signal.SIGKILL)
    process.close()


_PERF = re.compile(r"\s*(?:'((?:[^']|'')*)'|([^'=\s]+))=(-?[\d.]+(?:[eE][+-]?\d+)?|U)([A-Za-z%]*)(;[^\s]*)?")
# The plugins' own units beside ours.
_UNITS = {**{name: factor for name, (_, factor) in SUFFIXES.items()}, "us": 1e-6, "c": 1.0, "": 1.0}


def figures(output: bytes) -> dict[str, float]:
    """The performance data of a plugin by label, in seconds, bytes and ratios. Any text is fine."""
    found: dict[str, float] = {}
    for line in output.decode("utf-8", "replace").splitlines():
        _, bar, data = line.partition("|")
        at = 0
        while bar and (one := _PERF.match(data, at)):
            at = one.end()
            factor = _UNITS.get(one[4])
            if factor is not None and one[3] != "U":
                with contextlib.suppress(ValueError):
                    found[(one[1] or one[2]).replace("''", "'")] = float(one[3]) * factor
    return found
