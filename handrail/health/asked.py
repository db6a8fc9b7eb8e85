"""One probe as its poller holds it: how it is asked, and the lamps it has."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from handrail.health.probes import options_of
from handrail.health.probes.reading import search_path
from handrail.health.track import Meter, Track
from handrail.kinds import KINDS
from handrail.pack_model import Pack, Probe


class Asked:
    """One probe with its lamps, by part."""

    def __init__(self, probe: Probe, pack: Pack, folder: Path | None) -> None:
        self.probe = probe
        self.folder = folder
        self.meter = Meter(probe, pack)
        self.options = options_of(probe)
        self.tracks = {"": Track(self.meter, "", folder)}
        self.now = asyncio.Event()
        self.lane = self.usual = "near" if KINDS[probe.kind].remote else "here"
        self.memory: dict[str, Any] = {}
        self.needs = self.meter.judge.names | frozenset(self.meter.teller.shown)
        # A probe whose tool is absent says nothing about this host: it has no lamp.
        self.applies = not probe.requires or shutil.which(probe.requires, path=search_path(pack.path)) is not None
        self.blocks: list[Asked] = []  # those that depend on it, directly or not, nearest first

    @property
    def scheduled(self) -> bool:
        return self.applies and self.probe.when_run == "schedule"

    def by_id(self) -> list[tuple[str, Track]]:
        return [(track.id, track) for track in self.tracks.values()]

    def track(self, part: str) -> Track:
        """The lamp of one part, made when it is first seen; then the probe's own lamp is no more."""
        if part not in self.tracks:
            if part:
                self.tracks.pop("", None)
            self.tracks[part] = Track(self.meter, part, self.folder)
        return self.tracks[part]


def below(asked: Asked, everyone: Iterable[Asked]) -> list[Asked]:
    """The probes that depend on this one, directly or not, in an order in which each comes after what it depends on."""
    found: list[Asked] = []
    nearest = [asked]
    while nearest:
        ids = {one.probe.id for one in nearest}
        nearest = [one for one in everyone if ids & set(one.probe.depends_on)]
        found = [one for one in found if one not in nearest] + nearest
    return found


def trusting(pack: Pack) -> Pack:
    """The same pack, one answer of whose probes is believed at once, however long a level would have to last."""
    return msgspec.structs.replace(pack, probes=tuple(
        msgspec.structs.replace(probe, confirm_bad=0, confirm_good=0, level=tuple(
            msgspec.structs.replace(level, for_="") for level in probe.level))
        for probe in pack.probes))
