"""One look at a state folder: incidents, runs, lamps and who is here, as one Snapshot."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from heapq import nlargest

from handrail import presence
from handrail.activity import LONGEST, lines
from handrail.board import card, names
from handrail.clock import Clock
from handrail.health.monitor import Lamp, Poll
from handrail.incident.archive import Archive, BadFile
from handrail.incident.incident import Incident
from handrail.incident.waiting import Waiting
from handrail.library import Library
from handrail.paths import State
from handrail.proposals import proposals
from handrail.reloading import Packs
from handrail.runs.record import RunState
from handrail.snapshot import Activity, BadCard, Card, Console, Snapshot, Trouble

# Who is here is looked at less often (s) than what happens, and how many walls show it still less.
PEOPLE_PERIOD = 0.5
WALLS_PERIOD = 2.0
# How often (s) it is asked what room the disk has.
ROOM_PERIOD = 5.0
NEVER = datetime.min.replace(tzinfo=UTC)


class View:
    """Looks again each time it is asked, and remembers what has not changed. For one thread at a time."""

    def __init__(self, state: State, packs: Packs, clock: Clock, library: Library,
                 waiting: Waiting) -> None:
        self._state = state
        self._packs = packs
        self._clock = clock
        self._library = library
        self._archive = Archive(state)
        self._waiting = waiting
        self._cards: dict[str, tuple[Incident, Card]] = {}
        self._activity: dict[str, tuple[tuple[str, int], tuple[Activity, ...]]] = {}
        self._lines: tuple[Activity, ...] = ()
        self._here: tuple[tuple[Console, ...], int] = ((), 0)
        self._next_people = self._next_walls = 0.0
        self._classes = -1
        self._room = ""
        self._next_room = 0.0
        self.open: tuple[Incident, ...] = ()
        """Every open record of the last look, checklists without an incident included."""

    def empty(self) -> Snapshot:
        """What is shown before the first look. Touches nothing on disk."""
        return Snapshot(at=self._clock.now(), state=self._state.root, packs=self._names())

    def look(self, trouble: Trouble, busy: str = "") -> Snapshot:
        """Read everything. `trouble` is about the store itself, `busy` what goes on by itself."""
        found = self._archive.active()
        self.open = self._waiting.board([one for one in found if isinstance(one, Incident)], self._archive.read)
        runs = self._runs()
        lamps, polls = self._lamps()
        consoles, walls = self._people()
        return Snapshot(
            at=self._clock.now(),
            state=self._state.root,
            cards=self._drawn(runs),
            bad=tuple(BadCard(one.id, one.path, one.why) for one in found if isinstance(one, BadFile)),
            lamps=lamps,
            polls=polls,
            proposals=proposals(lamps, self._packs.now, self.open, self._clock.now()) if lamps else (),
            consoles=consoles,
            walls=walls,
            activity=self._newest(),
            packs=self._names(),
            runs=runs,
            store_note=trouble.sentence or self._not_on_disk() or self._library.classes.trouble
            or self._low_disk(),
            stopped=trouble.stopped,
            busy=busy,
        )

    def _drawn(self, runs: dict[str, RunState]) -> tuple[Card, ...]:
        """The cards; one without a running step is drawn once per revision."""
        if self._classes != self._library.classes.version:  # a step may be one no more
            self._classes = self._library.classes.version
            self._cards, self._activity = {}, {}
        kept: dict[str, tuple[Incident, Card]] = {}
        for incident in self.open:
            if incident.kind == "incident":
                known = self._cards.get(incident.id)
                if known is None or known[0] is not incident or known[1].running:
                    known = (incident, card(incident, self._library.checklist(incident), runs))
                kept[incident.id] = known
        self._cards = kept
        return tuple(drawn for _, drawn in kept.values())

    def _runs(self) -> dict[str, RunState]:
        """What the folders of the attempts without a recorded end say now."""
        from handrail.runs.record import RunFiles

        now = self._clock.now()
        return {attempt.run: RunFiles(self._state.run(incident.id, attempt.run)).state(attempt.started_at, now)
                for incident in self.open for _, attempt in incident.running()}

    def _people(self) -> tuple[tuple[Console, ...], int]:
        """Who is here. An act is answered after a look, and need not wait for this each time."""
        if time.monotonic() >= self._next_people:
            self._next_people = time.monotonic() + PEOPLE_PERIOD
            walls = self._here[1]
            if time.monotonic() >= self._next_walls:
                self._next_walls = time.monotonic() + WALLS_PERIOD
                walls = presence.walls(self._state)
            self._here = (presence.consoles(self._state), walls)
        return self._here

    def _lamps(self) -> tuple[tuple[Lamp, ...], tuple[Poll, ...]]:
        from handrail.health.monitor import lamps

        found: list[Lamp] = list(self._packs.lamps)
        polls: list[Poll] = []
        for pack in self._packs.now:
            if pack.probes:
                of_pack, poll = lamps(self._state, pack, self._clock)
                found.extend(of_pack)
                polls.append(poll)
        return tuple(found), tuple(polls)

    def _newest(self) -> tuple[Activity, ...]:
        kept: dict[str, tuple[tuple[str, int], tuple[Activity, ...]]] = {}
        for incident in self.open:
            version = (incident.head, incident.rev)
            seen, known = self._activity.get(incident.id, (("", 0), ()))
            if seen != version:
                known = lines(incident, names(self._library.checklist(incident)))
            kept[incident.id] = (version, known)
        if kept != self._activity:
            everything = (line for _, known in kept.values() for line in known)
            self._activity, self._lines = kept, tuple(nlargest(LONGEST, everything, key=lambda line: line.at))
        return self._lines

    def _not_on_disk(self) -> str:
        waiting = sum(len(entry.drafts) for entry in self._waiting.entries())
        wait = "event waits" if waiting == 1 else "events wait"
        return f"NOT ON DISK: {waiting} {wait} in memory." if waiting else ""

    def _low_disk(self) -> str:
        """Asked now and then: a warning need not be fresher than the people who are here."""
        if time.monotonic() >= self._next_room:
            from handrail.runs.prune import low_disk

            self._next_room = time.monotonic() + ROOM_PERIOD
            self._room = low_disk(self._state.root)
        return self._room

    def _names(self) -> tuple[str, ...]:
        return tuple(pack.name for pack in self._packs.now)


def substance(snapshot: Snapshot) -> Snapshot:
    """What of a snapshot is news when it differs: everything but the moment, ages, durations and sizes."""
    return replace(
        snapshot,
        at=NEVER,
        lamps=tuple(replace(lamp, age=None, parts=tuple(replace(part, age=None) for part in lamp.parts))
                    for lamp in snapshot.lamps),
        polls=tuple(replace(poll, age=None) for poll in snapshot.polls),
        runs={run: replace(state, seconds=0.0, silent=0.0, output_bytes=0, output_lines=0)
              for run, state in snapshot.runs.items()},
    )
