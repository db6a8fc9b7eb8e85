"""What a probe tells beside its levels: values that changed, a moment that comes, and how long it has been well."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec

from handrail.condition_values import instant
from handrail.health.redaction import redacted
from handrail.pack.model import Countdown, Probe, Verify
from handrail.quantities import seconds
from handrail.text import clean

KEPT = 40  # changes that now.json holds
OLDEST = 86_400.0  # s
SHOWN = 60  # characters of a value


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A value of `events` became another one. `at` is seconds since 1970; `title` is the lamp's."""

    at: float
    lamp: str
    title: str
    name: str
    old: str
    new: str


class Well(msgspec.Struct, kw_only=True):
    """The good answers since the last one that was none: when the first came, and the newest, oldest first (seconds
    since 1970)."""

    since: float
    newest: list[float] = []


def looked_up(values: Mapping[str, object], name: str) -> object:
    """A value by name; `item.x` is a member of the thing under a probe."""
    if name.startswith("item."):
        item = values.get("item")
        return item.get(name[5:]) if isinstance(item, Mapping) else None
    return values.get(name)


def names(probe: Probe) -> frozenset[str]:
    """What must be read for the events and the countdown of a probe."""
    return frozenset({*probe.events, *({probe.countdown.field} if probe.countdown else ())})


def changes(probe: Probe, seen: dict[str, str], values: Mapping[str, object], lamp: str, title: str,
            at: float) -> list[Change]:
    """What changed since it was `seen` last; that is brought up to date. What cannot be read has not changed."""
    found = []
    for name in probe.events:
        value = looked_up(values, name)
        if value is None or (isinstance(value, float) and math.isnan(value)):
            continue
        new = _said(value)
        if seen.get(name, new) != new:
            found.append(Change(at=at, lamp=lamp, title=title, name=name, old=seen[name], new=new))
        seen[name] = new
    return found


def due(countdown: Countdown | None, values: Mapping[str, object]) -> float | None:
    """The moment of a countdown in seconds since 1970; None when there is none now."""
    if countdown is None:
        return None
    found = looked_up(values, countdown.field)
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        return None
    moment = instant(found if isinstance(found, str) else float(found))
    return moment.timestamp() + (seconds(countdown.plus) or 0.0) if moment is not None else None


def well(before: Well | None, verify: Verify | None, *, good: bool, at: float, patience: float) -> Well | None:
    """The good answers, this one taken in. One that came more than `patience` seconds after the last begins anew."""
    if verify is None or not good:
        return None
    if before is None or not before.newest or not 0 <= at - before.newest[-1] <= patience:
        return Well(since=at, newest=[at])
    return Well(since=before.since, newest=[*before.newest, at][-max(1, verify.samples):])


class Ledger:
    """The changes that were told: `kept` the newest ones, oldest first; `ever` how many there were since it began."""

    def __init__(self) -> None:
        self.kept: list[Change] = []
        self.ever = 0

    def add(self, told: Sequence[Change], now: float) -> None:
        """Take in what was told at `now` (seconds since 1970); then what is too old goes."""
        if not told:
            return
        self.kept = [change for change in (*self.kept, *told) if now - change.at < OLDEST][-KEPT:]
        self.ever += len(told)


def _said(value: object) -> str:
    text = {True: "true", False: "false"}.get(value, "") if isinstance(value, bool) else (
        f"{value:g}" if isinstance(value, float) else str(value))
    return clean(redacted(text), SHOWN)
