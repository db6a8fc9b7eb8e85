"""The Runbooks place of the console: its shelf lives as long as the console, its screen as long as it is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handrail.shelf.shelf import Shelf
from screens.runbooks import RunbooksScreen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from handrail.operator.operator import Operator
    from tui.app import HandrailApp


class LibraryPlace:
    """Opens the library, with the search as it was left."""

    def __init__(self, app: HandrailApp, operator: Operator, folders: Sequence[Path], *, drill: bool) -> None:
        self._app = app
        self._operator = operator
        self._drill = drill
        self._query = ""
        self._shelf = Shelf(lambda: operator.packs, folders, classes=operator.watcher.classes)

    def show(self, into: str) -> None:
        """Go there; `into` is the incident that a runbook would be opened in, "" for none."""
        if isinstance(self._app.screen, RunbooksScreen):
            return
        screen = RunbooksScreen(self._operator, self._shelf, drill=self._drill, into=into, query=self._query)
        screen.keep_query = self._keep
        self._app.push_screen(screen)

    def _keep(self, query: str) -> None:
        self._query = query

    def close(self) -> None:
        self._shelf.close()
