"""Questions of the runbook: what enter asks, and what an answer opens and closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from handrail.acts.deciding import closed
from handrail.incident.branches import consequence, leads_to
from handrail.text import clean
from screens.asking import name as step_name
from screens.base import ActingScreen
from widgets import look, prose
from widgets.question import Choice, Question, question_line
from widgets.wrap import more_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handrail.incident.checklist import Checklist
    from handrail.incident.checklist import Row as Step

# Of a long question so many rows are shown above its answers; t shows all.
LONGEST = 6
# Cells that the answers' own column may take.
COLUMN = 16


class BranchActs(ActingScreen):
    """What enter does to a question, to what hangs on one, and to what an answer closed."""

    incident_id: str

    def checklist(self) -> Checklist:
        raise NotImplementedError

    def _move_on(self, key: str) -> None:
        raise NotImplementedError

    def _open_link(self, key: str, target: str) -> None:
        raise NotImplementedError

    def enter_branch(self, step: Step) -> bool:
        """Do what enter does when `step` is a question or hangs on one; False when it is neither."""
        if step.closed:
            refusal = closed(clean(step.closed))
            self.say(f"{refusal.sentence} {self._remedy(step)}")
        elif step.waits_on:
            asked = self.checklist().row(step.waits_on)
            if asked is None:
                return False
            self._ask_branch(asked, on_behalf=step)
        elif step.kind == "options" or (step.item and step.item.kind == "decision" and step.item.choices):
            self._ask_branch(step)
        else:
            return False
        return True

    def _remedy(self, step: Step) -> str:
        from handrail.acts.deciding import question_of

        asked = self.checklist().row(question_of(self.checklist(), step.key))
        if asked is None:
            return "m then z takes the answer back."
        return f"enter on {step_name(asked)} answers that again."

    def _ask_branch(self, asked: Step, on_behalf: Step | None = None) -> None:
        checklist = self.checklist()
        if asked.kind == "options":
            choices = _options(checklist, asked)
            lines = [question_line("CHOOSE", f"one of {len(choices)} options; the others close", look.UNKNOWN)]
            current = next((choice.value for choice in choices if choice.label == asked.answer), "")
        else:
            assert asked.item is not None
            choices = _answers(checklist, asked)
            lines = _question(asked, choices, self.size.width)
            current = asked.answer
        if on_behalf is not None:
            lines.append(Text(f"  {clean(step_name(on_behalf))} hangs on it", look.QUIET))
        elif asked.answer:
            by = f" by {clean(asked.state.by)}" if asked.state.by else ""
            lines.append(Text(f"  answered {clean(asked.answer)}{by}; another answer corrects it", look.QUIET))
        self.ask(Question("branch", "choice", tuple(lines), choices=choices, value=current, data=asked.key))

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        if question.id != "branch":
            return
        key = str(question.data)
        said = next((choice.label for choice in question.choices if choice.value == value), value)

        self.run_act(
            self.operator.decide(self.incident_id, key, value),
            f"Decided: {said}.",
            then=lambda _: self._go_on_from(key, value),
        )

    def _go_on_from(self, key: str, answer: str) -> None:
        """From a question on to what its answer leads to, else to the next step; so from what it has just closed."""
        from widgets.checklist_view import ChecklistView

        asked = self.checklist().row(key)
        link = leads_to(asked.item, answer) if asked is not None and asked.item is not None else None
        if link is not None:
            self._open_link(key, link.target)
            return
        here = self.query_one(ChecklistView).cursor
        row = self.checklist().row(here)
        if here == key or (row is not None and row.closed):
            self._move_on(here)


def _answers(checklist: Checklist, asked: Step) -> tuple[Choice, ...]:
    assert asked.item is not None
    call = asked.key.partition(":")[0]
    hanging = [row for row in checklist.rows
               if row.item is not None and row.item.when == asked.item.id and row.key.startswith(f"{call}:")]
    numbers = [str(row.number) for row in hanging if row.number is not None]
    steps = ("step " if len(numbers) == 1 else "steps ") + ", ".join(numbers) if numbers else ""
    found = []
    # Short answers stand in a column of their own.
    longest = max((len(answer) for answer in asked.item.choices), default=0)
    column = longest if longest <= COLUMN else 0
    for index, answer in enumerate(asked.item.choices):
        does = consequence(asked.item, answer)
        if steps and index == 0:
            does = f"opens {steps}"
        elif steps:
            does = does or f"closes {steps}"
        label = f"{answer:<{column}}   {does}".rstrip()
        found.append(Choice(_digit(index), label, answer))
    return tuple(found)


def _options(checklist: Checklist, asked: Step) -> tuple[Choice, ...]:
    call, _, group = asked.key.partition(":")
    members = [row for row in checklist.rows
               if row.item is not None and f"{row.item.options}?" == group and row.key.startswith(f"{call}:")]
    return tuple(Choice(_digit(index), row.title, row.item.id) for index, row in enumerate(members) if row.item)


def _digit(index: int) -> str:
    return str(index + 1) if index < 9 else " "


def _question(asked: Step, choices: Sequence[Choice], width: int) -> list[Text]:
    """The question in the runbook's own words: its title where that and the answers say them all, else all of them
    below it."""
    assert asked.item is not None
    # Two cells of indent, two that are kept free at the right.
    told = prose.rows(asked.item.text, max(20, width - 5))
    words = _bare(" ".join(row.plain for row in told))
    title = _bare(asked.title.rstrip("…"))
    if words == title or not told or _in_answers(told, choices):
        return [question_line("QUESTION", step_name(asked), look.UNKNOWN)]
    number = f"step {asked.number}" if asked.number is not None else ""
    first = number if words.startswith(title) and number else step_name(asked)
    lines = [question_line("QUESTION", first, look.UNKNOWN)]
    lines += [Text.assemble("  ", row) for row in told[:LONGEST]]
    if len(told) > LONGEST:
        lines.append(Text(f"  {more_rows(len(told) - LONGEST)}, t", look.QUIET))
    return lines


def _in_answers(told: Sequence[Text], choices: Sequence[Choice]) -> bool:
    """Whether what is told are a table's rows, which the answers say as well."""
    answers = set(" ".join(_bare(choice.label) for choice in choices).split())
    return len(told) > 1 and set(" ".join(_bare(row.plain) for row in told[1:]).split()) <= answers


def _bare(text: str) -> str:
    """Words alone, for asking whether two texts say the same."""
    return " ".join("".join(c if c.isalnum() else " " for c in text).split()).casefold()
