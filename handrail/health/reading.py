"""now.json as any console or wall reads it: ages by the boot clock, and nothing old is ever well."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast, get_args

from handrail.clock import Clock, parse_iso, short_duration
from handrail.health import now
from handrail.health.lease import VOID
from handrail.health.monitor import Lamp, LampWord, Poll, WellFor
from handrail.health.whole import whole, worst_first
from handrail.pack.model import Pack, Probe
from handrail.text import clean

KEPT = 64  # files remembered; each pack version has one


def stand(folder: Path, pack: Pack, clock: Clock) -> tuple[tuple[Lamp, ...], Poll]:
    """The lamps of a pack from its health folder. Never raises."""
    try:
        told, lit = _read(folder, pack.id)
    except (ValueError, OSError) as damage:
        why = f"{damage.strerror if isinstance(damage, OSError) else damage}: {folder / now.NAME}"
        return _unasked(pack, why), Poll(pack.id, error=f"Health cannot be read: {why}.")
    if told is None:
        return _unasked(pack, "no answer yet"), Poll(pack.id)
    here = told.boot_id == now.boot_id()
    age = _age(told, clock) if here else _wall_age(told, clock)
    by = clean(told.by, 40)
    if not here or age > VOID * told.every:
        since = f"{by or 'somebody'} did, {short_duration(age)} ago"
        error = f"Nobody polls: {since}." if here else f"The machine restarted and nobody polls: {since}."
        last = clock.boot() if here else None
        found = [stale(aged(lamp, one, last), age) for lamp, one in zip(lit, told.lamps, strict=True)]
    else:
        error = clean(told.note, 80)
        boot, wall = clock.boot(), clock.now().timestamp()
        found = [aged(lamp, one, boot, wall) for lamp, one in zip(lit, told.lamps, strict=True)]
    return worst_first(found), Poll(pack.id, by, age, error)


_kept: dict[tuple[Path, str], tuple[tuple[int, int, int], now.Now, tuple[Lamp, ...]]] = {}


def _read(folder: Path, pack: str) -> tuple[now.Now | None, tuple[Lamp, ...]]:
    """The file and its lamps without their ages, read again only when it was replaced. Raises ValueError, OSError."""
    try:
        stat = (folder / now.NAME).stat()
    except FileNotFoundError:
        return None, ()
    stamp = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    if (kept := _kept.get((folder, pack))) is not None and kept[0] == stamp:
        return kept[1], kept[2]
    told = now.read(folder)
    if told is None:
        return None, ()
    lit = tuple(_lamp_of(lamp, pack) for lamp in told.lamps)
    if len(_kept) >= KEPT:
        _kept.clear()
    _kept[folder, pack] = (stamp, told, lit)
    return told, lit


def aged(lamp: Lamp, told: now.NowLamp, boot: float | None, wall: float | None = None) -> Lamp:
    """The lamp as of `boot` seconds, STALE when its answer is too old; `boot` None when it is from another boot.

    `wall` is now in seconds since 1970, for what counts down.
    """
    if lamp.parts:
        parts = zip(lamp.parts, told.parts, strict=True)
        return whole(replace(lamp, parts=tuple(aged(part, one, boot, wall) for part, one in parts)))
    age = max(0.0, boot - told.at) if told.at is not None and boot is not None else None
    left = float(round(told.due - wall)) if told.due is not None and wall is not None else None
    lamp = replace(lamp, age=age, left=left)
    return stale(lamp, age) if lamp.word != "UNKNOWN" and (age is None or age > told.stale) else lamp


def _lamp_of(told: now.NowLamp, pack: str) -> Lamp:
    word = cast(LampWord, told.word) if told.word in get_args(LampWord) else "UNKNOWN"
    return Lamp(
        id=clean(told.id, 160), title=clean(told.title, 80), group=clean(told.group, 80), pack=pack, word=word,
        rank=told.rank if told.rank in (1, 2, 3, 4) else 0, value=clean(told.value, 60), want=clean(told.want, 60),
        age=None, since=_moment(told.since), trail=_bars(told.trail), severity=clean(told.severity, 40),
        why=clean(told.why, 300), runbook=clean(told.runbook, 200), latched=told.latched,
        scenario=clean(told.scenario, 64), ticks=told.ticks, left_label=clean(told.due_label, 40),
        well=_well(told), parts=tuple(_lamp_of(part, pack) for part in told.parts),
    )


def _well(told: now.NowLamp) -> WellFor | None:
    try:
        return WellFor(datetime.fromtimestamp(told.well.since, UTC),
                       tuple(datetime.fromtimestamp(at, UTC) for at in told.well.newest)) if told.well else None
    except (ValueError, OverflowError, OSError):
        return None


def lamps_of(told: Iterable[now.NowLamp], pack: str, boot: float) -> tuple[Lamp, ...]:
    """These as of `boot` seconds, worst first."""
    return worst_first(aged(_lamp_of(one, pack), one, boot) for one in told)


def stale(lamp: Lamp, age: float | None) -> Lamp:
    """The same lamp with nothing to go by any more. `age` counts where the lamp's own is not known."""
    if lamp.parts:
        return whole(replace(lamp, parts=tuple(stale(part, age) for part in lamp.parts)))
    if lamp.word in ("STALE", "UNKNOWN"):
        return lamp
    since = lamp.age if lamp.age is not None else age
    was = "ok" if lamp.word == "OK" else lamp.word
    why = f"was {was}, no answer for {short_duration(since)}" if since is not None else f"was {was}, no answer since"
    return replace(lamp, word="STALE", rank=0, severity="", why=why)


def _unasked(pack: Pack, why: str) -> tuple[Lamp, ...]:
    return tuple(_unknown(probe, pack, clean(why, 300)) for probe in pack.probes if probe.when_run == "schedule")


def _unknown(probe: Probe, pack: Pack, why: str) -> Lamp:
    return Lamp(
        id=probe.id, title=clean(probe.title or probe.id, 80), group=clean(probe.group or probe.id, 80), pack=pack.id,
        word="UNKNOWN", rank=0, value="no answer yet", want=clean(probe.want, 60), age=None, since=None, why=why,
        runbook=clean(probe.runbook, 200),
    )


def _age(told: now.Now, clock: Clock) -> float:
    return max(0.0, clock.boot() - told.boot)


def _wall_age(told: now.Now, clock: Clock) -> float:
    written = _moment(told.at)
    return max(0.0, (clock.now() - written).total_seconds()) if written is not None else 0.0


def _moment(text: str | None) -> datetime | None:
    try:
        return parse_iso(text) if text is not None else None
    except ValueError:
        return None


def _bars(trail: Sequence[tuple[float | None, int]]) -> tuple[tuple[float | None, int], ...]:
    """Numbers as heights 0..1: what is usual stands at half, so that a calm line is calm and an outlier stands out.

    Where nothing is measured a bad answer is full height and a good one low.
    """
    numbers = [abs(number) for number, _ in trail if number is not None]
    if not numbers:
        return tuple((1.0 if rank else 0.25, rank) for _, rank in trail)
    top = max(*numbers, 2 * statistics.median(numbers)) if len(numbers) > 1 else 2 * numbers[0]
    return tuple((min(1.0, abs(number) / top) if number is not None and top else None if number is None else 0.0, rank)
                 for number, rank in trail)
