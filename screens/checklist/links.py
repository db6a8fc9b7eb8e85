"""Links to other runbooks and sections: opened in place below the item, and returned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handrail.shelf.links import leading_on
from handrail.text import clean
from screens.asking import name as step_name
from screens.base import ActingScreen
from widgets import look
from widgets.checklist_view import ChecklistView
from widgets.question import Choice, Question, question_line

if TYPE_CHECKING:
    from handrail.incident.checklist import Checklist
    from handrail.incident.checklist import Row as Step
    from handrail.incident.incident import Incident

# Answers that are no link: a target never begins with a space.
GO, TICK = " go", " tick"


class LinkActs(ActingScreen):
    """What enter does to an item that leads to another runbook."""

    incident_id: str

    def checklist(self) -> Checklist:
        raise NotImplementedError

    def _move_on(self, key: str) -> None:
        raise NotImplementedError

    def enter_link(self, step: Step) -> bool:
        """Open what `step` leads to, or ask which; False when it leads nowhere, or is done with."""
        if step.item is None or step.item.kind not in ("reference", "manual"):
            return False
        links = leading_on(step.item)
        if not links or step.state.word not in ("open", "deferred"):
            return False
        below = _call_below(self.checklist(), step)
        choices: list[tuple[str, str]] = []
        if below is not None and below.done < below.total:
            choices.append((f"go on in {clean(below.title)}, {below.done} of {below.total}", GO))
        again = "open again: " if below is not None else "open "
        choices += [(f"{again}{clean(link.text)}", link.target) for link in links]
        if step.item.kind == "manual":
            done = below is not None and below.done == below.total
            choices.insert(0 if done else len(choices), ("it is done: tick it", TICK))
        if len(choices) == 1:
            self._open_link(step.key, choices[0][1])
            return True
        offered = tuple(Choice(str(index), label, value) for index, (label, value) in enumerate(choices, 1))
        verb = "OPEN OR TICK" if step.item.kind == "manual" else "OPEN"
        line = question_line(verb, step_name(step), look.ACCENT)
        self.ask(Question("link", "choice", (line,), choices=offered, value=offered[0].value, data=step.key))
        return True

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        if question.id != "link":
            return
        key = str(question.data)
        step = self.checklist().row(key)
        below = _call_below(self.checklist(), step) if step else None
        if value == TICK:
            self.run_act(self.operator.tick(self.incident_id, key), "", then=lambda _: self._move_on(key))
        elif value == GO and below is not None:
            self._enter_call(below)
        else:
            self._open_link(key, value)

    def _open_link(self, key: str, target: str) -> None:
        self.run_act(self.operator.open_link(self.incident_id, key, target), "", then=self._opened_link)

    def _opened_link(self, incident: Incident) -> None:
        self.repaint()
        call = incident.calls[-1]
        row = self.checklist().row(call.id)
        if row is not None:
            self._enter_call(row)
            # After the cursor's move, which takes away what was said before it.
            self.call_after_refresh(self.say, f"Opened {clean(call.title)} here; the work returns from it.", look.QUIET)

    def go_to_call(self, call: str) -> None:
        """Put the cursor on the first step of a call, as soon as the checklist shows it."""
        if not self.ready:
            self.call_after_refresh(self.go_to_call, call)
            return
        self.repaint()
        row = self.checklist().row(call)
        if row is not None:
            self._enter_call(row)

    def _enter_call(self, call: Step) -> None:
        """Put the cursor on the call's next open step, on its head when there is none."""
        steps = self.query_one(ChecklistView)
        rows = self.checklist().rows
        at = next(index for index, row in enumerate(rows) if row.key == call.key)
        inside = []
        for row in rows[at + 1:]:
            if row.depth <= call.depth:
                break
            inside.append(row)
        steps.go(next((row.key for row in inside if row.to_begin), call.key))
        self.repaint()


def _call_below(checklist: Checklist, step: Step) -> Step | None:
    """The newest call that was opened from an item."""
    rows = list(checklist.rows)
    at = next((index for index, row in enumerate(rows) if row.key == step.key), len(rows))
    found = None
    for row in rows[at + 1:]:
        if row.depth <= step.depth:
            break
        if row.kind == "call" and row.depth == step.depth + 1:
            found = row
    return found


def returns_to(checklist: Checklist, key: str) -> str:
    """The open step that a procedure holding `key` was opened from, once nothing in it is open; "" for none."""
    rows = list(checklist.rows)
    at = next((index for index, row in enumerate(rows) if row.key == key), -1)
    depth = rows[at].depth if at >= 0 else 0
    for index in range(at, -1, -1):
        row = rows[index]
        if row.depth >= depth or index == 0:
            continue
        depth = row.depth
        if row.kind == "call":
            parent = next((one for one in reversed(rows[:index]) if one.depth < row.depth), None)
            if row.done < row.total:
                return ""
            if parent is not None and parent.to_begin:
                return parent.key
    return ""
