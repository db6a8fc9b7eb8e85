"""`m`, then: what is done to an incident as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from handrail.activity import line
from handrail.board import names
from handrail.errors import Refusal
from handrail.incident.checklist import Checklist
from handrail.incident.events import STATUSES
from handrail.text import clean
from screens.actions.bind import BY_ID
from screens.actions.table import MORE
from screens.checklist.classing import ClassActs
from screens.handing import HandingActs
from screens.restoring import RestoringActs
from widgets import look
from widgets.question import Choice, Question, question_line, sentence

if TYPE_CHECKING:
    from rich.text import Text

    from handrail.incident.incident import Incident


class MoreActs(HandingActs, RestoringActs, ClassActs):
    """The second keys of `m` and the answers to their questions."""

    def act_incident_more(self) -> None:
        facts = self.facts()
        choices = tuple(Choice(action.keys[0], action.label, action.id, action.refused(facts)) for action in MORE)
        title = facts.incident.title if facts.incident else ""
        question = question_line("INCIDENT", title, look.ACCENT)
        self.ask(Question("more", "keys", (question,), choices=choices, ahead=True))

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        incident = self.facts().incident
        if incident is None:
            return
        if question.id == "more":
            getattr(self, BY_ID[value].method)()
        elif question.id == "status" and value == "closed":
            owed = self.operator.owed(incident)
            left = f" Still owed: {'; '.join(map(clean, owed))}." if owed else ""
            self.run_act(self.operator.close_incident(incident.id), f"Closed. Its record stays in the history.{left}")
        elif question.id == "status" and value == "resolved" and (left := self.operator.unheld(incident)):
            lines = (question_line("RESOLVED ALREADY?", incident.title, look.WARN),
                     sentence(f"{'; '.join(map(clean, left))}.", look.WARN))
            self.ask(Question("unheld", "text", lines, placeholder="why it is resolved nevertheless; esc waits"))
        elif question.id == "unheld":
            self.run_act(self.operator.set_status(incident.id, "resolved", value), "Status: resolved.")
        elif question.id == "status":
            self.run_act(self.operator.set_status(incident.id, value), f"Status: {value}.")
        elif question.id == "severity":
            self.ask(
                Question(
                    "severity-reason",
                    "text",
                    (question_line("SEVERITY", f"{value} for {incident.title}"),),
                    placeholder="why it changes",
                    data=value,
                )
            )
        elif question.id == "severity-reason":
            self.run_act(
                self.operator.set_severity(incident.id, str(question.data), value), f"Severity: {question.data}."
            )
        elif question.id == "false-alarm":
            self.run_act(self.operator.false_alarm(incident.id, value), "Recorded as a false alarm.")
        elif question.id == "correct":
            future = self.operator.correct(incident.id, value, str(question.data))
            self.run_act(future, "Taken back; both stay on record.")
        elif question.id == "reopen":
            self.run_act(self.operator.reopen(incident.id, value), "Reopened.")

    def act_more_status(self) -> None:
        incident = cast("Incident", self.facts().incident)
        words = [word for word in STATUSES if word not in ("proposed", "false alarm")]
        if incident.kind != "incident":
            words = ["closed"]
        choices = tuple(Choice(str(index), word, word, _why_not(incident, word)) for index, word in enumerate(words, 1))
        self.ask(
            Question(
                "status",
                "choice",
                (question_line("STATUS", f"of {incident.title}, now {incident.status}"), *self._owing(incident)),
                choices=choices,
                value=incident.status,
            )
        )

    def act_more_severity(self) -> None:
        incident = cast("Incident", self.facts().incident)
        pack = next((pack for pack in self.operator.packs if pack.id == incident.pack), None)
        if pack is None or incident.level is None:
            self.say("The pack this incident was declared with is not loaded here, so its levels are not known.")
            return
        levels = sorted(pack.scheme.items(), key=lambda pair: pair[1].rank)
        choices = tuple(
            Choice(
                str(index),
                f"{name}  {rule.title}",
                name,
                "It has that severity." if name == incident.level.name else "",
            )
            for index, (name, rule) in enumerate(levels, 1)
        )
        self.ask(
            Question(
                "severity",
                "choice",
                (question_line("SEVERITY", f"of {incident.title}, now {incident.level}"),),
                choices=choices,
                value=incident.level.name,
            )
        )

    def act_more_false_alarm(self) -> None:
        incident = cast("Incident", self.facts().incident)
        self.ask(
            Question(
                "false-alarm",
                "text",
                (question_line("FALSE ALARM", incident.title), *self._owing(incident)),
                placeholder="how you know",
            )
        )

    def _owing(self, incident: Incident) -> tuple[Text, ...]:
        """What remains to be done however it ends."""
        owed = self.operator.owed(incident) if incident.kind == "incident" else ()
        return (sentence(f"still owed: {'; '.join(map(clean, owed))}", look.WARN),) if owed else ()

    def act_more_correct(self) -> None:
        incident = cast("Incident", self.facts().incident)
        event = self.operator.last_act(incident)
        if isinstance(event, Refusal):
            self.say(" ".join(part for part in (event.sentence, event.remedy) if part))
            return
        checklist = self.operator.watcher.checklist(incident.id) or Checklist()
        said = line(incident.id, event, names(checklist)).text
        what = f"of {event.occurred_at.astimezone():%H:%M:%S}: {said}"
        question = question_line("TAKE BACK", f"your last act, {what}")
        self.ask(Question("correct", "text", (question,), placeholder="why it was wrong", data=event.id))

    def act_more_reopen(self) -> None:
        incident = cast("Incident", self.facts().incident)
        self.ask(Question("reopen", "text", (question_line("REOPEN", incident.title),), placeholder="what came back"))


def _why_not(incident: Incident, word: str) -> str:
    if word == incident.status:
        return f"It is {word} already."
    if word == "closed" and incident.kind == "incident" and incident.status not in ("resolved", "false alarm"):
        return "Resolve it first: closed comes last."
    if word == "closed" and incident.running():
        return "A step is still running."
    return ""
