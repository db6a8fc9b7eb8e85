"""now.json: what the poller knows, replaced whole after each change; everyone else only reads it."""

from __future__ import annotations

import contextlib
import os
from functools import cache
from pathlib import Path

import msgspec

from handrail.health.happenings import Change, Well
from handrail.health.states import Memory
from handrail.paths import FILE_MODE

NAME = "now.json"
SCHEMA = 1
TRAIL = 24


class NowLamp(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One lamp as its poller sees it. `at` is boot seconds of the last answer; older than `stale` seconds it is STALE.

    `trail` holds (the number drawn or None, rank), oldest first; bit n of `ticks` says that something of the pack's
    `events` changed just before the n-th newest of them. `due` is the moment of its countdown (seconds since 1970),
    `well` the good answers in a row where `verify` asks for them. `levels` is a hash of the levels it was judged by:
    who goes on with other levels cannot use what was counted for these. `parts` are the lamps of the things under it:
    then its own word and value are theirs, worked out by whoever reads.
    """

    id: str
    title: str
    group: str
    word: str
    rank: int
    value: str = ""
    want: str = ""
    severity: str = ""
    why: str = ""
    runbook: str = ""
    since: str | None = None
    at: float | None = None
    stale: float
    levels: str = ""
    latched: bool = False
    scenario: str = ""
    trail: list[tuple[float | None, int]] = []
    ticks: int = 0
    due: float | None = None
    due_label: str = ""
    well: Well | None = None
    parts: list[NowLamp] = []


class Now(msgspec.Struct, kw_only=True):
    """The whole file. `boot` is when it was written, `every` how many seconds may pass until the next, both on the boot
    clock of `boot_id`. `memory` is what the next poller goes on from, `changes` what was told of `events`."""

    schema: int = SCHEMA
    pack: str
    by: str
    pid: int
    boot_id: str
    boot: float
    at: str
    every: float
    lamps: list[NowLamp]
    memory: dict[str, Memory] = {}
    changes: list[Change] = []
    note: str = ""


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Now)


def write(folder: Path, now: Now) -> None:
    """Replace now.json in one step, 0600. Not synced: it is worth nothing after a crash. Raises OSError."""
    fresh = folder / f".{NAME}.{os.getpid()}"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, FILE_MODE)
            file.write(_ENCODER.encode(now))
        fresh.replace(folder / NAME)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise


def read(folder: Path) -> Now | None:
    """What stands in the file; None when there is none. Raises ValueError for a file that is not one, OSError."""
    try:
        raw = (folder / NAME).read_bytes()
    except FileNotFoundError:
        return None
    try:
        now = _DECODER.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(f"{NAME} is damaged") from error
    if now.schema != SCHEMA:
        raise ValueError(f"{NAME} was written by another Handrail")
    return now


@cache
def boot_id() -> str:
    """This boot of this machine; boot seconds mean nothing in another one."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""
