"""Real power cuts on ext4 and a really full disk. Nightly, as root: they mount file systems of their own."""

from __future__ import annotations

import fcntl
import os
import random
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import writer
from support.record import KIM, a_store, declare, done, note

from handrail.clock import SystemClock
from handrail.errors import StateError
from handrail.incident.archive import Archive
from handrail.incident.events import Draft
from handrail.incident.store import Store
from handrail.paths import State

# _IOR('X', 125, __u32): the file system stops as if the power had gone; 2 means: do not even flush the journal.
EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(os.getuid() != 0, reason="mounting a file system needs root"),
]


@contextmanager
def mounted(where: Path, *options: str) -> Iterator[None]:
    where.mkdir(exist_ok=True)
    made = subprocess.run(["mount", *options, where], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"cannot mount here: {made.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", where], check=True)


def lost_to_power_cuts(folder: Path, rounds: int, *how: str) -> set[str]:
    """Cut the power while a process writes, again and again, and say which of its promises were not kept."""
    image, disk, rng = folder / "image", folder / "disk", random.Random(11)
    with image.open("wb") as file:
        file.truncate(64 << 20)
    if subprocess.run(["mkfs.ext4", "-q", "-F", image], capture_output=True).returncode:
        pytest.skip("no mkfs.ext4 here")
    with mounted(disk, "-o", "loop", str(image)):
        id = declare(a_store(disk / "state")).id
    promised: set[str] = set()
    for round in range(rounds):
        with mounted(disk, "-o", "loop", str(image)):
            root = disk / "state"
            process = subprocess.Popen([sys.executable, writer.__file__, root, id, f"round{round}", "100000", *how],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            assert process.stdout is not None
            first = process.stdout.readline()
            time.sleep(rng.uniform(0, 0.1))
            cut_the_power(disk)
            process.wait(20)
            promised |= set((first + process.stdout.read()).decode().split("\n")[:-1])
        with mounted(disk, "-o", "loop", str(image)):
            assert Archive(State(root)).verify(id).ok
            if lost := promised - {event.id for event in Archive(State(root)).read(id).events}:
                return lost
    assert len(promised) > rounds
    return set()


def test_power_cuts_on_ext4_lose_nothing_acknowledged(tmp_path: Path) -> None:
    assert lost_to_power_cuts(tmp_path, 40) == set()


def test_control_without_the_folder_sync_a_power_cut_loses_what_was_acknowledged(tmp_path: Path) -> None:
    assert lost_to_power_cuts(tmp_path, 40, "careless") != set()


def fill_up(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        with pytest.raises(OSError, match="No space left"):
            while True:
                os.write(descriptor, bytes(4096))
    finally:
        os.close(descriptor)


def cut_the_power(disk: Path) -> None:
    descriptor = os.open(disk, os.O_RDONLY)
    try:
        fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
    finally:
        os.close(descriptor)


def test_a_really_full_disk_keeps_the_old_file_and_takes_notes_from_the_ballast(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, "-t", "tmpfs", "-o", "size=24m", "tmpfs"):
        state = State(disk / "state")
        store = Store(state, SystemClock())
        id = declare(store).id
        assert state.ballast.exists()
        fill_up(disk / "filler")
        assert note(store, id, id="from the ballast").rev == 2
        assert not state.ballast.exists()

        with pytest.raises(StateError, match="The disk is full"):
            for _ in range(200):
                done(store.transact(id, lambda _: [Draft("note", {"text": "x" * 100_000})], actor=KIM))
        assert Archive(state).verify(id).ok
        rev = Archive(state).read(id).rev
        (disk / "filler").unlink()
        assert note(Store(state, SystemClock()), id).rev == rev + 1
        assert state.ballast.exists()
