"""A pack: handrail.toml and Markdown runbooks, read into typed values. Errors name file, line, key and the nearest known key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec


class LevelRule(msgspec.Struct, frozen=True, kw_only=True):
    """One severity of a scheme. Durations are texts such as "5m", "24h", "1w", "next business day"; "" where none is given.

    `rank` 1 is the worst. `examples` are the runbook's own, shown when declaring.
    """

    rank: int
    title: str = ""
    respond: str = ""
    update: str = ""
    resolve: str = ""
    escalate: tuple[str, ...] = ()
    review: str = ""
    examples: tuple[str, ...] = ()


class ProbeLevel(msgspec.Struct, frozen=True, kw_only=True):
    severity: str
    when: str
    for_: str = msgspec.field(default="", name="for")
    note: str = ""


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """One `[[probe]]`. `options` holds the keys of its kind (url, host, port, path, ...), checked by the kind itself."""

    id: str
    kind: str
    title: str = ""
    group: str = ""
    runbook: str = ""
    interval: str = ""
    timeout: str = ""
    values: dict[str, str] = {}
    show: str = ""
    want: str = ""
    level: tuple[ProbeLevel, ...] = ()
    depends_on: tuple[str, ...] = ()
    options: dict[str, Any] = {}


class Rewrite(msgspec.Struct, frozen=True, kw_only=True):
    """A pattern and its replacement, applied to a command just before it runs and always shown. `note` says why."""

    pattern: str
    replace: str
    note: str = ""


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """What `d` offers: a title, a level, and the section of a runbook that answers it."""

    id: str
    title: str
    severity: str
    runbook: str
    section: str = ""
    examples: tuple[str, ...] = ()


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """A loaded pack. `folder` holds the Markdown; `sha256` is of everything that was read, so a change is a new pack.

    `short` is the scheme as drawn on cards (AC). `world` limits what a drill may touch; empty outside drills.
    """

    id: str
    name: str
    short: str
    folder: Path
    sha256: str
    scheme: dict[str, LevelRule]
    probes: tuple[Probe, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    vars: dict[str, str] = {}
    path: tuple[str, ...] = ()
    base: str = ""
    runbooks: tuple[Path, ...] = ()
    world: dict[str, Any] = {}
