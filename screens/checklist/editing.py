"""`e`: another command for the next run of a step only, in the line or in $EDITOR; then the same change elsewhere."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import SuspendNotSupported

from handrail.incident.adapted import same_elsewhere
from handrail.text import clean, literal
from screens.base import ActingScreen
from widgets import look
from widgets.question import Question, question_line

if TYPE_CHECKING:
    from handrail.incident.checklist import Row as Step
    from handrail.incident.incident import Incident
    from handrail.operator.operator import Prepared

EDITORS = ("nano", "vi")


class EditActs(ActingScreen):
    """Editing what runs. The runbook's own text stays on record, and in the runbook."""

    incident_id: str

    def incident(self) -> Incident:
        raise NotImplementedError

    def step(self) -> Step | None:
        raise NotImplementedError

    def prepared(self, incident: Incident, step: Step | None) -> Prepared | None:
        raise NotImplementedError

    def act_step_edit(self) -> None:
        step, prepared = self._to_edit()
        if step is None or prepared is None:
            return
        if "\n" in prepared.text or literal(prepared.text) != prepared.text:
            self._edit_outside(step, prepared)
            return
        number = f"step {step.number}" if step.number is not None else "this step"
        lines = [question_line("EDIT", f"{number}, for its next run only; E opens it in an editor", look.ACCENT)]
        if prepared.edited_by:
            lines.append(Text(f"  without the edit: {clean(prepared.unedited)}", look.QUIET))
        data = (step.key, prepared.text)
        self.ask(Question("edit", "text", tuple(lines), value=prepared.text, data=data, goes_on=True))

    def act_step_edit_outside(self) -> None:
        step, prepared = self._to_edit()
        if step is not None and prepared is not None:
            self._edit_outside(step, prepared)

    def _to_edit(self) -> tuple[Step | None, Prepared | None]:
        step = self.step()
        prepared = self.prepared(self.incident(), step)
        if prepared is None:
            self.say("What would run here cannot be worked out; t shows the whole text.")
        return step, prepared

    def _edit_outside(self, step: Step, prepared: Prepared) -> None:
        """Give the terminal to $EDITOR with the command in a private file, and take what it leaves."""
        try:
            with self.app.suspend():
                text = edited_outside(prepared.text)
        except SuspendNotSupported:
            self.say("This terminal cannot be lent to an editor.")
            return
        except OSError as error:
            self.say(f"No editor could be started: {error.strerror or error}. EDITOR names one.", look.CRIT)
            return
        finally:
            self.app.refresh(layout=True)
        if text is None:
            self.say("The editor ended with an error: nothing was changed.")
        else:
            self._take_edit(step.key, prepared.text, text)

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        if question.id == "edit":
            key, before = question.data  # type: ignore[misc]
            self._take_edit(key, before, value)
        elif question.id == "same-elsewhere":
            old, new = question.data  # type: ignore[misc]
            self.run_act(self.operator.replace_in_steps(self.incident_id, old, new),
                         f"{new} stands for {old} here from now on.")

    def _take_edit(self, key: str, before: str, after: str) -> None:
        after = after.rstrip("\n")
        if after == before:
            self.say("Nothing was changed.", look.QUIET)
            return
        self.run_act(
            self.operator.edit_step(self.incident_id, key, after),
            "Edited for its next run and classed anew; enter asks.",
            then=lambda _: self._offer_elsewhere(key, before, after),
        )

    def _offer_elsewhere(self, key: str, before: str, after: str) -> None:
        pair = same_elsewhere(before, after)
        if pair is not None:
            self.run_worker(self._ask_elsewhere(key, *pair), group="elsewhere", exclusive=True)

    async def _ask_elsewhere(self, key: str, old: str, new: str) -> None:
        numbers = await asyncio.wrap_future(self.operator.steps_with(self.incident_id, key, old, new))
        if not numbers or not self.is_active:
            return
        steps = f"{len(numbers)} remaining step{'' if len(numbers) == 1 else 's'}"
        listed = ", ".join(map(str, numbers[:12])) + (", …" if len(numbers) > 12 else "")
        lines = (
            question_line("SAME CHANGE", f"{old} becomes {new} in {steps}", look.ACCENT),
            Text(f"  step {listed}; in this incident only, on record. Each step still asks.", look.QUIET),
        )
        self.ask(Question("same-elsewhere", "yes", lines, data=(old, new)))


def edited_outside(text: str) -> str | None:
    """What the operator's editor makes of `text`; None when it ends with an error. Raises OSError without an editor.

    The file is private and gone afterwards: a command may hold what nobody else should read.
    """
    folder = Path(tempfile.mkdtemp(prefix="handrail-"))
    file = folder / "step.sh"
    try:
        file.touch(0o600)
        file.write_text(text + "\n", "utf-8", "surrogateescape")
        if subprocess.run([*editor(), file], check=False).returncode != 0:
            return None
        return file.read_text("utf-8", "surrogateescape")
    finally:
        for left in folder.iterdir():
            left.unlink()
        folder.rmdir()


def editor() -> list[str]:
    """VISUAL, EDITOR, else the first that is installed."""
    import shutil

    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    words = shlex.split(named)
    return words or [next(filter(shutil.which, EDITORS), "vi")]
