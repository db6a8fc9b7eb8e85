"""Numbers with units: 90%, 24h, 100MB. Everything inside is kept in seconds, bytes and ratios."""

from __future__ import annotations

import math
import re
from typing import Literal, NamedTuple

Unit = Literal["", "ratio", "s", "B"]

# suffix -> (unit, how many of the base unit)
SUFFIXES: dict[str, tuple[Unit, float]] = {
    "%": ("ratio", 0.01),
    "ms": ("s", 1e-3), "s": ("s", 1.0), "m": ("s", 60.0), "h": ("s", 3600.0), "d": ("s", 86400.0), "w": ("s", 604800.0),
    "B": ("B", 1.0), "KB": ("B", 1e3), "MB": ("B", 1e6), "GB": ("B", 1e9), "TB": ("B", 1e12),
    "KiB": ("B", 2.0**10), "MiB": ("B", 2.0**20), "GiB": ("B", 2.0**30), "TiB": ("B", 2.0**40),
}
# What `unit = ...` of a probe may say; a plain "ratio" is 0..1, "%" is 0..100.
SCALES: dict[str, tuple[Unit, float]] = {**SUFFIXES, "ratio": ("ratio", 1.0)}

_ONE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z%]+)\s*")


class Quantity(NamedTuple):
    """A number in its base unit: seconds, bytes, a ratio (1.0 is 100 %), or bare."""

    value: float
    unit: Unit


def quantity(text: str) -> Quantity | None:
    """'90%' -> (0.9, 'ratio'); '1h30m' -> (5400, 's'). None if it is not one quantity of one unit."""
    total, unit, at = 0.0, None, 0
    while at < len(text):
        part = _ONE.match(text, at)
        if part is None or part[2] not in SUFFIXES:
            return None
        kind, factor = SUFFIXES[part[2]]
        if unit not in (None, kind) or (unit is not None and kind != "s"):
            return None
        unit, at = kind, part.end()
        total += float(part[1]) * factor
    return Quantity(total, unit) if unit is not None else None


def seconds(text: str) -> float | None:
    """A duration such as '300ms', '5m', '1h30m', '24h', '1w' in seconds; None if it is none."""
    found = quantity(text)
    return found.value if found is not None and found.unit == "s" else None


def size(text: str) -> float | None:
    """A size such as '256KiB' in bytes; None if it is none."""
    found = quantity(text)
    return found.value if found is not None and found.unit == "B" else None


def show(value: float, unit: Unit) -> str:
    """A quantity as a lamp shows it: 12 ms, 8.4 s, 1h02m, 31 GB, 99.2 %, 0.97."""
    if not math.isfinite(value):
        return "?"
    if unit == "ratio":
        return f"{_three(value * 100)} %"
    if unit == "s":
        return _time(value)
    if unit == "B":
        return _steps(value, 1000.0, ("B", "KB", "MB", "GB", "TB"))
    return _three(value)


def _time(value: float) -> str:
    from handrail.clock import short_duration

    if value < 0:
        return "-" + _time(-value)
    if value < 1:
        return f"{_three(value * 1000)} ms"
    if value < 60:
        return f"{_three(value)} s"
    return short_duration(value)


def _steps(value: float, base: float, names: tuple[str, ...]) -> str:
    for name in names[:-1]:
        if abs(value) < base * 0.9995:
            return f"{_three(value)} {name}"
        value /= base
    return f"{_three(value)} {names[-1]}"


def _three(value: float) -> str:
    """Three digits that matter, whole numbers whole: 0.97, 8.4, 99.2, 612, 48000."""
    if abs(value) >= 99.95 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.3g}"
