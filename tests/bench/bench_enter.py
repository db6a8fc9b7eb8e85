"""An `enter` answered while a second process writes 50 events a second into the same record."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from support.desks import Desk, done

ENTERS = 200
RATE = 50
WRITER = """
import sys, time
from pathlib import Path
from handrail.clock import SystemClock
from handrail.incident.events import Actor, Draft
from handrail.incident.store import Store
from handrail.paths import State
store, id, next_one, count = Store(State(Path(sys.argv[1])), SystemClock()), sys.argv[2], time.monotonic(), 0
print("writing", flush=True)
while True:
    store.transact(id, lambda _: [Draft("note", {"text": f"line {count}"})], actor=Actor("ade"))
    count += 1
    print(count, flush=True)
    next_one += 1 / float(sys.argv[3])
    time.sleep(max(0.0, next_one - time.monotonic()))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        steps = "\n".join(f"- [ ] Look at wheel {n}" for n in range(ENTERS))
        desk = Desk(Path(folder), f"# Mill\n\n{steps}\n")
        record = desk.open()
        desk.operator.start_polling()
        keys = [row.key for row in desk.operator.watcher.checklist(record.id).rows if row.item is not None]  # type: ignore[union-attr]
        alone = _ticked(desk, record.id, keys[: ENTERS // 4])
        argv = [sys.executable, "-c", WRITER, str(desk.state.root), record.id, str(RATE)]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            began = time.monotonic()
            late: list[float] = []
            beside = _ticked(desk, record.id, keys[ENTERS // 4 :], 0.03, late)
            seconds = time.monotonic() - began
            writer.kill()
            written = len(writer.stdout.read().splitlines())
        desk.close()
    print(f"enter on a tick, answered in memory and on disk: alone p50 {_p(alone, 50):.1f} ms; beside a process that "
          f"writes {written / seconds:.0f} events/s p50 {_p(beside, 50):.1f} ms, p99 {_p(beside, 99):.1f} ms, "
          f"max {max(beside):.1f} ms over {len(beside)} (to reach: p99 100 ms); meanwhile a bare sleep was "
          f"up to {max(late):.1f} ms late")


def _ticked(desk: Desk, id: str, keys: list[str], pause: float = 0.0, late: list[float] | None = None) -> list[float]:
    """How long each tick took (ms), from the key to the answer on the screen's value. `late` takes how much longer
    than `pause` the rests between them were (ms): that is the machine, not us."""
    took = []
    for key in keys:
        start = time.monotonic()
        done(desk.operator.tick(id, key))
        took.append((time.monotonic() - start) * 1000)
        start = time.monotonic()
        time.sleep(pause)
        if late is not None:
            late.append((time.monotonic() - start - pause) * 1000)
    return took


def _p(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
