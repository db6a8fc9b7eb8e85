"""What polling costs: processor time, cadence held, how soon a fault shows, and how late the console's own loop is."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from support.burden import Burden
from support.faulty import FaultyServer
from support.terminal import Terminal
from support.waiting import wait_until

from handrail.clock import SystemClock
from handrail.health import history
from handrail.health.monitor import lamps
from handrail.pack import pack
from handrail.pack.model import Pack
from handrail.paths import State

CLOCK = SystemClock()
SUPPORT = Path(__file__).parents[1] / "support"
CASES = ((20, 1.0, 10.0), (60, 15.0, 35.0), (500, 15.0, 35.0))
ROUNDS = 5


def main() -> None:
    # The server is a process of its own, so that its work is not counted.
    with served("steady") as url:
        for count, interval, seconds in CASES:
            alone(url, count, interval, seconds)
        for count, interval, seconds in ((0, 15.0, 15.0), (60, 15.0, 20.0), (500, 15.0, 20.0)):
            with_console(url, count, interval, seconds)
    for interval in (1.0, 5.0):
        fault(interval)


def alone(url: str, count: int, interval: float, seconds: float) -> None:
    """A poller without a screen, as `handrail watch` is: what it takes, and whether it keeps its pace."""
    with tempfile.TemporaryDirectory() as folder:
        polled, state = packed(Path(folder), url, count, interval)
        process = subprocess.Popen([sys.executable, SUPPORT / "poll_alone.py", polled.folder, state.root, "bench", "5"],
                                   stdout=subprocess.DEVNULL)
        try:
            well(state, polled)
            burden, used = Burden(process.pid), time.time()
            time.sleep(seconds)
            share, oldest = burden.share, max(lamp.age or 0.0 for lamp in lamps(state, polled, CLOCK)[0])
        finally:
            process.kill()
            process.wait()
        gaps = [after - before for probe in polled.probes
                for before, after in pairwise(times(state, polled, probe.id)) if after > used]
        reach = " (to reach: 1.5 %)" if count == 60 else ""
        print(f"{count} probes every {interval:g} s, alone: {share * 100:.2f} % of a core{reach}, "
              f"oldest answer {oldest:.1f} s, between two answers {spread(gaps, 's')}", flush=True)


def with_console(url: str, count: int, interval: float, seconds: float) -> None:
    """The console in a terminal with the poller inside: how late its loop is, while nobody presses a key."""
    with tempfile.TemporaryDirectory() as folder:
        polled, state = packed(Path(folder), url, count, interval)
        late = Path(folder) / "late"
        env = {"HANDRAIL_STATE": str(state.root), "HANDRAIL_ACTOR": "bench", "PYTHONPATH": os.pathsep.join(sys.path)}
        argv = [sys.executable, str(SUPPORT / "lagging.py"), str(late), "--pack", str(polled.folder)]
        with Terminal(argv, (120, 36), env) as terminal:
            terminal.wait_for(f"{count} lamps" if count else "no probes", 60)
            until(terminal, lambda: well_now(state, polled), 60)
            until(terminal, lambda: False, 3.0)  # the start is another figure
            late.write_text("")
            burden, written = Burden(terminal.pid), len(terminal.raw)
            until(terminal, lambda: False, seconds)
            share, written = burden.share, len(terminal.raw) - written
            lags = [float(line) for line in late.read_text().splitlines()]
        print(f"{count} probes every {interval:g} s, in the console: {share * 100:.2f} % of a core with its painting, "
              f"{written / seconds:.0f} B/s, its loop is late by {spread(lags, 'ms')}"
              + (" (to reach: p99 20 ms)" if count == 60 else ""), flush=True)


def fault(interval: float) -> None:
    """From the moment a service answers wrongly to the moment its lamp is bad for whoever reads."""
    took = []
    with served("switched") as url, tempfile.TemporaryDirectory() as folder:
        polled, state = packed(Path(folder), url, 5, interval, "confirm_bad = 1\nconfirm_good = 1\n")
        process = subprocess.Popen([sys.executable, SUPPORT / "poll_alone.py", polled.folder, state.root, "bench", "5"],
                                   stdout=subprocess.DEVNULL)
        try:
            for _ in range(ROUNDS):
                well(state, polled)
                switch(url)
                begun = time.perf_counter()
                wait_until(lambda: all(lamp.word == "CRIT" for lamp in lamps(state, polled, CLOCK)[0]), 60)
                took.append(time.perf_counter() - begun)
                switch(url)
        finally:
            process.kill()
            process.wait()
    print(f"a fault shows on the last of 5 lamps asked every {interval:g} s after {spread(took, 's')} "
          f"(to reach: {interval + 1:g} s)", flush=True)


# -- parts


def packed(folder: Path, url: str, count: int, interval: float, more: str = "") -> tuple[Pack, State]:
    probes = "".join(
        f'[[probe]]\nid = "p{n}"\nkind = "http"\nurl = "{url}"\n'
        'values = { watch = ".watchActive" }\nshow = "{elapsed}"\n'
        'level = [{ severity = "P1", when = "watch == false" }, { severity = "P1", when = "elapsed > 5s" }]\n'
        for n in range(count))
    place = folder / "pack"
    place.mkdir()
    (place / "handrail.toml").write_text(
        f'name = "Bench"\n[scheme.P1]\nrank = 1\n[defaults]\ninterval = "{interval:g}s"\n{more}{probes}')
    state = State(folder / "state")
    state.make()
    return pack.load(place), state


def well_now(state: State, polled: Pack) -> bool:
    return all(lamp.word == "OK" for lamp in lamps(state, polled, CLOCK)[0])


def well(state: State, polled: Pack) -> None:
    wait_until(lambda: well_now(state, polled), 90)


def until(terminal: Terminal, predicate, seconds: float) -> None:  # type: ignore[no-untyped-def]
    """Take in what the console writes until then, or for so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not predicate():
        terminal.read(0.05)


def times(state: State, polled: Pack, probe: str) -> list[float]:
    return [at for at, *_ in history.read(history.file_of(state.health(polled.sha256), probe))]


def spread(numbers: Sequence[float], unit: str) -> str:
    ordered = sorted(numbers) or [0.0]
    return (f"p50 {statistics.median(ordered):.1f} {unit}, p99 {ordered[int(len(ordered) * 0.99)]:.1f} {unit}, "
            f"max {ordered[-1]:.1f} {unit}")


@contextmanager
def served(how: str) -> Iterator[str]:
    process = subprocess.Popen([sys.executable, __file__, how], stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert process.stdout is not None
    _SERVERS[url := process.stdout.readline().strip()] = process
    try:
        yield url
    finally:
        process.kill()
        process.wait()


_SERVERS: dict[str, subprocess.Popen[str]] = {}


def switch(url: str) -> None:
    """Turn a switched server's answer to the other one, and know that it did."""
    process = _SERVERS[url]
    process.send_signal(signal.SIGUSR1)
    assert process.stdout is not None and process.stdout.readline()


if __name__ == "__main__":
    server = FaultyServer()

    def turn(*_: object) -> None:
        server.answer = {"watchActive": not server.answer["watchActive"]}  # type: ignore[index]
        print("turned", flush=True)

    server.answer = {"watchActive": True}
    signal.signal(signal.SIGUSR1, turn)
    print(server.url, flush=True)
    while True:
        time.sleep(3600)
