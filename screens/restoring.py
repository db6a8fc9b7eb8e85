"""`m c` and `m k`: what stands until it is restored, and the evidence, each opened as a procedure of this incident."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from handrail.text import clean
from screens.base import ActingScreen
from screens.going import Go
from widgets import look
from widgets.question import Choice, Question, question_line, sentence

if TYPE_CHECKING:
    from handrail.incident.incident import Incident
    from handrail.pack.model import Pack

ELSEWHERE = " elsewhere"


class RestoringActs(ActingScreen):
    """Opens what an incident owes."""

    def act_more_conditions(self) -> None:
        incident = cast("Incident", self.facts().incident)
        if not incident.standing:
            self.say("Nothing stands that would have to be restored.")
            return
        pack = self._pack_of(incident)
        rules = {rule.id: rule.clear for rule in pack.conditions} if pack is not None else {}
        offered = []
        for condition in incident.standing:
            if link := rules.get(condition.name):
                offered.append((f"restore: open {_section(link)} here  ({clean(condition.text)})", link))
            offered.append((f"it was restored elsewhere: {clean(condition.text)}", f"{ELSEWHERE}{condition.name}"))
        choices = tuple(Choice(str(at), label, value) for at, (label, value) in enumerate(offered[:9], 1))
        line = question_line("STANDS", f"in {incident.title}", look.WARN)
        self.ask(Question("condition", "choice", (line,), choices=choices, value=choices[0].value))

    def act_more_collect(self) -> None:
        incident = cast("Incident", self.facts().incident)
        pack = self._pack_of(incident)
        rule = pack.evidence if pack is not None else None
        if rule is None:
            self.say("This pack does not say where evidence is collected.")
            return
        links = [link for link in (rule.collect, rule.early) if link]
        choices = tuple(Choice(str(at), f"open {_section(link)} here", link) for at, link in enumerate(links, 1))
        lines = (question_line("COLLECT", f"evidence of {incident.title}", look.ACCENT),
                 sentence("Each opening is a collection of its own, with its own stamp."))
        self.ask(Question("collect", "choice", lines, choices=choices, value=choices[0].value))

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        incident = self.facts().incident
        if incident is None:
            return
        if question.id == "condition" and value.startswith(ELSEWHERE):
            line = question_line("RESTORED", "elsewhere: how you know", look.WARN)
            self.ask(Question("condition-reason", "text", (line,), placeholder="who restored it, and what shows it",
                              data=value.removeprefix(ELSEWHERE)))
        elif question.id == "condition-reason":
            self.run_act(self.operator.end_condition(incident.id, str(question.data), value),
                         "On record: it does not stand any more.")
        elif question.id in ("condition", "collect"):
            self._open_procedure(incident, value)

    def _open_procedure(self, incident: Incident, link: str) -> None:
        pack = self._pack_of(incident)
        if pack is None:
            self.say("The pack this incident was declared with is not loaded here.")
            return
        file, _, section = link.partition("#")
        self.run_act(
            self.operator.open_in(incident.id, pack.folder / file, section), "",
            then=self._go_to_the_newest,
        )

    def _go_to_the_newest(self, incident: Incident) -> None:
        self.post_message(Go("incident", incident.id, incident.calls[-1].id))

    def _pack_of(self, incident: Incident) -> Pack | None:
        return next((pack for pack in self.operator.packs if pack.id == incident.pack), None)


def _section(link: str) -> str:
    words = clean(link.partition("#")[2].replace("-", " "))
    return words[:1].upper() + words[1:]
