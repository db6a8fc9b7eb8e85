"""What can be done with one lamp."""

from __future__ import annotations

from screens.actions import refusals as no
from screens.actions.labels import lamp_enter_label, mute_label
from screens.actions.record import Action

LAMP = (
    Action(
        "lamp.runbook",
        ("enter",),
        "runbook",
        "The part of the lamp under the cursor, else the section of the runbook that it is linked to",
        "lamp",
        no.no_section,
        weight=10,
        label_now=lamp_enter_label,
    ),
    Action("lamp.ask", ("p",), "probe now", "Ask the probe at once, whoever polls it", "lamp", no.no_probe, weight=12),
    Action(
        "lamp.mute",
        ("m",),
        "mute",
        "Mute the lamp for a while, for a reason; again makes it loud",
        "lamp",
        no.no_probe,
        weight=14,
        changes=True,
        label_now=mute_label,
    ),
    Action(
        "lamp.latch",
        ("l",),
        "clear latch",
        "Clear what stays until a person clears it",
        "lamp",
        no.not_latched,
        weight=16,
        changes=True,
        only_then=True,
    ),
    Action("lamp.longer", ("right_square_bracket",), "longer", "The chart over a longer time", "lamp", weight=55),
    Action("lamp.shorter", ("left_square_bracket",), "shorter", "The chart over a shorter time", "lamp"),
)
