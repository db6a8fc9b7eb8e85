"""`m h` and `m g`: an incident handed over to somebody, and what it has to do with another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from handrail.acts.linking import MERGED, RELATIONS
from handrail.text import clean
from screens.base import ActingScreen
from widgets import look
from widgets.question import Choice, Question, question_line, sentence

if TYPE_CHECKING:
    from handrail.incident.incident import Incident

SOMEBODY, NOBODY = " somebody", " nobody"
MEANS = {
    "related": "related to it",
    "duplicate of": "a duplicate of it: both stay open",
    "child of": "a part of it",
    "merged into": "merged into it: this one is closed, the work goes on there",
}
# Digits pick a choice: so many can be offered.
OFFERED = 7


class HandingActs(ActingScreen):
    """Whose it is, and to what it belongs."""

    def act_more_handover(self) -> None:
        incident = cast("Incident", self.facts().incident)
        here = (console.name for console in self.operator.watcher.now().consoles)
        names = [name for name in dict.fromkeys(here) if name != incident.holder][:OFFERED]
        offered = [(f"{clean(name)}, who is here", name) for name in names if name != self.operator.actor.name]
        offered.append(("somebody who is not here: type the name", SOMEBODY))
        if incident.offered_to:
            offered.append((f"take back the offer to {clean(incident.offered_to)}", NOBODY))
        line = question_line("HAND OVER", f"{incident.title}: it is theirs once they accept (a)", look.ACCENT)
        self.ask(Question("handover", "choice", (line,), choices=_numbered(offered), value=offered[0][1]))

    def act_more_link(self) -> None:
        incident = cast("Incident", self.facts().incident)
        others = [card.incident for card in self.operator.watcher.now().cards if card.incident.id != incident.id]
        if not others:
            self.say("No other incident is open to link this one to.")
            return
        offered = [(f"{other.level or ''}  {clean(other.title)}  {other.short_id}", other.id)
                   for other in others[:OFFERED]]
        known = ", ".join(f"{link.relation} {clean(link.to)}" for link in incident.links)
        lines = [question_line("LINK", f"{incident.title} to which one?", look.ACCENT)]
        if known:
            lines.append(sentence(f"now: {known}"))
        self.ask(Question("link-to", "choice", tuple(lines), choices=_numbered(offered), value=offered[0][1]))

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        incident = self.facts().incident
        if incident is None:
            return
        if question.id == "handover" and value == SOMEBODY:
            line = question_line("HAND OVER", f"{incident.title} to", look.ACCENT)
            self.ask(Question("handover-name", "text", (line,), placeholder="their name, as they act here (--as)"))
        elif question.id in ("handover", "handover-name"):
            to = "" if value == NOBODY else value.strip()
            said = f"Offered to {clean(to)}, who takes it with a." if to else "The offer is taken back."
            self.run_act(self.operator.hand_over(incident.id, to), said)
        elif question.id == "link-to":
            self._ask_relation(incident, value)
        elif question.id == "link-as":
            other = str(question.data)
            self.run_act(self.operator.link(incident.id, value, other), f"Linked: {value} {other}.")

    def _ask_relation(self, incident: Incident, other: str) -> None:
        there = self.operator.watcher.incident(other)
        title = there.title if there else other
        lines = [question_line("LINK", f"{incident.title} is, of {title}:", look.ACCENT)]
        owed = self.operator.owed(incident)
        if owed:
            lines.append(sentence(f"it still owes: {'; '.join(map(clean, owed))}", look.WARN))
        choices = tuple(
            Choice(str(at), MEANS[relation], relation, _why_not(incident, relation))
            for at, relation in enumerate(RELATIONS, 1)
        )
        self.ask(Question("link-as", "choice", tuple(lines), choices=choices, value=RELATIONS[0], data=other))


def _why_not(incident: Incident, relation: str) -> str:
    if relation == MERGED and incident.standing:
        return f"{clean(incident.standing[0].text)}: restore it first, or merge the other one into this."
    return "A step is still running." if relation == MERGED and incident.running() else ""


def _numbered(offered: list[tuple[str, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(str(at), label, value) for at, (label, value) in enumerate(offered, 1))
