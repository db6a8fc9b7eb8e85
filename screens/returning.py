"""Coming back to an incident: to the row the operator stood on, and a word that says so."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from rich.text import Text

from handrail.clock import short_duration
from screens import texts
from screens.base import ActingScreen
from widgets import look
from widgets.checklist_view import ChecklistView

if TYPE_CHECKING:
    from handrail.incident.checklist import Row as Step

# After so long (s) without a key the screen says where the operator stood.
IDLE = 60.0


class ReturnsToPlace(ActingScreen):
    """For the incident screen. `left` is the row that was left, and when (s, monotonic); None the first time."""

    left: tuple[str, float] | None = None
    checklist: Any

    def place(self) -> str:
        """The row the operator stands on, "" before there is one."""
        steps = self.query_one_optional(ChecklistView)
        return steps.cursor if steps is not None else ""

    def return_to_place(self) -> None:
        """Put the cursor back where it was when this incident was left, and say so."""
        row = self.checklist().row(self.left[0]) if self.left is not None else None
        if self.left is None or row is None:
            return
        self.query_one(ChecklistView).go(row.key)
        away = short_duration(int(monotonic() - self.left[1]))
        # After the cursor's move, which takes away what was said before it.
        self.call_after_refresh(self.say, f"You were here {away} ago: {texts.name_of(row)}", look.QUIET)

    def idle_row(self, here: Step | None) -> Text:
        """After a while without a key: where the operator stood. In whole minutes, so that an idle screen is still."""
        idle = monotonic() - getattr(self.app, "typed_at", monotonic())
        if here is None or idle < IDLE:
            return Text()
        return Text(f" You were here {int(idle // 60)}m ago: {texts.name_of(here)}", look.QUIET)
