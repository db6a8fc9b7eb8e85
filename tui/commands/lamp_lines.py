"""Lamps as plain text and as data, for `check` and `watch`; and the exit status that monitoring systems expect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handrail.clock import iso
from handrail.text import clean, fit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handrail.health.monitor import Lamp

# Shapes and xterm colours as on the screens; a status is always a word as well.
SHAPES = {"CRIT": "■", "HIGH": "◆", "WARN": "▲", "NOTE": "•", "OK": "●", "UNKNOWN": "?", "STALE": "◌", "BLOCKED": "└",
          "EXPECTED": "○", "MUTED": "‖", "FLAPPING": "≈"}
COLOURS = {"CRIT": 202, "HIGH": 202, "WARN": 227, "FLAPPING": 227, "UNKNOWN": 219, "OK": 31, "EXPECTED": 31}
OK, WARNING, CRITICAL, UNKNOWN = range(4)
STATUSES = ("ok", "warning", "critical", "unknown")


def status_of(lamps: Iterable[Lamp]) -> int:
    """0 ok, 1 warning, 2 critical, 3 unknown, as Nagios has them; critical outweighs unknown, unknown a warning."""
    found = {_status(lamp) for lamp in lamps}
    return next((status for status in (CRITICAL, UNKNOWN, WARNING) if status in found), OK)


def _status(lamp: Lamp) -> int:
    if lamp.word in ("UNKNOWN", "STALE"):
        return UNKNOWN
    if lamp.word == "FLAPPING" and not lamp.rank:
        return WARNING
    return OK if not lamp.rank else CRITICAL if lamp.rank <= 2 else WARNING


def line(lamp: Lamp) -> str:
    """One lamp, with its reason where it is not well. Styled; whoever prints it drops that where nobody wants it."""
    import click

    word = "ok" if lamp.word == "OK" else lamp.word
    head = click.style(f"{SHAPES[lamp.word]} {word:<9}", fg=COLOURS.get(lamp.word, 242))
    value = clean(lamp.value, 60) + (f" ({clean(lamp.want, 60)})" if lamp.want and lamp.word != "OK" else "")
    why = f": {clean(lamp.why, 300)}" if lamp.why else ""
    return f"{head} {fit(lamp.title, 24):<24} {value}{why}"


def lines(lamp: Lamp) -> list[str]:
    """It, and below it its parts."""
    return [line(lamp), *(f"  {line(part)}" for part in lamp.parts)]


def as_data(lamp: Lamp) -> dict[str, Any]:
    """What scripts get. `since` is ISO 8601 UTC, `age` seconds since the last answer."""
    return {
        "id": lamp.id, "title": lamp.title, "group": lamp.group, "pack": lamp.pack, "word": lamp.word,
        "rank": lamp.rank or None, "severity": lamp.severity or None, "value": lamp.value, "want": lamp.want or None,
        "why": lamp.why or None, "since": iso(lamp.since) if lamp.since else None,
        "age": round(lamp.age, 3) if lamp.age is not None else None, "runbook": lamp.runbook or None,
        **({"parts": [as_data(part) for part in lamp.parts]} if lamp.parts else {}),
    }
