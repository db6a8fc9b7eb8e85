"""From a step to the sheet of its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.base import ActingScreen
from screens.going import Go

if TYPE_CHECKING:
    from handrail.incident.checklist import Row as Step


class ValueActs(ActingScreen):
    """`v` opens the sheet of the section, enter on a step with open blanks that of the step."""

    incident_id: str

    def step(self) -> Step | None:
        raise NotImplementedError

    def act_step_values(self) -> None:
        step = self.step()
        if step is not None:
            self.post_message(Go("values", self.incident_id, step.key))

    def ask_for_blanks(self, step: Step) -> None:
        """All that this step needs; its sheet leaves by itself once the step can run."""
        self.post_message(Go("blanks", self.incident_id, step.key))
