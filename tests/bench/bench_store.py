"""The record: a write beside stock TinyDB's, the board, the past, a fold, and an act in a busy room."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from support.record import KIM, P1
from tinydb import TinyDB

from handrail.clock import SystemClock
from handrail.incident import sealing
from handrail.incident.archive import Archive
from handrail.incident.events import Draft
from handrail.incident.fold import FOLD, fold
from handrail.incident.incident import Incident
from handrail.incident.record import fold_row
from handrail.incident.store import Store
from handrail.paths import State

EVENTS, ACTIVE, PAST = 500, 100, 10_000

# Fifty acts a second by another process, as a busy room would.
OTHER = """
import sys, time; from pathlib import Path; from handrail.clock import SystemClock
from handrail.incident.events import Actor, Draft; from handrail.incident.store import Store
from handrail.paths import State
store = Store(State(Path(sys.argv[1])), SystemClock())
while True:
    store.transact(sys.argv[2], lambda _: [Draft("note", {"text": "busy"})], actor=Actor("other"))
    time.sleep(0.02)
"""


def history(count: int) -> list[Draft]:
    """What a long incident is made of: runs, notes and values."""
    drafts = [Draft("declared", {"title": "Gmail credential compromise", "level": P1, "pack": "alwaysclaw"})]
    for run in range(count // 4 + 1):
        item = f"c1:{run % 60:012x}"
        drafts += [
            Draft("step_started", {"item": item, "run": f"run-{run}", "risk": "read", "title": "Verify it is stopped",
                                   "command": "curl -s localhost:3100/api/gmail/status",
                                   "original": "wsl -d Ubuntu -- curl -s localhost:3100/api/gmail/status"}),
            Draft("step_finished", {"item": item, "run": f"run-{run}", "verdict": "passed", "why": "HTTP 200",
                                    "exit": 0, "seconds": 1.2, "bytes": 999, "sha256": "a" * 64}, id=f"finish:{run}"),
            Draft("note", {"text": "the token was used from an address nobody knows"}),
            Draft("value", {"name": f"pod{run % 7}", "call": "c1", "new": f"gateway-{run}"}),
        ]
    return drafts[:count]


def made(store: Store, count: int) -> Incident:
    incident = store.create(lambda _: history(count), actor=KIM)
    assert isinstance(incident, Incident)
    return incident


def times(act: Callable[[], object], count: int) -> list[float]:
    """Each duration in ms, sorted."""
    taken = []
    for _ in range(count):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)


def side_by_side(*acts: Callable[[], object]) -> list[list[float]]:
    """The durations of each (ms, sorted), taken in turns so that a busy minute is busy for all."""
    taken: list[list[float]] = [[] for _ in acts]
    for _ in range(60):
        for act, mine in zip(acts, taken, strict=True):
            mine += times(act, 1)
    return [sorted(mine) for mine in taken]


def note(store: Store, id: str) -> None:
    store.transact(id, lambda _: [Draft("note", {"text": "seen"})], actor=KIM)


def writes(folder: Path) -> None:
    state = State(folder / "state")
    store = Store(state, SystemClock())
    id = made(store, EVENTS).id
    tables = json.loads((state.active / f"{id}.json").read_bytes())
    stock_file = folder / "stock.json"
    stock_file.write_text(json.dumps({"timeline": tables["timeline"], "incident": tables["incident"]}))
    stock = TinyDB(stock_file)

    def two_unsafe_writes() -> None:
        stock.table("timeline").insert(tables["timeline"]["7"])
        stock.table("incident").update(tables["incident"]["1"], doc_ids=[1])

    elsewhere, changed_by_both = Store(state, SystemClock()), made(store, EVENTS).id
    note(elsewhere, changed_by_both)

    def after_another() -> None:
        note(elsewhere, changed_by_both)

    ours, other, theirs, synced = side_by_side(
        lambda: note(store, id), after_another, two_unsafe_writes, lambda: bare_replacement(folder, stock_file),
        lambda: note(store, changed_by_both))[:4]
    print(f"a write at {EVENTS} events: {statistics.median(ours):.1f} ms p50, {ours[-2]:.1f} ms p98; after another "
          f"process's {statistics.median(other):.1f} ms; stock TinyDB's two unsafe writes "
          f"{statistics.median(theirs):.1f} ms; "
          f"the disk alone (write, 2 syncs, rename) {statistics.median(synced):.1f} ms")


def bare_replacement(folder: Path, like: Path) -> None:
    data = like.read_bytes()
    descriptor = os.open(folder / "bare.tmp", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.write(descriptor, data)
    os.fsync(descriptor)
    os.close(descriptor)
    (folder / "bare.tmp").rename(folder / "bare")
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def board_and_past(folder: Path) -> None:
    state = State(folder / "many")
    store = Store(state, SystemClock())
    template = made(store, EVENTS)
    alone = statistics.median(times(lambda: note(store, template.id), 40))
    rows = json.loads((state.active / f"{template.id}.json").read_bytes())["timeline"]
    for number in range(1, ACTIVE):
        id = f"INC-20260101-{number:06}"
        (state.active / f"{id}.json").write_bytes(sealing.seal(
            {"timeline": rows, "incident": {"1": fold_row(replace(template, id=id))}}, FOLD))
    short = fold("INC-1", template.events[:5])
    for number in range(PAST):
        id = f"INC-20250101-{number:06}"
        gone = replace(short, id=id, title=f"incident {number}", status="closed", closed=True)
        (state.past / f"{id}.json").write_bytes(sealing.seal(
            {"timeline": dict(list(rows.items())[:5]), "incident": {"1": fold_row(gone)}}, FOLD))
    os.sync()
    among = statistics.median(times(lambda: note(store, template.id), 40))
    print(f"a write alone {alone:.1f} ms; among {ACTIVE} open and {PAST} past incidents {among:.1f} ms "
          "(to reach: flat)")

    time.sleep(0.1)
    cold = times(lambda: Archive(state).active(), 5)
    archive = Archive(state)
    archive.active()
    start = time.process_time()
    same = times(archive.changed, 200)
    core = (time.process_time() - start) / 200 * 4 * 100
    print(f"board of {ACTIVE} open with {EVENTS} events: cold {statistics.median(cold):.0f} ms (to reach: 150), "
          f"unchanged {statistics.median(same):.2f} ms (1), so {core:.2f} % of a core at 4 Hz (0.5); "
          f"opening one {statistics.median(times(lambda: Archive(state).read(template.id), 20)):.1f} ms")

    first = times(store.index_past, 1)[0]
    listed = times(lambda: Archive(state).past(), 5)
    archive.past()
    found = times(lambda: archive.past("incident 77"), 20)
    print(f"{PAST} past: first index {first / 1000:.1f} s for short ones, listed from it "
          f"{statistics.median(listed):.0f} ms, filtered {statistics.median(found):.1f} ms (to reach: 5)")
    print(f"memory with all of it: {memory(state.root):.0f} MB above the same process with none of it")


def memory(root: Path) -> float:
    """MB that a process with the board and the past takes more than one that has only imported the archive."""
    script = ("import os, sys; from pathlib import Path; from handrail.incident.archive import Archive\n"
              "import handrail.incident.pastlist; from handrail.paths import State\n"
              "page = os.sysconf('SC_PAGE_SIZE') / 1e6\n"
              "def now(): return int(Path('/proc/self/statm').read_text().split()[1]) * page\n"
              "before = now()\n"
              "archive = Archive(State(Path(sys.argv[1]))); board = archive.active(); past = archive.past('x')\n"
              "print(now() - before)")
    done = subprocess.run([sys.executable, "-c", script, root], capture_output=True, text=True, check=True)
    return float(done.stdout)


def folds(folder: Path) -> None:
    events = made(Store(State(folder / "fold"), SystemClock()), 5000).events
    taken = statistics.median(times(lambda: fold("INC-1", events), 15))
    print(f"fold of {len(events)} events {taken:.0f} ms (to reach: 30)")


def waiting(folder: Path) -> None:
    state = State(folder / "busy")
    store = Store(state, SystemClock())
    id = made(store, 200).id
    other = subprocess.Popen([sys.executable, "-c", OTHER, state.root, id])
    try:
        rev = Archive(state).read(id).rev
        while Archive(state).read(id).rev == rev:
            time.sleep(0.01)
        taken = []
        for _ in range(200):
            taken += times(lambda: note(store, id), 1)
            time.sleep(0.01)
    finally:
        other.kill()
        other.wait()
    taken.sort()
    print(f"an act while another process writes 50 a second: {taken[100]:.1f} ms p50, {taken[197]:.1f} ms p99 "
          "(to reach: 100)")


def main() -> None:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        for part in (writes, board_and_past, folds, waiting):
            part(Path(folder))
