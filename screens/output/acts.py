"""Acts on the output of the step that is shown."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from handrail import quantities
from handrail.errors import HandrailError
from handrail.text import fit
from screens.output.runs import offered, tabs
from widgets import look
from widgets.checklist_view import ChecklistView
from widgets.output_pane import OutputPane
from widgets.question import Question, question_line

if TYPE_CHECKING:
    from handrail.incident.checklist import Checklist
    from handrail.incident.checklist import Row as Step
    from handrail.incident.incident import Attempt, Incident
    from widgets.run_log import RunLog

PINNED = 300  # characters of a line that go into the timeline


class OutputActs:
    """For a screen that shows a step's output in an OutputPane and knows whose it is."""

    # Of the screen it is mixed into.
    app: Any
    operator: Any
    incident_id: str
    act_back: Any
    query_one: Any
    say: Any
    run_act: Any
    run_worker: Any

    _chosen_run = ""
    _asked_in_output = False

    def incident(self) -> Incident:
        raise NotImplementedError

    def checklist(self) -> Checklist:
        raise NotImplementedError

    def attempt(self) -> tuple[Step, Attempt] | None:
        raise NotImplementedError

    @property
    def output(self) -> OutputPane:
        pane: OutputPane = self.query_one(OutputPane)
        return pane

    # -- which run

    def runs_offered(self, own: tuple[Step, Attempt] | None) -> tuple[tuple[Step, Attempt], ...]:
        """What `[` and `]` switch between."""
        return offered(self.incident(), self.checklist(), own)

    def chosen(self, own: tuple[Step, Attempt] | None) -> tuple[Step, Attempt] | None:
        """The run that was switched to, else `own`."""
        if not self._chosen_run:
            return own
        return next((run for run in self.runs_offered(own) if run[1].run == self._chosen_run), own)

    def tabs(self, own: tuple[Step, Attempt] | None, shown: tuple[Step, Attempt]) -> Text:
        return tabs(self.runs_offered(own), shown)

    def own_attempt(self) -> tuple[Step, Attempt] | None:
        raise NotImplementedError

    def act_output_run_next(self, by: int = 1) -> None:
        runs, shown = self.runs_offered(self.own_attempt()), self.attempt()
        at = next((n for n, run in enumerate(runs) if shown is not None and run[1].run == shown[1].run), 0)
        self._chosen_run = runs[(at + by) % len(runs)][1].run
        self.repaint()

    def act_output_run_previous(self) -> None:
        self.act_output_run_next(-1)

    def repaint(self) -> None:
        raise NotImplementedError

    # -- looking at it

    def act_output_pause(self) -> None:
        self.output.pause()
        self.repaint()

    def act_output_times(self) -> None:
        self.output.toggle_times()

    def act_output_wrap(self) -> None:
        self.output.toggle_wrap()

    def act_output_raw(self) -> None:
        self.output.toggle_raw()

    def act_output_small(self) -> None:
        self.output.toggle_small()

    def act_output_select(self) -> None:
        self.output.select()

    def act_output_full(self) -> None:
        screen: Any = self
        screen.toggle_class("-full")
        (self.output if screen.has_class("-full") else self.query_one(ChecklistView)).focus()

    # -- looking for something

    def act_output_find(self) -> None:
        line = question_line("SEARCH", "the output for these words", look.ACCENT)
        screen: Any = self
        hint = "enter looks; n and N go on; nothing ends the search"
        screen.ask(Question("search", "text", (line,), placeholder=hint, required=False))

    def search(self, text: str) -> None:
        """Look for `text` from where the output is read; an empty text ends the search."""
        from handrail.runs.patterns import Literal

        if text:
            self.output.find(Literal(text))
        elif self.output.stop_finding():
            self.say("The search is ended.", look.QUIET)
        self.repaint()

    def act_output_errors(self) -> None:
        from handrail.runs.patterns import Errors

        self.output.find(Errors(), first=True)

    def act_output_next(self) -> None:
        if not self.output.find_next(forward=True):
            screen: Any = self
            screen.action_act("note")

    def act_output_previous(self) -> None:
        if not self.output.find_next(forward=False):
            self.say("Nothing is looked for. / searches the output, E goes to its first error.")

    def on_run_log_said(self, event: RunLog.Said) -> None:
        event.stop()
        self.say(event.sentence, look.QUIET)

    def act_output_back(self) -> None:
        self.act_back()

    def leave_in_output(self) -> bool:
        """What esc ends first while the output has the focus; False when there is nothing left but the focus."""
        return self.output.has_focus and (self.output.drop_selection() or self.output.stop_finding())

    # -- taking from it

    def copy_output(self, *, everything: bool = False) -> None:
        text = self.output.copy_text(everything=everything)
        lines = len(text.splitlines())
        self.app.copy_to_clipboard(text)
        left_out = " The last 64 KiB: S saves all of it." if text.startswith("… ") else ""
        self.say(f"{lines} lines of output were sent to the terminal's clipboard.{left_out}", look.QUIET)
        self.output.drop_selection()

    def act_output_copy_all(self) -> None:
        self.copy_output(everything=True)

    def act_output_pin(self) -> None:
        shown, line, pane = self.attempt(), self.output.line_at_cursor().strip(), self.output
        if shown is None or not line:
            self.say("There is no text on this line.")
            return
        where = f"step {shown[0].number}, line {pane.cursor + 1:,}"
        screen: Any = self
        what = question_line("PIN", f"this line of {where} to the timeline", look.ACCENT)
        text = f"Output of {where}: {line[:PINNED]}{'…' if len(line) > PINNED else ''}"
        shown_line = Text(f"   {fit(line, 200)}", look.TEXT)
        screen.ask(Question("pin", "yes", (what, shown_line), data=text))

    def pin(self, text: str) -> None:
        self.run_act(self.operator.note(self.incident_id, text), "Pinned to the timeline.")

    def act_output_save(self) -> None:
        shown = self.attempt()
        assert shown is not None
        name = f"~/{self.incident().short_id}-step{shown[0].number}.log"
        screen: Any = self
        line = question_line("SAVE", "the output byte for byte into a new file", look.ACCENT)
        screen.ask(Question("save", "text", (line,), value=name, placeholder="a file", data=str(self.output.folder)))

    def save_output(self, folder: str, target: str) -> None:
        self.run_worker(self._save(Path(folder), target.strip()), group="saving")

    async def _save(self, folder: Path, target: str) -> None:
        from handrail.runs.handing_on import save

        try:
            path, written = await asyncio.to_thread(save, folder, target)
        except HandrailError as error:
            self.say(str(error), look.CRIT)
        else:
            self.say(f"Saved {quantities.show(written, 'B')} into {path}.", look.OK)

    def act_output_pager(self) -> None:
        from textual.app import SuspendNotSupported

        from handrail.runs.handing_on import pager, show_in

        folder = self.output.folder
        assert folder is not None
        try:
            argv = pager()
            with self.app.suspend():
                show_in(argv, folder)
        except SuspendNotSupported:
            self.say("This terminal cannot be handed to another program.")
        except HandrailError as error:
            self.say(str(error), look.CRIT)

    def output_answered(self, question: Question, value: str) -> None:
        """An answer to one of the questions above."""
        if question.id == "search":
            self.search(value)
        elif question.id == "save":
            self.save_output(str(question.data), value)
        elif question.id == "pin":
            self.pin(str(question.data))
