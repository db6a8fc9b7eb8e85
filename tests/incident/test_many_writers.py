"""Processes and threads that write at once, die at any moment and are read meanwhile: nothing promised is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from support import writer
from support.record import KIM, a_store, declare, done, note
from support.waiting import wait_until

from handrail.clock import SystemClock
from handrail.errors import Refusal
from handrail.incident.archive import Archive
from handrail.incident.events import Draft
from handrail.incident.incident import Incident
from handrail.incident.store import Store
from handrail.paths import State


def start(root: Path, id: str, name: str, count: int, how: str = "", **options: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, writer.__file__, root, id, name, str(count), how]
    return subprocess.Popen(command, stdout=subprocess.PIPE, **options)


def check_to_the_end(root: Path, id: str, writers: list[subprocess.Popen[bytes]]) -> int:
    """Read and verify until every writer has ended; each look must show a whole chain that only grows."""
    archive, looks, last = Archive(State(root)), 0, ()
    while any(process.poll() is None for process in writers):
        events = archive.read(id).events
        assert archive.verify(id).ok
        assert [event.n for event in events] == list(range(1, len(events) + 1))
        assert tuple(event.h for event in events[: len(last)]) == last
        last = tuple(event.h for event in events)
        looks += 1
    return looks


@pytest.mark.parametrize(("count", "each"), [(2, 40), (8, 8)])
def test_writers_in_many_processes_lose_nothing(tmp_path: Path, count: int, each: int) -> None:
    id = declare(a_store(tmp_path)).id
    writers = [start(tmp_path, id, f"writer{number}", each) for number in range(count)]
    looks = check_to_the_end(tmp_path, id, writers)
    promised = [line for process in writers for line in process.communicate()[0].decode().split()]
    assert [process.returncode for process in writers] == [0] * count
    stored = [event.id for event in Archive(State(tmp_path)).read(id).events[1:]]
    assert sorted(stored) == sorted(promised)
    assert len(promised) == count * each
    assert looks > 3


def test_control_without_the_lock_writers_lose_what_they_promised(tmp_path: Path) -> None:
    id = declare(a_store(tmp_path)).id
    writers = [start(tmp_path, id, f"writer{number}", 60, "unlocked", stderr=subprocess.DEVNULL) for number in range(3)]
    promised = {line for process in writers for line in process.communicate()[0].decode().split()}
    stored = {event.id for event in Archive(State(tmp_path)).read(id).events}
    assert promised - stored or any(process.returncode for process in writers)


@pytest.mark.nightly
def test_eight_writers_for_long(tmp_path: Path) -> None:
    test_writers_in_many_processes_lose_nothing(tmp_path, 8, 120)


def test_threads_of_one_store_lose_nothing(tmp_path: Path) -> None:
    store = Store(State(tmp_path), SystemClock())
    id = declare(store).id
    threads = [threading.Thread(target=lambda name=name: [note(store, id, id=f"{name}-{n}") for n in range(10)])
               for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert {event.id for event in Archive(State(tmp_path)).read(id).events[1:]} == {
        f"{name}-{n}" for name in range(6) for n in range(10)}


def kill_while_it_writes(root: Path, id: str, rounds: int, rng: random.Random) -> int:
    promised: list[str] = []
    for round in range(rounds):
        process = start(root, id, f"round{round}", 100_000)
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(rng.uniform(0, 0.03))
        process.kill()
        process.wait()
        promised += (first + process.stdout.read()).decode().split("\n")[:-1]
        archive = Archive(State(root))
        assert archive.verify(id).ok
        stored = {event.id for event in archive.read(id).events}
        assert stored >= set(promised), "an acknowledged event is gone"
    note(a_store(root), id, "and work goes on")
    return len(promised)


def test_kill_9_at_any_moment_loses_nothing_acknowledged(tmp_path: Path) -> None:
    id = declare(a_store(tmp_path)).id
    assert kill_while_it_writes(tmp_path, id, 6, random.Random(7)) > 6


@pytest.mark.nightly
def test_kill_9_two_hundred_times(tmp_path: Path) -> None:
    for seed in range(10):
        id = declare(a_store(tmp_path)).id
        kill_while_it_writes(tmp_path, id, 20, random.Random(seed))


def test_two_processes_that_start_one_step_start_it_once(tmp_path: Path) -> None:
    id = declare(a_store(tmp_path)).id
    go = tmp_path / "go"
    script = (
        "import sys, os, time; from pathlib import Path; from handrail.clock import SystemClock\n"
        "from handrail.errors import Refusal\n"
        "from handrail.incident.events import Actor, Draft; from handrail.incident.store import Store\n"
        "from handrail.paths import State\n"
        "def decide(incident):\n"
        "    if by := incident.item('c1:stop').by: return Refusal('already-running', f'{by} started it.')\n"
        "    return [Draft('step_started', {'item': 'c1:stop', 'run': sys.argv[3], 'command': 'true'})]\n"
        "store = Store(State(Path(sys.argv[1])), SystemClock())\n"
        "print('ready', flush=True)\n"
        f"while not os.path.exists({str(go)!r}): time.sleep(0.001)\n"
        "print(store.transact(sys.argv[2], decide, actor=Actor(sys.argv[3])).__class__.__name__)\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", script, tmp_path, id, name], stdout=subprocess.PIPE, text=True)
            for name in ("kim", "ade")]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    go.touch()
    answers = [process.communicate(timeout=60)[0].strip() for process in both]
    assert sorted(answers) == [Incident.__name__, Refusal.__name__]
    assert len(Archive(State(tmp_path)).read(id).item("c1:stop").attempts) == 1


def test_another_process_sees_a_change_within_a_second(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    id = declare(store).id
    script = (
        "import sys, time; from pathlib import Path; from handrail.incident.archive import Archive\n"
        "from handrail.paths import State\n"
        "archive = Archive(State(Path(sys.argv[1])))\n"
        "archive.active(); time.sleep(0.1); archive.active()\n"
        "print('looking', flush=True)\n"
        "while not archive.changed(): time.sleep(0.25)\n"
        "print(archive.active()[0].rev, time.monotonic_ns(), flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, tmp_path], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "looking\n"
        note(store, id)
        written = time.monotonic_ns()
        rev, seen = process.communicate(timeout=60)[0].split()
    assert rev == "2"
    assert (int(seen) - written) / 1e9 < 1.0


def test_two_writes_within_one_tick_of_the_disks_clock_are_both_seen(tmp_path: Path) -> None:
    """Same size, and a time stamp that did not move: only reading a young file again tells them apart."""
    store, archive = a_store(tmp_path), Archive(State(tmp_path))
    id = declare(store).id
    file = State(tmp_path).active / f"{id}.json"
    for text in ("a", "b", "c", "d"):
        note(store, id, text)
        archive.active()
        os.utime(file, ns=(file.stat().st_atime_ns, time.time_ns()))
        assert archive.changed()
        latest = archive.active()[0]
        assert isinstance(latest, Incident)
        assert latest.events[-1].data == {"text": text}
    wait_until(lambda: (archive.active(), not archive.changed())[1], 30, "an old file is not read again")


def test_a_holder_that_is_killed_lets_go(tmp_path: Path) -> None:
    id = declare(a_store(tmp_path)).id
    script = (
        "import sys, time; from pathlib import Path; from handrail.clock import SystemClock\n"
        "from handrail.incident.events import Actor; from handrail.incident.store import Store\n"
        "from handrail.paths import State\n"
        "def sleep(_):\n"
        "    print('held', flush=True); time.sleep(60)\n"
        "Store(State(Path(sys.argv[1])), SystemClock()).transact(sys.argv[2], sleep, actor=Actor('kim'))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, tmp_path, id], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    process.kill()
    process.wait()
    process.stdout.close()
    assert done(a_store(tmp_path).transact(id, lambda _: [Draft("note", {"text": "on"})], actor=KIM)).rev == 2
