"""One probe as its poller holds it: how it is asked, and the lamps it has."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from handrail.health import happenings
from handrail.health.now import NowLamp
from handrail.health.probes import options_of
from handrail.health.probes.reading import search_path
from handrail.health.track import Meter, Track
from handrail.health.whole import Sum
from handrail.kinds import KINDS
from handrail.pack.model import Pack, Probe
from handrail.text import clean

T = TypeVar("T")

GONE, GONE_BAD = 3600.0, 86_400.0  # s


class Asked:
    """One probe with its lamps, by part."""

    def __init__(self, probe: Probe, pack: Pack, folder: Path | None) -> None:
        self.probe = probe
        self.folder = folder
        self.meter = Meter(probe, pack)
        self.options = options_of(probe)
        self.tracks = {"": Track(self.meter, "", folder)}
        self.now = asyncio.Event()
        self.wished = False  # a person waits for its next answer
        self.lane = self.usual = "near" if KINDS[probe.kind].remote else "here"
        self.memory: dict[str, Any] = {}
        self.needs = self.meter.judge.names | frozenset(self.meter.teller.shown) | happenings.names(probe)
        # A probe whose tool is absent says nothing about this host: it has no lamp.
        self.applies = not probe.requires or shutil.which(probe.requires, path=search_path(pack.path)) is not None
        self.blocks: list[Asked] = []  # those that depend on it, directly or not, nearest first
        self.sum = Sum(probe.id, folder, self.meter.keep)

    @property
    def scheduled(self) -> bool:
        return self.applies and self.probe.when_run == "schedule"

    def ask_now(self) -> None:
        """Do not wait for its turn, nor with the answer."""
        self.wished = True
        self.now.set()

    @property
    def answered(self) -> bool:
        return any(track.memory.at is not None for track in self.tracks.values())

    def marked(self, track: Track, marks: Mapping[str, T]) -> T | None:
        """What a person said of this lamp, or of the whole of its probe."""
        return marks.get(track.id) or marks.get(self.probe.id)

    def told(self) -> NowLamp:
        """How its lamp stands, for now.json: one, with its parts where it has several."""
        parts = [track.told() for part, track in self.tracks.items() if part]
        if not parts:
            return self.tracks[""].told()
        return self.sum.told(parts[0], parts, clean(self.probe.title or self.probe.id, 80))

    def forget(self, answered: Collection[str], boot: float) -> None:
        """Let go of parts that no answer names any more: after an hour, and of a bad one after a day.

        Until then it is STALE: what vanished is not well because of it.
        """
        for part, track in list(self.tracks.items()):
            silent = boot - track.memory.at if track.memory.at is not None else 0.0
            if part not in answered and silent > (GONE_BAD if track.rank or track.latched else GONE):
                del self.tracks[part]

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
