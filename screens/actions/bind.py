"""Action records as Textual bindings, and the bottom row they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

from screens.actions.record import Action, Facts, write_key
from screens.actions.table import ALL
from widgets.key_row import Hint

if TYPE_CHECKING:
    from collections.abc import Iterable

BY_ID: dict[str, Action] = {action.id: action for action in ALL}


def bindings(actions: Iterable[Action]) -> list[BindingType]:
    """One binding per action, named by its id so that a key map can move it."""
    return [
        Binding(",".join(action.keys), f"act('{action.id}')", action.label, show=False, id=action.id)
        for action in actions
    ]


def hints(actions: Iterable[Action], facts: Facts) -> tuple[Hint, ...]:
    """The bottom row: the weighted actions in order, each with whether it can be done now."""
    weighted = sorted((action for action in actions if action.weight), key=lambda action: action.weight)
    shown: dict[str, Hint] = {}
    for action in weighted:
        refused = bool(action.refused(facts))
        key = write_key(action.keys[0])
        # Where two share a key, it does what the first says.
        if key not in shown and not (action.only_then and refused):
            shown[key] = Hint(key, action.label_now(facts) or action.label, not refused)
    return tuple(shown.values())
