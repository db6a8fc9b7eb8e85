"""Moving about in a list: the same keys do the same on every screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from widgets.row_list import RowList


class MovesInList:
    """Acts of the moving keys on `current_list`. A screen with something else to move in overrides them."""

    def current_list(self) -> RowList | None:
        """The list that the moving keys and / work on now."""
        raise NotImplementedError

    def act_list_up(self) -> None:
        self._move(-1)

    def act_list_down(self) -> None:
        self._move(1)

    def act_list_left(self) -> None:
        """One column only."""

    def act_list_right(self) -> None:
        """One column only."""

    def act_list_page_up(self) -> None:
        if rows := self.current_list():
            rows.page(-1)

    def act_list_page_down(self) -> None:
        if rows := self.current_list():
            rows.page(1)

    def act_list_first(self) -> None:
        if rows := self.current_list():
            rows.ends(last=False)

    def act_list_last(self) -> None:
        if rows := self.current_list():
            rows.ends(last=True)

    def _move(self, by: int) -> None:
        if rows := self.current_list():
            rows.move(by)
