"""What an action is: one record, from which everything that names a key is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from handrail.health.monitor import Lamp
    from handrail.incident.checklist import Row
    from handrail.incident.incident import Incident
    from handrail.runs.record import RunState

Place = Literal[
    "everywhere", "list", "any screen", "watch", "step", "incident", "m", "output", "timeline", "runbooks", "values",
    "lamp", "wall",
]

PLACES: dict[Place, str] = {
    "everywhere": "Everywhere",
    "list": "Moving",
    "any screen": "From any screen",
    "watch": "Watch",
    "lamp": "A lamp",
    "step": "A step",
    "incident": "An incident",
    "m": "m, then",
    "output": "Output",
    "timeline": "Timeline",
    "runbooks": "Runbooks",
    "values": "Values",
    "wall": "The wall",
}

# Textual's name of a key, and how it is written for people.
WRITTEN = {
    "question_mark": "?",
    "exclamation_mark": "!",
    "colon": ":",
    "slash": "/",
    "minus": "-",
    "space": "space",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "asterisk": "*",
    "shift+tab": "shift+tab",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the screen shows now, as far as an action has to know it to be allowed or refused."""

    place: str = ""
    me: str = ""
    incident: Incident | None = None
    row: Row | None = None
    run: RunState | None = None
    open_incidents: int = 0
    last_place: str = ""
    output: bool = False
    following: bool = True
    runs: int = 0
    searching: bool = False
    runbook: bool = False
    drifted: bool = False
    ahead: bool = True  # whether a step of the section is open from the cursor on
    blank: bool = False
    filled: bool = False
    offered: int = 0
    filling: bool = False
    stopped: str = ""
    lamp: Lamp | None = None
    part: bool = False
    starting: bool = False
    too_soon: bool = False


def _always(_: Facts) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    `id` names it in key maps; `keys` are Textual's names; `label` is for the bottom row, `help` for the help page and
    the palette. `refused` answers why it cannot be done now, in a sentence, or "" when it can. `weight` orders the
    bottom row (0: not there). `changes` marks what writes to the record. `label_now` is the label where it depends on
    what is under the cursor; "" means `label`. `only_then` keeps it off the bottom row while it is refused.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    place: Place
    refused: Callable[[Facts], str] = _always
    weight: int = 0
    changes: bool = False
    label_now: Callable[[Facts], str] = _always
    only_then: bool = False

    @property
    def method(self) -> str:
        """The screen's method that does it: step.run_again is act_step_run_again."""
        return "act_" + self.id.replace(".", "_").replace("-", "_")

    @property
    def written(self) -> str:
        """The keys as a person reads them: `enter`, `j or down`."""
        return " ".join(write_key(key) for key in self.keys)


def write_key(key: str) -> str:
    """One key as a person reads it."""
    if key in WRITTEN or len(key) == 1:
        return WRITTEN.get(key, key)
    import unicodedata

    try:
        character = unicodedata.lookup(key.replace("_", " "))
    except KeyError:
        return key
    return character if character.isprintable() and not character.isspace() else key
