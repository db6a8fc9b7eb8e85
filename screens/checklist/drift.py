"""`D`: a runbook's file that is another one by now. The checklist keeps its copy; this shows what differs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from screens.base import ActingScreen
from widgets import drift

if TYPE_CHECKING:
    from handrail.incident.checklist import Checklist
    from handrail.incident.incident import Incident


class DriftActs(ActingScreen):
    """A part of the incident's screen."""

    def incident(self) -> Incident:
        raise NotImplementedError

    def checklist(self) -> Checklist:
        raise NotImplementedError

    def act_incident_drift(self) -> None:
        self.run_worker(self._show_drift(), group="drift", exclusive=True)

    async def _show_drift(self) -> None:
        from widgets.dialogs.whole_text import WholeText

        news = await asyncio.to_thread(self.operator.watcher.news, self.incident())
        if news and self.is_active:
            self.app.push_screen(WholeText(drift.title(news), drift.draw(news, self.checklist())))
