"""The archive at its full size: 100 open and 10,000 past incidents of 500 events each, and a console on it."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench_store import made, times
from msgspec.structs import replace
from support.terminal import Terminal

from handrail.clock import SystemClock
from handrail.incident import sealing
from handrail.incident.archive import Archive
from handrail.incident.fold import FOLD
from handrail.incident.record import fold_row
from handrail.incident.store import Store
from handrail.paths import State

EVENTS, ACTIVE, PAST = 500, 100, 10_000
BYTES = 4_000_000_000  # room that it takes, and as much again to be polite
PAGE = os.sysconf("SC_PAGE_SIZE")


def fill(state: State) -> int:
    """Lay it all down; answers the bytes of it."""
    store = Store(state, SystemClock())
    template = made(store, EVENTS)
    rows = json.loads((state.active / f"{template.id}.json").read_bytes())["timeline"]
    written = 0
    for number in range(1, ACTIVE):
        id = f"INC-20260101-{number:06}"
        written += (state.active / f"{id}.json").write_bytes(sealing.seal(
            {"timeline": rows, "incident": {"1": fold_row(replace(template, id=id))}}, FOLD))
    for number in range(PAST):
        id = f"INC-20250101-{number:06}"
        gone = replace(template, id=id, title=f"incident {number}", status="closed", closed=True)
        written += (state.past / f"{id}.json").write_bytes(sealing.seal(
            {"timeline": rows, "incident": {"1": fold_row(gone)}}, FOLD))
    os.sync()
    return written


def memory(pid: int) -> tuple[float, float]:
    """MB that the process has for itself, and MB with the files it has mapped, which all programs of one kind share."""
    held = {line.split(":")[0]: int(line.split()[1]) for line in Path(f"/proc/{pid}/status").read_text().splitlines()
            if line.startswith(("RssAnon", "VmRSS"))}
    return held["RssAnon"] / 1024, held["VmRSS"] / 1024


def console(state: State, *, key: bool) -> tuple[tuple[float, float], list[float], float]:
    """A console on `state`: its memory at rest, ms of each of some keys while it indexes, s until it has."""
    environment = {"HANDRAIL_STATE": str(state.root), "HANDRAIL_ACTOR": "kim"}
    with Terminal([str(Path(sys.executable).with_name("handrail"))], (120, 36), environment) as terminal:
        terminal.wait_for("keys", 60)
        start = time.monotonic()
        taken: list[float] = []
        if key:
            terminal.wait_for("indexing past incidents", 60)
            terminal.wait_for(lambda text: "being opened" not in text, 60)
            while not state.past_index.exists():
                began = time.monotonic()
                terminal.press("?")
                terminal.wait_for("here first", 30)
                taken.append((time.monotonic() - began) * 1000)
                terminal.press("esc")
                terminal.wait_for(lambda text: "here first" not in text, 30)
        indexed = time.monotonic() - start
        until = time.monotonic() + 3
        while time.monotonic() < until:
            terminal.read(0.1)
        return memory(terminal.pid), sorted(taken), indexed


def main() -> None:
    if shutil.disk_usage("/var/tmp").free < BYTES:
        print(f"needs {BYTES / 1e9:.0f} GB of room in /var/tmp: not measured")
        return
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        empty, state = State(Path(folder) / "empty"), State(Path(folder) / "full")
        empty.make()
        state.make()
        written = fill(state)
        time.sleep(0.1)
        print(f"{ACTIVE} open and {PAST} past incidents of {EVENTS} events, {written / 1e9:.1f} GB")
        bare = console(empty, key=False)[0]
        held, keys, indexed = console(state, key=True)
        slow = keys[int(len(keys) * 0.99)] if keys else 0.0
        print(f"first index in the background {indexed:.1f} s; {len(keys)} keys meanwhile "
              f"{statistics.median(keys or [0.0]):.0f} ms p50, {slow:.0f} ms p99; the console that made it has "
              f"{_mb(held)}, on an empty folder {_mb(bare)}")
        cold = times(lambda: Archive(state).active(), 5)
        archive = Archive(state)
        archive.active()
        same = times(archive.changed, 200)
        listed = times(lambda: Archive(state).past(), 5)
        archive.past()
        found = times(lambda: archive.past("incident 77"), 20)
        again = console(state, key=False)[0]
        print(f"board cold {statistics.median(cold):.0f} ms (150), unchanged {statistics.median(same):.2f} ms (1), "
              f"past listed from its index {statistics.median(listed):.0f} ms, filtered {statistics.median(found):.1f} "
              f"ms (5); a console that finds the index has {_mb(again)} (to reach: 60 MB)")


def _mb(held: tuple[float, float]) -> str:
    return f"{held[0]:.0f} MB for itself, {held[1]:.0f} MB with what it shares"
