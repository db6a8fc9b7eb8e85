"""Over a drill, whatever it shows: a real incident is open."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from rich.text import Text
from textual.screen import ModalScreen

from handrail.text import clean
from widgets import look
from widgets.dialogs.leaving import LeavesOnce
from widgets.line import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from handrail.drill.alarm import RealIncident

MOST = 6


class RealIncidentScreen(LeavesOnce, ModalScreen[str], inherit_bindings=False):
    """y leaves the drill for it (its id is the answer), esc goes on practising ("")."""

    DEFAULT_CSS = f"""
    RealIncidentScreen {{ background: {look.BACKGROUND}; }}
    RealIncidentScreen > Line {{ height: auto; }}
    """

    def __init__(self, incidents: Sequence[RealIncident]) -> None:
        super().__init__()
        self._incidents = tuple(incidents)
        self._armed_at = float("inf")

    def compose(self) -> ComposeResult:
        yield Line(self._text())

    def on_mount(self) -> None:
        self.call_after_refresh(self._arm)
        self.app.bell()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if event.time < self._armed_at:
            return  # typed for what was there before
        if event.key == "y":
            self.dismiss(self._incidents[0].id)
        elif event.key in ("escape", "q"):
            self.dismiss("")

    def on_paste(self, event: events.Paste) -> None:
        event.stop()

    def _arm(self) -> None:
        self._armed_at = monotonic()

    def _text(self) -> Text:
        count = len(self._incidents)
        head = "A REAL INCIDENT IS OPEN" if count == 1 else f"{count} REAL INCIDENTS ARE OPEN"
        text = Text.assemble((f" {head} ", f"bold reverse {look.CRIT}"), ("   this is only a drill\n\n", look.TEXT))
        for one in self._incidents[:MOST]:
            who = f"held by {clean(one.holder, 40)}" if one.holder else "nobody has it"
            text.append(f" {clean(one.level)} ", look.level_style(one.rank))
            text.append(f" {clean(one.title, 120)}", f"bold {look.STRONG}")
            text.append(f"\n    {one.id}   {who}\n", look.QUIET)
        if count > MOST:
            text.append(f" and {count - MOST} more\n", look.QUIET)
        text.append("\n ")
        for key, label in (("y", "leave the drill for it; what was practised stays"), ("esc", "go on practising")):
            text.append(key, f"bold {look.ACCENT}")
            text.append(f" {label}   ", look.TEXT)
        return text
