"""What a screen shows: one frozen value with everything on it, taken at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from handrail.health.monitor import Lamp, Poll
    from handrail.incident.incident import Incident
    from handrail.proposals import Proposal
    from handrail.runs.record import RunState


@dataclass(frozen=True, slots=True)
class Card:
    """One open incident on the board.

    `done` of `total` counts the steps of its checklist. `note` is the one line beside it: what waits, runs or happened
    last ("step 17 WAITS FOR YOU: [sudo] password for kim:"). `waits` is True while a running step asks for input.
    `running` names what runs now ("step 12 Browser events").
    """

    incident: Incident
    done: int = 0
    total: int = 0
    note: str = ""
    waits: bool = False
    running: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BadCard:
    """A state file that cannot be read. The others go on; `why` is one sentence."""

    id: str
    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class Activity:
    """One line of the activity list in plain words: "step 2 Revoke the OAuth token passed".

    `at` is when it happened (aware, UTC). `word` is the state it put something into ("passed", "failed", "P1", "note"),
    for shape and colour. The text has passed `handrail.text`.
    """

    at: datetime
    incident_id: str
    by: str
    text: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class Console:
    """Another console that is open on this state folder now. `name` is the person."""

    name: str
    pid: int
    tty: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps the record from being written: a sentence, "" for nothing.

    `stopped` names the process that holds the store and sleeps, "" when that is not what is wrong.
    """

    sentence: str = ""
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything at one moment. `at` is the wall clock (aware, UTC); `activity` is newest first, about 200 lines.

    `runs` holds what the files of each run without a recorded end say now, by run id. `store_note` is a sentence when
    the store itself needs a person ("NOT ON DISK", "pid 4711 holds the store"), else ""; `stopped` names the process to
    wake then, if there is one. `busy` says what goes on by itself ("indexing past incidents, 1200 of 10000").
    """

    at: datetime
    state: Path
    cards: tuple[Card, ...] = ()
    bad: tuple[BadCard, ...] = ()
    lamps: tuple[Lamp, ...] = ()
    polls: tuple[Poll, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    consoles: tuple[Console, ...] = ()
    walls: int = 0
    activity: tuple[Activity, ...] = ()
    packs: tuple[str, ...] = ()
    runs: Mapping[str, RunState] = field(default_factory=dict)
    store_note: str = ""
    stopped: str = ""
    busy: str = ""
