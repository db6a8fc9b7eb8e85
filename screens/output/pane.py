"""The output on a screen: its own keys come before the screen's while it has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from screens.actions.bind import bindings
from screens.actions.output import OUTPUT
from widgets.output_pane import OutputPane

if TYPE_CHECKING:
    from textual.binding import BindingType


class ScreenOutput(OutputPane, inherit_bindings=False):
    """Hands its keys to the screen, where the acts are."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings(OUTPUT))

    def action_act(self, id: str) -> None:
        self.screen.action_act(id)  # type: ignore[attr-defined]
