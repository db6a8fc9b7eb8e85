"""Moving on the incident screen: in its steps, or in the output when that has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from screens.moving import MovesInList
from widgets.checklist_view import ChecklistView
from widgets.output_pane import OutputPane

if TYPE_CHECKING:
    from textual.widget import Widget


class MovesInStepsAndOutput(MovesInList):
    """The moving keys in the steps, or in the output when it has the focus."""

    query_one: Any  # of the screen it is mixed into
    call_after_refresh: Any
    repaint: Any
    ready: bool

    def go_to_step(self, key: str) -> None:
        """Put the cursor on a step, as soon as the checklist shows it."""
        if not self.ready:
            self.call_after_refresh(self.go_to_step, key)
            return
        self.repaint()
        steps = self.query_one(ChecklistView)
        if any(row.key == key for row in steps.rows):
            steps.go(key)
            self.repaint()

    def _scroll(self, in_steps: str, in_log: str, *args: object, **named: object) -> None:
        log = self.query_one(OutputPane)
        if log.has_focus:
            getattr(log, in_log)()
        else:
            getattr(self.query_one(ChecklistView), in_steps)(*args, **named)

    def act_list_up(self) -> None:
        self._scroll("move", "line_up", -1)

    def act_list_down(self) -> None:
        self._scroll("move", "line_down", 1)

    def act_list_left(self) -> None:
        self._sideways("left", self.query_one(ChecklistView))

    def act_list_right(self) -> None:
        self._sideways("right", self.query_one(OutputPane))

    def _sideways(self, where: str, otherwise: Widget) -> None:
        """In the output: scroll long lines; in the steps: to the other pane."""
        log = self.query_one(OutputPane)
        if log.has_focus:
            getattr(log, where)()
        else:
            otherwise.focus()

    def act_list_page_up(self) -> None:
        self._scroll("page", "page_up", -1)

    def act_list_page_down(self) -> None:
        self._scroll("page", "page_down", 1)

    def act_list_first(self) -> None:
        self._scroll("ends", "home", last=False)

    def act_list_last(self) -> None:
        self._scroll("ends", "follow", last=True)
