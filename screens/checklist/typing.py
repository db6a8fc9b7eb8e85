"""`i`: typing into a running step. One person at a time; what the program hides is masked, whenever it begins to."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING

from rich.text import Text

from handrail.runs.record import RunState
from handrail.runs.supervision.lease import SILENT_FOR
from handrail.text import clean
from screens import asking
from screens.base import ActingScreen
from widgets import look
from widgets.ask import Ask
from widgets.question import Choice, Question, question_line

if TYPE_CHECKING:
    from textual.widgets import Input

    from handrail.incident.checklist import Row as Step
    from handrail.incident.incident import Incident

OVER = "It has ended; nothing can be typed into it any more."
RENEWED = 5.0  # s of typing a line after which the others are told again that somebody types


class TypeActs(ActingScreen):
    """The keyboard of a running step: taken, shared by name, left."""

    incident_id: str
    _renewed = 0.0

    def incident(self) -> Incident:
        raise NotImplementedError

    def step(self) -> Step | None:
        raise NotImplementedError

    def _watch_run(self, step: Step) -> None:
        raise NotImplementedError

    def act_step_type(self) -> None:
        step = self.step()
        assert step is not None and step.state.last is not None
        self._watch_run(step)
        self._ask_to_type(step, step.state.last.run)

    def _ask_to_type(self, step: Step, run: str) -> None:
        live = self._live(run) or RunState("running")
        if self._typist(live):
            self.ask(Question(
                "typist", "keys", self._taken(step, live), choices=(Choice("t", "take it over", "t"),),
                data=(step, run), still=lambda: self._look_at_typist(step, run)))
            return
        self.ask(replace(asking.type_in(step, run, live), still=lambda: self._look_at_prompt(step, run)))
        self._take_keyboard(run)

    def _live(self, run: str) -> RunState | None:
        return self.operator.watcher.now().runs.get(run)

    def _is_over(self, key: str, run: str) -> bool:
        live = self._live(run)
        ended = any(each.run == run and each.verdict for each in self.incident().item(key).attempts)
        return ended or (live is not None and live.word not in ("starting", "running"))

    def _typist(self, live: RunState) -> str:
        """Who else types into it now, "" for nobody."""
        other = live.typist if live.typist != self.operator.actor.name else ""
        return other if live.word == "running" and live.typist_silent < SILENT_FOR else ""

    def _take_keyboard(self, run: str) -> None:
        self._renewed = monotonic()
        self.run_act(self.operator.take_keyboard(self.incident_id, run))

    # -- while the question stands

    def _look_at_prompt(self, step: Step, run: str) -> str:
        """Follow what the program asks, and whether it hides the answer. A sentence when nothing can be typed now."""
        live = self._live(run)
        asking_ = self.query_one(Ask)
        question = asking_.question
        if self._is_over(step.key, run):
            return OVER
        if live is None or question is None or question.id != "type":
            return ""
        if other := self._typist(live):
            return f"{clean(other)} types into it now. i says since when."
        if question.secret is live.echo:
            self.drop_draft(question)
            asking_.mask(not live.echo)
        now = asking.type_in(step, run, live).lines
        if question.lines[0].plain != now[0].plain:
            asking_.show_lines((*now, *question.lines[1:]))
        return ""

    def _look_at_typist(self, step: Step, run: str) -> str:
        live = self._live(run)
        if self._is_over(step.key, run):
            return OVER
        if live is None:
            return ""
        asking_ = self.query_one(Ask)
        lines = self._taken(step, live)
        if asking_.question is not None and [line.plain for line in asking_.question.lines] != [
                line.plain for line in lines]:
            asking_.show_lines(lines)
        return ""

    def _taken(self, step: Step, live: RunState) -> tuple[Text, ...]:
        first = question_line("TYPED BY", f"{live.typist or 'nobody now'}, into {asking.name(step)}", look.WARN)
        if not self._typist(live):
            return first, Text("  Nobody types any more: t takes it.", look.QUIET)
        left = ceil(SILENT_FOR - live.typist_silent)
        return first, Text(f"  It can be taken over after {left}s more without a key of theirs.", look.QUIET)

    # -- what is done with it

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        if question.id == "type":
            future = self.operator.type_in(self.incident_id, str(question.data), value.encode() + b"\n")
            self.run_act(future)
        elif question.id == "typist":
            step, run = question.data  # type: ignore[misc]
            self._ask_to_type(step, run)

    def on_input_changed(self, event: Input.Changed) -> None:
        question = self.query_one(Ask).question
        if question is not None and question.id == "type" and monotonic() - self._renewed > RENEWED:
            self._take_keyboard(str(question.data))

    def on_ask_left(self, event: Ask.Left) -> None:
        if event.question.id == "type":
            self.operator.leave_keyboard(self.incident_id, str(event.question.data))

    def on_ask_control(self, event: Ask.Control) -> None:
        event.stop()
        self.run_act(self.operator.type_in(self.incident_id, str(event.question.data), event.data))
