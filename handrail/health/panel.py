"""How every lamp of a pack stands: what answers made of them, what they depend on, and what persons said of them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from handrail.clock import Clock, iso
from handrail.health import answers, happenings, history, inheritance, marks, now, wishes
from handrail.health.asked import Asked, below
from handrail.health.extract import extract, in_bases, items
from handrail.health.probes import Reading
from handrail.health.track import Track
from handrail.pack.model import Pack
from handrail.text import clean

NOTED = 60.0  # s that a note about this process is told


class Panel:
    """The probes of one pack with their lamps. `folder` is its health folder, None to keep nothing.

    `every` is how many seconds may pass until now.json is written again.
    """

    def __init__(self, pack: Pack, folder: Path | None, clock: Clock, by: str, every: float) -> None:
        self.pack, self.folder, self.clock, self.by, self.every = pack, folder, clock, by, every
        self.asked = [Asked(probe, pack, folder) for probe in pack.probes]
        for asked in self.asked:
            asked.blocks = below(asked, self.asked)
        self.changes = happenings.Ledger()
        self._note, self._noted = "", 0.0
        self._marks = marks.NOTHING
        self._marks_seen: tuple[int, int] | None = None

    def take(self, asked: Asked, reading: Reading, trouble: str, processes: Mapping[str, int | None],
             engaged: Collection[str]) -> bool:
        """One answer, for every lamp that it concerns. True when the first of them has another word now.

        `trouble` is why there is none, `processes` how many match each pattern, `engaged` the tags of incidents.
        """
        values, reasons = extract(asked.probe, reading.document)
        values = in_bases(asked.probe, reading.values) | values
        if self.folder is not None:
            answers.keep(self.folder, asked.probe.id, iso(self.clock.now()), values,
                         {**reasons, "": trouble} if trouble else reasons, reading.document)
        if trouble:
            reasons = dict.fromkeys(asked.meter.judge.names, trouble)
        parts: Mapping[str, dict[str, object]] = reading.parts or {}
        if asked.probe.each is not None and reading.parts is None:
            found, why = items(asked.probe, reading.document)
            parts = {key: {"item": item} for key, item in found.items()}
            if why:
                reasons = reasons | {name: why for name in asked.meter.judge.names if name.startswith("item.")}
        taken = [(asked.track(clean(part, 80)), parts.get(part, {})) for part in [*parts] or [*asked.tracks]]
        for track, own in taken:
            told = track.take(values | in_bases(asked.probe, own), reasons, self.clock, engaged, processes)
            self.changes.add(told, self.clock.now().timestamp())
        for track, _ in taken:
            track.tick(self.changes.ever)
        if parts:
            asked.sum.take((track.trail[-1][1] for track, _ in taken), self.clock.now().timestamp())
            asked.forget([track.part for track, _ in taken], self.clock.boot())
        return self.face([asked, *asked.blocks])

    def say(self, note: str) -> None:
        """Tell something about this process, for a while."""
        self._note, self._noted = note, self.clock.boot()

    def tracks(self) -> list[Track]:
        return [track for asked in self.asked for track in asked.tracks.values()]

    def lit(self) -> list[now.NowLamp]:
        """Every lamp that applies here; one that is asked by hand only after it was."""
        return [asked.told() for asked in self.asked if asked.scheduled or (asked.applies and asked.answered)]

    def lamps(self) -> dict[str, tuple[str, int]]:
        return {track.id: (track.word, track.rank) for track in self.tracks()}

    def face(self, several: Iterable[Asked]) -> bool:
        """Work out anew how some stand, those others depend on first. True when the first one's word changed."""
        changes = []
        for asked in several:
            parents = {
                track.id: track.beneath
                for other in self.asked if other.probe.id in asked.probe.depends_on for track in other.tracks.values()
            } if asked.probe.depends_on else {}
            muted = self._marks.muted
            turned = [track.face(self.clock, parents, asked.marked(track, muted)) for track in asked.tracks.values()]
            changes.append(any(turned))
        return changes[0]

    def face_everything(self) -> None:
        for asked in self.asked:
            if not asked.probe.depends_on:
                self.face([asked, *asked.blocks])

    def told(self) -> now.Now:
        note = self._note if self.clock.boot() - self._noted < NOTED else ""
        return now.Now(
            pack=self.pack.id, by=self.by, pid=os.getpid(), boot_id=now.boot_id(), boot=self.clock.boot(),
            at=iso(self.clock.now()), every=self.every, lamps=self.lit(),
            memory={track.id: track.memory for track in self.tracks()}, note=note, changes=self.changes.kept,
        )

    def resume(self) -> None:
        """Go on from what the last poller of this pack knew."""
        assert self.folder is not None
        for part in (history.FOLDER, answers.FOLDER, wishes.FOLDER):
            (self.folder / part).mkdir(mode=0o700, exist_ok=True)
        before = inheritance.before(self.folder, self.pack.id)
        if before is None:
            return
        self.changes.kept = before.changes
        known = {asked.probe.id: asked for asked in self.asked}
        for whole in before.lamps:
            if whole.parts and whole.id in known:
                known[whole.id].sum.trail.extend(whole.trail)
            for lamp in whole.parts or [whole]:
                id, _, part = lamp.id.partition("/")
                if id in known and lamp.id in before.memory:
                    same_boot = before.boot_id == now.boot_id()
                    known[id].track(part).resume(lamp, before.memory[lamp.id], same_boot=same_boot)

    def look_at_marks(self) -> bool:
        """Take in what was muted or cleared since the last look. True when that was anything."""
        assert self.folder is not None
        path = marks.file_of(self.folder.parent, self.pack.id)
        try:
            found = path.stat()
            seen = (found.st_mtime_ns, found.st_ino)
        except OSError:
            seen = None
        if seen == self._marks_seen:
            return False
        self._marks, self._marks_seen = marks.read(path), seen
        for asked in self.asked:
            for track in asked.tracks.values():
                if (cleared := asked.marked(track, self._marks.cleared)) is not None:
                    track.unlatch(cleared.at)
        return True
