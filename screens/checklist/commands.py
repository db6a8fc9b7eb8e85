"""Filling a blank from a command: it runs as any step does, and what it printed is looked at before it is taken."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rich.text import Text

from handrail.clock import short_duration
from handrail.text import clean
from handrail.values import commands
from screens.base import ActingScreen
from widgets import look
from widgets.question import Choice, Question, question_line

if TYPE_CHECKING:
    from handrail.incident.incident import Attempt, Incident
    from handrail.values.sheet import Blank


class FillsFromCommands(ActingScreen):
    """A part of the values sheet."""

    incident_id: str
    call: str
    _waits_for: tuple[str, str] = ("", "")  # the blank that is being filled, and the run that prints its value

    def incident(self) -> Incident:
        raise NotImplementedError

    def blank(self) -> Blank | None:
        raise NotImplementedError

    def filled(self, name: str) -> None:
        raise NotImplementedError

    def filling(self) -> Attempt | None:
        """The command that runs for a blank now, None when none does."""
        name, run = self._waits_for
        attempts = self.incident().item(commands.key_of(self.call, name)).attempts if name else ()
        return next((attempt for attempt in attempts if attempt.run == run), None)

    def filling_note(self) -> Text:
        attempt = self.filling()
        if attempt is None:
            return Text()
        since = short_duration((self.now() - attempt.started_at).total_seconds())
        return Text(f" ▶ {clean(attempt.command, 60)}  {since}   x stops it", look.ACCENT)

    def act_values_command(self) -> None:
        blank = self.blank()
        assert blank is not None
        if blank.secret:
            self.say("A secret is never filled from a command: its output would be kept. enter types it, masked.")
            return
        before = commands.last_command(self.incident(), self.call, blank.name)
        what = f"what it prints is offered as {blank.name}; only what reads may run"
        self.ask(Question("command", "text", (question_line("COMMAND", what, look.ACCENT),), value=before,
                          placeholder="kubectl get pods -o name | tail -1", data=blank.name))

    def act_values_stop(self) -> None:
        self.run_act(self.operator.stop_step(self.incident_id, self._waits_for[1]), "Stopping it.")

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        name = str(question.data)
        if question.id == "command":
            self.run_act(self.operator.give_command(self.incident_id, self.call, name, value),
                         then=lambda _: self._run(name))
        elif question.id == "take":
            source = commands.last_command(self.incident(), self.call, name)
            self.run_act(self.operator.fill_in(self.incident_id, self.call, name, value, source=source),
                         then=lambda _: self.filled(name))

    def _run(self, name: str) -> None:
        key = commands.key_of(self.call, name)

        def started(incident: Incident) -> None:
            last = incident.item(key).last
            self._waits_for = (name, last.run) if last is not None else ("", "")

        self.run_act(self.operator.start_step(self.incident_id, key, again=True), then=started)

    def look_at_filling(self) -> None:
        """Called at each change: once the command has ended its output is offered."""
        attempt = self.filling()
        if attempt is None or not attempt.verdict:
            return
        name, _ = self._waits_for
        self._waits_for = ("", "")
        self.run_worker(self._offer(name, attempt), group="offer")

    async def _offer(self, name: str, attempt: Attempt) -> None:
        files = self.operator.watcher.run(self.incident_id, attempt.run)
        output = await asyncio.to_thread(files.output, commands.LOOKED_AT)
        lines = commands.values_in(output)
        if attempt.verdict not in ("ran", "passed"):
            said = f": {clean(lines[0], 80)}" if lines else ""
            self.say(f"The command {attempt.verdict}{f', {clean(attempt.why)}' if attempt.why else ''}{said}")
        elif not lines:
            self.say("The command printed nothing. f changes it.")
        else:
            choices = tuple(Choice(str(digit), line, line) for digit, line in enumerate(lines, 1))
            line = question_line("TAKE", f"as {name}, printed by {clean(attempt.command, 60)}", look.ACCENT)
            self.ask(Question("take", "choice", (line,), choices=choices, data=name))
