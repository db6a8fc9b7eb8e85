"""The fields of an event's data, read without trust: what does not fit reads as empty, and nothing raises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from handrail.clock import parse_iso
from handrail.incident.incident import Level


def text_in(data: Mapping[str, Any], key: str) -> str:
    """The text under `key`; "" for anything else."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def texts_in(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The texts of the list under `key`."""
    value = data.get(key)
    return tuple(part for part in value if isinstance(part, str)) if isinstance(value, list | tuple) else ()


def whole_in(data: Mapping[str, Any], key: str) -> int | None:
    """The whole number under `key`; True and False are none."""
    value = data.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number_in(data: Mapping[str, Any], key: str) -> float | None:
    """The finite number under `key`."""
    value = data.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if abs(value) < 1e15 else None


def moment_in(data: Mapping[str, Any], key: str) -> datetime | None:
    """The moment under `key`, in UTC."""
    value = data.get(key)
    if not isinstance(value, str):
        return None
    try:
        return parse_iso(value)
    except (ValueError, OverflowError):
        return None


def level_in(data: Mapping[str, Any], key: str) -> Level | None:
    """The severity under `key`; it needs a scheme and a name."""
    value = data.get(key)
    if not isinstance(value, Mapping):
        return None
    scheme, name, rank = text_in(value, "scheme"), text_in(value, "name"), whole_in(value, "rank")
    if not (scheme and name):
        return None
    return Level(scheme, name, text_in(value, "short"), 4 if rank is None or abs(rank) > 99 else rank)


def utc(moment: datetime) -> datetime:
    """An aware moment; a naive one counts as UTC, so that no two moments of a fold are incomparable."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
