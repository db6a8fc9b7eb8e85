"""Proceeding through a section: every command shown, one yes, and the chain that then runs by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from handrail.acts.chains import first_open
from handrail.acts.evidence import HELD
from handrail.operator.operator import Consent
from handrail.text import clean, literal
from screens import asking
from screens.base import ActingScreen
from widgets import look
from widgets.checklist_view import ChecklistView
from widgets.question import Question, question_line
from widgets.wrap import exactly

if TYPE_CHECKING:
    from collections.abc import Callable

    from handrail.acts.chains import ChainPlan, Linked
    from handrail.acts.evidence import Held
    from handrail.incident.checklist import Checklist
    from handrail.incident.checklist import Row as Step
    from handrail.incident.incident import Chain, Incident
    from handrail.operator.operator import Prepared

# Rows that the screen keeps beside the question: its first rows, some of the steps, the last three.
KEPT = 14
FEWEST = 6


class ChainActs(ActingScreen):
    """`p` on a step or a heading, and `x` on a step whose turn in a chain has not come."""

    incident_id: str

    def incident(self) -> Incident:
        raise NotImplementedError

    def checklist(self) -> Checklist:
        raise NotImplementedError

    def prepared(self, incident: Incident, step: Step | None) -> Prepared | None:
        raise NotImplementedError

    def held(self, step: Step, prepared: Prepared) -> Held | None:
        raise NotImplementedError

    def ask_evidence(self, step: Step, held: Held, then: Callable[[], None]) -> None:
        raise NotImplementedError

    def act_step_proceed(self) -> None:
        incident, key = self.incident(), self.query_one(ChecklistView).cursor
        plan = self._plan(incident, key)
        if not plan.steps and self._evidence_comes_first(incident, key):
            return
        if not plan.steps:
            why = f" {plan.halt[:1].upper()}{plan.halt[1:]}." if plan.halt else ""
            self.say(f"There is nothing here that runs by itself.{why}")
            return
        question = proceed(plan, self.size.width)
        self.ask(Question("proceed", "yes", question, data=_agreed(plan), still=lambda: self._changed(key, plan)))

    def _evidence_comes_first(self, incident: Incident, key: str) -> bool:
        """Whether the first step of the section waits for evidence: then that is asked first."""
        step = first_open(self.checklist(), key)
        prepared = self.prepared(incident, step) if step is not None else None
        if step is None or prepared is None or prepared.refused is None or prepared.refused.code != HELD:
            return False
        held = self.held(step, prepared)
        if held is not None:
            self.ask_evidence(step, held, self.act_step_proceed)
        return held is not None

    def _plan(self, incident: Incident, key: str) -> ChainPlan:
        """The longest plan from `key` on whose every command can be seen whole on this screen."""
        room = max(FEWEST, self.size.height - KEPT)
        plan = self.operator.chain_plan(incident, self.checklist(), key)
        used = 0
        for before, linked in enumerate(plan.steps):
            used += len(_rows(linked, self.size.width))
            if used > room and before:
                return self.operator.chain_plan(incident, self.checklist(), key, before)
        return plan

    def _changed(self, key: str, asked: ChainPlan) -> str:
        if self.incident().going():
            return f"{clean(self.incident().going()[0].by)} began a chain meanwhile; nothing was run from here."
        if _agreed(self._plan(self.incident(), key)) != _agreed(asked):
            return "What would run has changed since the question: look again. Nothing was run."
        return ""

    def ask_stop_chain(self, step: Step, chain: Chain) -> None:
        """Before a chain is kept from going on; the step that runs is left to run."""
        left = sum(1 for each in self.incident().queued().values() if each.id == chain.id)
        what = f"the chain of {clean(chain.by)} before {left} step{'' if left == 1 else 's'}: none of them begins"
        lines = (question_line("STOP", what, look.CRIT),
                 Text("  What runs now is left to run; x on its own step stops that.", look.QUIET))
        self.ask(Question("stop-chain", "yes", lines, data=chain.id))

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        if question.id == "proceed":
            agreed = [(key, Consent(command)) for key, command in question.data]  # type: ignore[attr-defined]
            count = f"{len(agreed)} step{'' if len(agreed) == 1 else 's'}"
            self.run_act(self.operator.start_chain(self.incident_id, agreed),
                         f"Proceeding through {count}; they run on without this screen.")
        elif question.id == "stop-chain":
            self.run_act(self.operator.stop_chain(self.incident_id, str(question.data)),
                         "The chain ends with the step that runs now.")


def proceed(plan: ChainPlan, width: int) -> tuple[Text, ...]:
    """Every command of the plan as it will run, whole; what then ends the chain; where it runs."""
    count = f"{len(plan.steps)} step{'' if len(plan.steps) == 1 else 's'}"
    changes = sum(linked.prepared.risk == "change" for linked in plan.steps)
    verb = f"PROCEED, {changes} CHANGE" + ("S" if changes > 1 else "") if changes else "PROCEED"
    style = look.WARN if changes else look.ACCENT
    lines = [question_line(verb, f"{count} of {plan.section}, one after another", style)]
    lines += [row for linked in plan.steps for row in _rows(linked, width)]
    first = plan.steps[0].prepared
    ends = "goes on past a failure (containment)" if plan.go_on else "ends with the first that fails"
    if any(linked.prepared.in_ps for linked in plan.steps):
        lines.append(asking.seen_in_ps())
    lines.append(Text(f"  as {clean(first.user)}@{clean(first.host)}; {ends}", look.QUIET))
    if plan.halt:
        lines.append(Text(f"  ends before {clean(plan.halt)}", look.WARN))
    return tuple(lines)


def _rows(linked: Linked, width: int) -> list[Text]:
    """A step's number, what kind of thing it is, and its whole command."""
    label, style = look.RISKS[linked.prepared.risk]
    head = Text.assemble((f"  {linked.row.number:>2} ", look.QUIET), (f"{label:<8}", style), " ")
    source = literal(linked.prepared.command).split("\n")
    rows = []
    for at, line in enumerate(source):
        text = Text.assemble(head if not at else " " * head.cell_len, ("$ " if not at else "  ", look.QUIET),
                             (line, f"bold {look.ACCENT}"))
        rows += exactly(text, max(40, width), indent=" " * (head.cell_len + 2))
    return rows


def _agreed(plan: ChainPlan) -> tuple[tuple[str, str], ...]:
    return tuple((linked.row.key, linked.prepared.command) for linked in plan.steps)
