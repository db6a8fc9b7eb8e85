"""`x`: what the step consists of now, then the ladder that ends it, with its countdown and what survived it."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from rich.text import Text

from handrail.clock import short_duration
from handrail.runs.supervision.ladder import KILL_AFTER, TERM_AFTER
from handrail.runs.tree import tree
from handrail.text import clean, fit
from screens.asking import name as step_name
from screens.base import ActingScreen
from widgets import look
from widgets.ask import Ask
from widgets.question import Choice, Question, question_line

if TYPE_CHECKING:
    from handrail.incident.checklist import Row as Step
    from handrail.incident.incident import Attempt
    from handrail.runs.record import RunState
    from handrail.runs.tree import Process

# At most so many processes are named; the others are counted.
NAMED = 8
PERIOD = 1.0  # s between two looks at the processes while the question stands


class StopActs(ActingScreen):
    """Stopping a running step, in two presses: the first one shows what it is."""

    incident_id: str
    _looked: tuple[str, float] = ("", 0.0)

    def ask_stop(self, step: Step, attempt: Attempt) -> None:
        """Show the run's processes and ask; they are looked at again while the question stands."""
        if attempt.verdict:
            self.run_worker(self._ask_end(step, attempt), group="processes", exclusive=True)
            return
        self.ask(
            Question(
                "stop",
                "keys",
                stop_lines(step, attempt, None),
                choices=(Choice("x", "or", "y"), Choice("y", "stops it and all it started", "y")),
                data=(step.key, attempt.run),
                still=lambda: self._ended(step.key, attempt),
            )
        )
        self._look_again(step, attempt)

    async def _ask_end(self, step: Step, attempt: Attempt) -> None:
        """The end of the step is on record, or nobody saw it: ask about what lives on of it, if anything does."""
        found = await asyncio.to_thread(tree, self.operator.watcher.run(self.incident_id, attempt.run))
        asking = self.query_one_optional(Ask)
        if asking is None or asking.question is not None:
            return  # the operator has gone on to something else
        if not found:
            self.say("Nothing of it lives any more.", look.QUIET)
            return
        choices = (Choice("x", "or", "y"), Choice("y", "ends all of it", "y"))
        lines = (question_line("STILL THERE", f"what lives on of {step_name(step)}", look.CRIT),
                 *stop_lines(step, attempt, found)[1:])
        self.ask(Question("end", "keys", lines, choices=choices, data=(attempt.run, step_name(step))))

    def _ended(self, key: str, attempt: Attempt) -> str:
        for current in self.operator.watcher.incident(self.incident_id).item(key).attempts:
            if current.run == attempt.run and current.verdict:
                return f"It has ended by itself meanwhile: {current.verdict}. Nothing was stopped."
        run, at = self._looked
        if run == attempt.run and monotonic() - at >= PERIOD:
            row = self.operator.watcher.checklist(self.incident_id)
            step = row.row(key) if row else None
            if step is not None:
                self._look_again(step, attempt)
        return ""

    def _look_again(self, step: Step, attempt: Attempt) -> None:
        self._looked = (attempt.run, monotonic())
        self.run_worker(self._show_processes(step, attempt), group="processes", exclusive=True)

    async def _show_processes(self, step: Step, attempt: Attempt) -> None:
        files = self.operator.watcher.run(self.incident_id, attempt.run)
        found = await asyncio.to_thread(tree, files)
        asking = self.query_one_optional(Ask)
        question = asking.question if asking else None
        if asking is not None and question is not None and question.data == (step.key, attempt.run):
            asking.show_lines(stop_lines(step, attempt, found))

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        if question.id == "stop":
            run = question.data[1]  # type: ignore[index]
            self.run_act(self.operator.stop_step(self.incident_id, run))
        elif question.id == "end":
            run, name = question.data  # type: ignore[misc]
            self.run_act(self.operator.end_what_lives_on(self.incident_id, run, name), "The timeline says what it was.",
                         meanwhile="Ending it: INT at once, TERM after 3s, KILL 2s later.")


def stop_lines(step: Step, attempt: Attempt, processes: tuple[Process, ...] | None) -> tuple[Text, ...]:
    """What the question shows: the step, each process with what it does, and the ladder."""
    lines = [question_line("STOP", f"{step_name(step)}, started by {attempt.by}", look.CRIT)]
    if processes is None:
        lines.append(Text("  looking at its processes …", look.QUIET))
    elif not processes:
        lines.append(Text("  it has no process yet, or none any more", look.QUIET))
    for process in (processes or ())[:NAMED]:
        lines.append(_process(process))
    if processes and len(processes) > NAMED:
        lines.append(Text(f"    and {len(processes) - NAMED} more", look.QUIET))
    lines.append(Text(
        f"  INT at once, TERM after {TERM_AFTER:g}s, KILL {KILL_AFTER - TERM_AFTER:g}s later, to it and all it started",
        look.QUIET))
    return tuple(lines)


def _process(process: Process) -> Text:
    doing = f"waits for {process.waits_for}" if process.waits_for else process.doing
    used = f", {process.cpu:.1f}s of cpu" if process.cpu >= 0.1 else ""
    other = "" if process.ours else ", another user's: its terminal is told"
    line = Text(f"  {'  ' * min(process.depth, 6)}{process.pid:>7} ", look.QUIET, no_wrap=True)
    ours = "/handrail/runs/shells/" in process.command
    command = f"{process.name}, the step's own shell" if ours else process.command or f"[{process.name}]"
    line.append(fit(clean(command), 44).rstrip(), look.ACCENT)
    line.append(f"  {clean(doing)}{used}{other}", look.WARN if process.doing == "stopped" else look.TEXT)
    return line


def stopping_row(step: Step, live: RunState) -> Text:
    """Where on the ladder the stop of a step stands: what was sent, and what comes when."""
    gone = live.stopping_for
    if gone < TERM_AFTER:
        said = f"INT sent, TERM in {short_duration(max(1, round(TERM_AFTER - gone)))}"
    elif gone < KILL_AFTER:
        said = f"TERM sent, KILL in {short_duration(max(1, round(KILL_AFTER - gone)))}"
    else:
        said = "KILL sent"
    return Text(f" □ step {step.number} is being stopped by {clean(live.stopping)}: {said}", f"bold {look.WARN}")

