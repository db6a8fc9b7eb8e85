"""The actions of the values sheet."""

from __future__ import annotations

from screens.actions import refusals as no
from screens.actions.record import Action

VALUES = (
    Action(
        "values.edit",
        ("enter",),
        "fill in",
        "Type the value; the commands show it as you type",
        "values",
        no.no_blank,
        weight=10,
        changes=True,
    ),
    Action(
        "values.suggestion",
        tuple("123456789"),
        "suggestion",
        "Take a suggestion into the field, to look at",
        "values",
        no.nothing_offered,
        weight=12,
    ),
    Action(
        "values.command",
        ("f",),
        "from a command",
        "Run a command that reads; what it prints is offered",
        "values",
        no.no_blank,
        weight=14,
        changes=True,
    ),
    Action(
        "values.stop",
        ("x", "ctrl+c"),
        "stop",
        "Stop the command that runs for a blank",
        "values",
        no.nothing_fills,
        weight=15,
        changes=True,
        only_then=True,
    ),
    Action(
        "values.empty",
        ("backspace",),
        "open again",
        "Empty a filled blank: it is open again",
        "values",
        no.not_filled,
        weight=16,
        changes=True,
    ),
    Action(
        "values.secret",
        ("s",),
        "secret",
        "Treat it as a secret, or no longer: masked and kept in memory only",
        "values",
        no.no_blank,
        weight=18,
    ),
)
