"""What polling costs: processor time, cadence held, and how much it disturbs another thread."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from support.faulty import FaultyServer
from support.waiting import wait_until

from handrail import pack
from handrail.clock import SystemClock
from handrail.health.monitor import Monitor, lamps
from handrail.paths import State

CLOCK = SystemClock()
CASES = ((20, "1s", 10.0), (60, "15s", 20.0), (500, "15s", 30.0))


def main() -> None:
    # The server is a process of its own, so that its work is not counted.
    server = subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True,
                              env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    try:
        for count, interval, seconds in CASES:
            measure(url, count, interval, seconds)
    finally:
        server.kill()
        server.wait()


def measure(url: str, count: int, interval: str, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        polled = pack.load(written(Path(folder), url, count, interval))
        state = State(Path(folder) / "state")
        state.make()
        monitor = Monitor(polled, state, CLOCK, "bench")
        monitor.start()
        wait_until(lambda: all(lamp.word == "OK" for lamp in lamps(state, polled, CLOCK)[0]), seconds=60)
        used, begun, lags = time.process_time(), time.perf_counter(), []
        while time.perf_counter() - begun < seconds:
            due = time.perf_counter() + 0.05
            time.sleep(0.05)
            lags.append((time.perf_counter() - due) * 1000)
        share = (time.process_time() - used) / (time.perf_counter() - begun)
        oldest = max(lamp.age or 0 for lamp in lamps(state, polled, CLOCK)[0])
        monitor.stop()
        lags.sort()
        print(f"{count} probes every {interval}: {share * 100:.2f} % of a core, oldest answer {oldest:.1f} s, another "
              f"thread wakes late by p50 {lags[len(lags) // 2]:.1f} ms, p99 {lags[int(len(lags) * 0.99)]:.1f} ms"
              + (" (to reach: 1.5 %, 20 ms)" if count == 60 else ""))


def written(folder: Path, url: str, count: int, interval: str) -> Path:
    probes = "".join(
        f'[[probe]]\nid = "p{n}"\nkind = "http"\nurl = "{url}"\n'
        'values = { watch = ".watchActive" }\nshow = "{elapsed}"\n'
        'level = [{ severity = "P1", when = "watch == false" }, { severity = "P1", when = "elapsed > 5s" }]\n'
        for n in range(count))
    (folder / "handrail.toml").write_text(
        f'name = "Bench"\n[scheme.P1]\nrank = 1\n[defaults]\ninterval = "{interval}"\n{probes}')
    return folder


if __name__ == "__main__":
    print(FaultyServer().url, flush=True)
    time.sleep(1e6)
