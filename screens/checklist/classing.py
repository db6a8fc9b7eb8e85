"""`m` then `x`: what the reader made of a step is put right by hand. Less care is asked for with a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.text import Text

from handrail.runbook.classing import NOT_A_STEP, less_careful, own, word_of, words_for
from handrail.text import clean
from screens.base import ActingScreen
from widgets import look
from widgets.question import Choice, Question, question_line

if TYPE_CHECKING:
    from handrail.incident.checklist import Row as Step
    from handrail.incident.incident import Incident
    from handrail.runbook.model import Item

MEANS = {
    "not a step": "for reading; nobody is asked to do it",
    "a step": "somebody does it and ticks it",
    "reads": "enter runs it at once",
    "changes": "asks for y before it runs",
    "destroys": "asks for its target to be typed",
}


class ClassActs(ActingScreen):
    """A part of every screen that has `m`; works where a step is under the cursor."""

    def act_more_class(self) -> None:
        step = cast("Step", self.facts().row)
        item = cast("Item", step.item)
        now, read_as = word_of(item), own(item)
        lines = [question_line("RE-CLASS", f"{_named(step)}, now: {now}", look.ACCENT)]
        if item.by_hand is not None:
            lines.append(Text(f"  re-classed by {clean(item.by_hand.by)}; {read_as} takes that back", look.QUIET))
        else:
            why = f", for {clean(item.risk_why)}" if item.runs and item.risk_why else ""
            lines.append(Text(f"  as Handrail reads it: {read_as}{why}", look.QUIET))
        choices = tuple(
            Choice(str(digit), f"{word:<10}  {MEANS[word]}", word, f"It is {word} already." if word == now else "")
            for digit, word in enumerate(words_for(item), 1)
        )
        value = next(choice.value for choice in choices if not choice.refused)
        self.ask(Question("class", "choice", tuple(lines), choices=choices, value=value, data=(step, now)))

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        incident = self.facts().incident
        if incident is None or question.id not in ("class", "less-careful"):
            return
        if question.id == "less-careful":
            step, word = cast("tuple[Step, str]", question.data)
            self._reclass(incident, step, word)
            return
        step, now = cast("tuple[Step, str]", question.data)
        if not less_careful(now, value):
            self._reclass(incident, step, value)
            return
        lines = (
            question_line("LESS CAREFUL", f"{_named(step)}: {value}, no more {now}"),
            Text("  for everybody, wherever this text stands under these headings", look.QUIET),
        )
        self.ask(Question("less-careful", "word", lines, word=value, does=f"re-class it, once {value} is typed",
                          data=(step, value)))

    def _reclass(self, incident: Incident, step: Step, word: str) -> None:
        done = "Not a step any more; it stays for reading." if word == NOT_A_STEP else f"From now on: {word}."
        self.run_act(self.operator.reclass(incident.id, step.key, word), f"{done} m then x takes it back.")


def _named(step: Step) -> str:
    return f"step {step.number} {step.title}" if step.number is not None else step.title
