"""Other keys for actions, as the user's settings say, checked before any screen is made."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from handrail.errors import UsageError
from screens.actions import table
from screens.actions.output import OUTPUT
from screens.actions.record import WRITTEN, write_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from screens.actions.record import Action

# What is bound at once in one place: there no two actions may have one key.
PLACES = {
    "Watch": table.ON_WATCH, "an incident": table.ON_INCIDENT, "a lamp": table.ON_LAMP,
    "the timeline": table.ON_TIMELINE, "the runbooks": table.ON_RUNBOOKS, "the values": table.ON_VALUES,
    "m, then": table.MORE, "the output": OUTPUT, "the wall": table.WALL,
}  # fmt: skip
NAMED = {written: name for name, written in WRITTEN.items()}
FIXED = {"back": ("escape",)}


def remap(keys: Mapping[str, tuple[str, ...]]) -> None:
    """Give actions these keys, by their ids. Called once, before a screen is imported: bindings, the bottom row, the
    help page and the palette are all made from the records.

    Raises UsageError for an action that there is none of, and for a key that would do two things in one place.
    """
    by_id = {action.id: action for action in table.ALL}
    wanted = {}
    for id, written in keys.items():
        if id not in by_id:
            near = difflib.get_close_matches(id, by_id, 1, 0.5)
            raise UsageError("The settings cannot be used.", f"keys: there is no action {id!r}.",
                             f"Did you mean {near[0]!r}?" if near else "`?` in the program lists them.")
        wanted[id] = (*FIXED.get(id, ()), *(named(key) for key in written))
    _refuse_doubles(wanted)
    for id, names in wanted.items():
        object.__setattr__(by_id[id], "keys", names)  # the one moment at which a record may change


def named(key: str) -> str:
    """A key as people write it, in the terminal library's words: `?` is question_mark, `esc` escape."""
    if key in NAMED:
        return NAMED[key]
    if len(key) == 1 and not key.isalnum():
        import unicodedata

        return unicodedata.name(key).lower().replace("-", "_").replace(" ", "_")
    return key


def _refuse_doubles(wanted: Mapping[str, tuple[str, ...]]) -> None:
    for place, actions in PLACES.items():
        taken: dict[str, Action] = {}
        for action in actions:
            for key in wanted.get(action.id, action.keys):
                other = taken.setdefault(key, action)
                if other is not action:
                    raise UsageError(
                        "The settings cannot be used.",
                        f"keys: {write_key(key)} would do two things in {place}: {other.id} and {action.id}.",
                        "Give one of them another key.",
                    )
