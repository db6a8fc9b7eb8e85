"""Whether a step that runs takes longer than it should: silent for too long, or slower than it was before."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from handrail.values.sheet import section_of
from screens.base import ActingScreen
from widgets.output_pane import SILENT_LONG

if TYPE_CHECKING:
    from datetime import datetime

    from handrail.earlier import Earlier
    from handrail.incident.checklist import Checklist
    from handrail.incident.checklist import Row as Step
    from handrail.incident.incident import Attempt, Incident


class Waiting(ActingScreen):
    """What a run is measured against."""

    _earlier: tuple[str, Earlier | None] = ("", None)  # of the run that was asked for last

    def incident(self) -> Incident:
        raise NotImplementedError

    def checklist(self) -> Checklist:
        raise NotImplementedError

    def patience(self, step: Step) -> float:
        """How long (s) it may be silent: what only reads half a minute, else the minutes that its heading gives."""
        head = section_of(self.checklist(), step.key)
        minutes = step.minutes or (head.minutes if head is not None else None)
        reads = step.item is not None and step.item.risk == "read"
        return SILENT_LONG if reads or not minutes else minutes * 60

    def slower(self, step: Step, attempt: Attempt, now: datetime) -> str:
        """That it runs for longer than ever before, "" when it does not or nobody knows yet."""
        if attempt.verdict:
            return ""
        if self._earlier[0] != attempt.run:
            self._earlier = (attempt.run, None)
            self.run_worker(self._look_back(step.key, attempt.run), group="earlier", exclusive=True)
        earlier = self._earlier[1]
        return earlier.slower((now - attempt.started_at).total_seconds()) if earlier is not None else ""

    async def _look_back(self, key: str, run: str) -> None:
        found = await asyncio.wrap_future(self.operator.earlier(self.incident(), key))
        if self._earlier[0] == run:
            self._earlier = (run, found)
