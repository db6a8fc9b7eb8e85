"""Programs that draw over the whole screen: they get this terminal, and give it back with ctrl+]."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from screens.base import ActingScreen
from widgets import look

if TYPE_CHECKING:
    from handrail.incident.checklist import Row as Step
    from handrail.incident.incident import Incident

SAID = {
    "ended": ("It has ended and given the terminal back.", look.OK),
    "left": ("It runs on. enter goes back into it, x stops it.", look.ACCENT),
    "taken": ("Somebody else types into it. It is yours after 30s without a key of theirs.", look.WARN),
    "gone": ("It cannot be reached any more; its output is kept.", look.WARN),
}


class AttachActs(ActingScreen):
    """enter on a running program that has the whole terminal, and the start of one."""

    incident_id: str

    def incident(self) -> Incident:
        raise NotImplementedError

    def enter_terminal(self, step: Step) -> bool:
        """Attach to `step` when its program draws over the whole screen; False when it does not."""
        last = step.state.last
        live = self.operator.watcher.now().runs.get(last.run) if last is not None else None
        if last is None or live is None or live.word != "running" or not live.screen:
            return False
        self.attach(last.run)
        return True

    def attach(self, run: str) -> None:
        """Hand this terminal over to a run until it ends or ctrl+] is pressed; the console waits meanwhile."""
        from handrail.runs.attach import attach

        folder: Path = self.operator.watcher.run(self.incident_id, run).folder
        try:
            with self.app.suspend():
                how = attach(folder, self.operator.actor.name)
        except (SuspendNotSupported, OSError):
            self.say("This terminal cannot be handed over; i types into the program, x stops it.")
            return
        self.say(*SAID[how])
        self.refresh(layout=True)
        self.repaint()
