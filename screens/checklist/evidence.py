"""Evidence first: what enter asks where a step has to wait for a collection, and the choice to go on without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handrail.acts.evidence import REASONS
from handrail.text import clean
from screens.base import ActingScreen
from widgets import look
from widgets.question import Choice, Question, question_line, sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from handrail.acts.evidence import Held
    from handrail.incident.checklist import Row as Step
    from handrail.incident.incident import Incident
    from handrail.operator.operator import Prepared

COLLECT = "collect"
WORDS = {
    "active harm": "active harm: go on now, collect afterwards",
    "already done": "already done, elsewhere",
    "not applicable": "not applicable here",
    "other": "another reason, in your words",
}


class EvidenceActs(ActingScreen):
    """Asks before a step changes what was not collected yet. `again` is what is done once the answer is on record."""

    incident_id: str
    _after_evidence: Callable[[], None] | None = None

    def incident(self) -> Incident:
        raise NotImplementedError

    def _open_link(self, key: str, target: str) -> None:
        raise NotImplementedError

    def held(self, step: Step, prepared: Prepared) -> Held | None:
        """Why this step has to wait for evidence."""
        assert step.item is not None
        return self.operator.held(self.incident(), step.key, step.item, prepared.risk)

    def ask_evidence(self, step: Step, held: Held, then: Callable[[], None]) -> None:
        """Offer the collection, and the numbered reasons to go on without it."""
        self._after_evidence = then
        number = f"step {step.number}: " if step.number is not None else ""
        lines = (question_line("EVIDENCE FIRST", f"{number}{clean(step.title)}", look.CRIT),
                 sentence(_plain(held.sentence), look.TEXT))
        offered = [(COLLECT, f"collect first: open {_section(held.collect)} here")] if held.collect else []
        offered += [(reason, WORDS[reason]) for reason in REASONS]
        choices = tuple(Choice(str(at), label, value) for at, (value, label) in enumerate(offered, 1))
        data = (step.key, held.scope, held.collect)
        self.ask(Question("evidence", "choice", lines, choices=choices, value=choices[0].value, data=data))

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        if question.id == "evidence":
            key, scope, collect = question.data  # type: ignore[misc]
            if value == COLLECT:
                self._open_link(key, collect)
            elif value == "other":
                line = question_line("WITHOUT EVIDENCE", "why it goes on without a collection", look.CRIT)
                self.ask(Question("evidence-words", "text", (line,), placeholder="the reason, for the record",
                                  data=(key, scope)))
            else:
                self._go_on_without(key, scope, value)
        elif question.id == "evidence-words":
            key, scope = question.data  # type: ignore[misc]
            self._go_on_without(key, scope, "other", value)

    def _go_on_without(self, key: str, scope: str, choice: str, words: str = "") -> None:
        self.run_act(self.operator.waive_evidence(self.incident_id, key, scope, choice, words),
                     f"On record: without evidence first, {choice}.", then=lambda _: self._go_on())

    def _go_on(self) -> None:
        then, self._after_evidence = self._after_evidence, None
        self.repaint()
        if then is not None:
            then()


def _plain(said: str) -> str:
    """The sentence without the words that stand above it already."""
    rest = clean(said.removeprefix("Evidence first: "))
    return rest[:1].upper() + rest[1:]


def _section(link: str) -> str:
    """`forensics.md#volatile-capture` as people say it."""
    words = clean(link.partition("#")[2].replace("-", " "))
    return words[:1].upper() + words[1:] or clean(link)
