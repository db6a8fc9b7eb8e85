"""The item's loop: what enter does next to a step, and what may be done to it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from time import monotonic
from typing import Any

from handrail.acts.evidence import HELD
from handrail.errors import HandrailError, StateError
from handrail.incident.checklist import Checklist
from handrail.incident.checklist import Row as Step
from handrail.incident.incident import Incident
from handrail.operator.operator import Consent, Operator, Prepared
from handrail.text import clean
from screens import asking
from screens.base import WIDE, ActingScreen
from screens.checklist.attaching import AttachActs
from screens.checklist.branches import BranchActs
from screens.checklist.chains import ChainActs
from screens.checklist.consenting import ConsentActs
from screens.checklist.editing import EditActs
from screens.checklist.evidence import EvidenceActs
from screens.checklist.links import LinkActs, returns_to
from screens.checklist.stopping import StopActs
from screens.checklist.typing import TypeActs
from screens.checklist.values import ValueActs
from screens.more import MoreActs
from widgets import look, step_card
from widgets.checklist_view import ChecklistView
from widgets.output_pane import OutputPane
from widgets.question import Question
from widgets.step_card import StepCard

# After a step passed and the cursor went on by itself, enter means the step that was there: it is dead this long (s).
DEAD_AFTER_PASS = 0.5
# What has just ended nobody can have read yet: that long (s) enter does not say that it looks right.
DEAD_AFTER_END = 0.3
# A start that takes longer (s) is said to be under way.
SLOW_START = 0.15
# How long (s) what was prepared serves while nothing is known to have changed.
LOOKED_AT = 5.0


# What the letters after a failure do.
AFTER_FAILURE = {"r": "step.again", "e": "step.edit", "s": "step.skip", "n": "note", "l": "step.later"}


class StepActs(
    AttachActs, LinkActs, BranchActs, EvidenceActs, ChainActs, StopActs, TypeActs, ConsentActs, EditActs, ValueActs,
    MoreActs,
    ActingScreen,
):
    """Acts on the step under the cursor of an incident's checklist."""

    act_text: Callable[[], None]

    def __init__(self, operator: Operator, incident_id: str, *, drill: bool = False) -> None:
        super().__init__(operator, drill=drill)
        self.incident_id = incident_id
        self._prepared: tuple[object, str, Prepared | None] = (None, "", None)
        self._watching: tuple[str, str] = ("", "")  # the item whose run is followed, and the run
        self._dead_until = 0.0
        self._going_on = False
        self._starting: tuple[str, Future[Any]] | None = None

    def incident(self) -> Incident:
        return self.operator.watcher.incident(self.incident_id) or Incident(id=self.incident_id)

    def checklist(self) -> Checklist:
        return self.operator.watcher.checklist(self.incident_id) or Checklist()

    def step(self) -> Step | None:
        return self.checklist().row(self.query_one(ChecklistView).cursor)

    def prepared(self, incident: Incident, step: Step | None) -> Prepared | None:
        """What would run for `step`; None for what runs nothing."""
        if step is None or step.item is None or not step.item.runs:
            return None
        # What it reaches may change without an act; asking now and then keeps it looked at.
        version = (incident.rev, self.operator.targets_version, int(monotonic() / LOOKED_AT))
        known = self._prepared[2]
        if self._prepared[:2] != (version, step.key) or (known is not None and known.targets is None):
            try:
                prepared = self.operator.prepared(incident, step.key)
            except HandrailError:
                prepared = None
            self._prepared = (version, step.key, prepared)
        return self._prepared[2]

    # -- going on by itself

    def _go_on_after_pass(self, checklist: Checklist) -> None:
        """When the followed step passed and nobody moved the cursor, the cursor goes on to the next open step."""
        key, run = self._watching
        row = checklist.row(key)
        if row is None or row.state.last is None or row.state.last.run != run or not row.state.last.verdict:
            return
        steps = self.query_one(ChecklistView)
        if self._going_on and row.state.word == "passed" and steps.cursor == key and (target := _after(checklist, key)):
            steps.show_checklist(checklist, {}, self.now(), target)
            self._leave_enter_dead(DEAD_AFTER_PASS)
        elif self._going_on and row.state.word == "ran":
            self._leave_enter_dead(DEAD_AFTER_END)
        self._going_on = False

    def _leave_enter_dead(self, seconds: float) -> None:
        self._dead_until = monotonic() + seconds
        self.set_timer(seconds, self.repaint)

    def is_too_soon(self) -> bool:
        """Whether enter would be about what nobody can have seen yet."""
        return monotonic() < self._dead_until

    # -- the item's loop

    def act_step_enter(self) -> None:
        if self.is_too_soon():
            self.say("That key came before this could be read: it does not count.")
            return
        step, incident = self.step(), self.incident()
        if self.is_starting(step):
            self.say("It is being started.", look.QUIET)
            return
        if step is None or self.enter_branch(step) or self.enter_link(step):
            return
        if step.item is None:
            self.query_one(ChecklistView).fold(step.key)
            self.repaint()
        elif step.item.kind in ("reference", "template"):
            self.act_text()
        elif step.state.word == "running" and self.enter_terminal(step):
            self._watch_run(step)
        elif step.state.word == "running":
            self._watch_run(step)
            self.query_one(OutputPane).focus()
        elif step.state.word in ("open", "deferred"):
            self._begin(incident, step, again=False)
        elif step.state.word == "ran" and step.state.seen is None:
            self.run_act(
                self.operator.judge(incident.id, step.key, True),
                "Seen: it looks right.",
                then=lambda _: self._move_on(step.key),
            )
        elif step.item.runs and step.state.word not in ("passed", "confirmed", "skipped"):
            self.ask(asking.after_failure(step))
        elif step.state.last is not None:
            self.query_one(OutputPane).focus()
        else:
            self.say(f"It is {step.state.word}. m has more; s and l are for open steps.")

    def _begin(self, incident: Incident, step: Step, *, again: bool) -> None:
        """Start what stands on the card: at once when it only reads, else after the answer it needs."""
        assert step.item is not None
        if not step.item.runs:
            self.run_act(self.operator.tick(incident.id, step.key), "", then=lambda _: self._move_on(step.key))
            return
        prepared = self.prepared(incident, step)
        if prepared is None:
            self.say("What would run here cannot be worked out; t shows the whole text.")
        elif prepared.blanks:
            self.ask_for_blanks(step)
        elif prepared.targets is None:
            self.say("What it reaches is still being looked up; a moment.", look.QUIET)
        elif prepared.refused is not None and prepared.refused.code == "target-changed":
            self.ask_target(step, prepared)
        elif prepared.refused is not None and prepared.refused.code == HELD and (held := self.held(step, prepared)):
            self.ask_evidence(step, held, lambda: self._begin_here(step.key, again=again))
        elif prepared.refused is not None:
            self.say(" ".join(part for part in (prepared.refused.sentence, prepared.refused.remedy) if part))
        elif prepared.risk == "read" and not again and self._seen_whole(prepared):
            self._start(step.key, Consent(prepared.command, targets=prepared.targets), again)
        else:
            self.ask_consent(step, prepared, again=again)

    def _begin_here(self, key: str, *, again: bool) -> None:
        """Begin what the cursor still stands on."""
        step = self.step()
        if step is not None and step.key == key:
            self._begin(self.incident(), step, again=again)

    def _seen_whole(self, prepared: Prepared) -> bool:
        """Whether the card shows the whole command: only then may enter run it at once."""
        return step_card.fits(prepared, wide=self.size.width >= WIDE, width=self._card_width())

    def _card_width(self) -> int:
        return (self.query_one(StepCard).size.width or self.size.width) - (0 if self.size.width >= WIDE else 1)

    def _unchanged(self, key: str, asked: Prepared, attempts: int, word: str) -> str:
        """A confirm whose step or command changed closes itself."""
        incident, step = self.incident(), self.checklist().row(key)
        if step is None or len(step.state.attempts) != attempts:
            by = clean(step.state.attempts[-1].by) if step and step.state.attempts else "Somebody else"
            return f"{by} started it meanwhile; nothing was run from here. enter shows how it stands."
        if incident.closed:
            return f"{incident.short_id} is {incident.status} meanwhile; nothing was run."
        if step.state.word != word:
            return f"It is {step.state.word} meanwhile, by {clean(step.state.by) or 'somebody'}; nothing was run."
        current = self.prepared(incident, step)
        if current is None or (current.command, current.targets) != (asked.command, asked.targets):
            return "What would run has changed since the question: look again. Nothing was run."
        return ""

    def _start(self, key: str, consent: Consent, again: bool, unrecorded: bool = False) -> None:
        prepared = self.prepared(self.incident(), self.checklist().row(key))
        whole = prepared is not None and prepared.form.kind == "terminal"

        def started(incident: Incident) -> None:
            last = incident.item(key).last
            if last is not None:
                self._watching = (key, last.run)
                self._going_on = True
                if whole:
                    self.attach(last.run)

        def failed(error: HandrailError) -> bool:
            step = self.checklist().row(key)
            if not isinstance(error, StateError) or unrecorded or step is None:
                return False
            self.ask(asking.unrecorded(step, error, (key, consent, again)))
            return True

        future = self.operator.start_step(self.incident_id, key, consent, again, unrecorded)
        self._starting = (key, future)
        self.run_act(future, then=started, failed=failed)
        # Most starts are on the screen before this; a frame of its own would only hold theirs up.
        self.set_timer(SLOW_START, self.repaint)

    def is_starting(self, step: Step | None) -> bool:
        """Whether its start was asked for and is not on disk yet."""
        if step is None or self._starting is None:
            return False
        key, future = self._starting
        return key == step.key and not future.done()

    def _watch_run(self, step: Step) -> None:
        if step.state.last is not None:
            self._watching = (step.key, step.state.last.run)

    def _move_on(self, key: str) -> None:
        steps = self.query_one(ChecklistView)
        if steps.cursor == key and (target := _after(self.checklist(), key)):
            self.repaint()
            steps.go(target)

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        key = question.data if isinstance(question.data, str) else ""
        if question.id == "consent":
            step_key, command, again, targets = question.data  # type: ignore[misc]
            self._start(step_key, Consent(command, value if question.kind == "word" else "", targets), again)
        elif question.id == "unrecorded":
            step_key, consent, again = question.data  # type: ignore[misc]
            self._start(step_key, consent, again, unrecorded=True)
        elif question.id == "after-failure":
            self.action_act(AFTER_FAILURE[value])
        elif question.id == "skip":
            self.run_act(
                self.operator.skip(self.incident_id, key, value), "Skipped.", then=lambda _: self._move_on(key)
            )
        elif question.id == "later":
            self.run_act(
                self.operator.defer(self.incident_id, key, value),
                "Deferred: it stays owed.",
                then=lambda _: self._move_on(key),
            )
        elif question.id == "wrong":
            self.run_act(self.operator.judge(self.incident_id, key, False), "Recorded as failed: it looks wrong.")

    def act_step_again(self) -> None:
        step = self.step()
        assert step is not None
        self._begin(self.incident(), step, again=True)

    def act_step_stop(self) -> None:
        step = self.step()
        assert step is not None
        if (chain := self.incident().queued().get(step.key)) is not None:
            self.ask_stop_chain(step, chain)
            return
        assert step.state.last is not None
        self.ask_stop(step, step.state.last)

    def act_step_skip(self) -> None:
        step = self.step()
        assert step is not None
        self.ask(
            asking.reason("skip", "SKIP", step, "why it is left out: already done, not applicable, active harm, ...")
        )

    def act_step_later(self) -> None:
        step = self.step()
        assert step is not None
        self.ask(asking.reason("later", "DEFER", step, "until when, or what it waits for", required=False))

    def act_step_wrong(self) -> None:
        step = self.step()
        assert step is not None
        self.ask(asking.wrong(step))


def _after(checklist: Checklist, key: str) -> str | None:
    """What a finished procedure was opened from, else the first open step after `key`, else the first open one."""
    if back := returns_to(checklist, key):
        return back
    keys = [row.key for row in checklist.rows]
    at = keys.index(key) if key in keys else -1
    later = (row.key for row in checklist.rows[at + 1 :] if row.to_begin)
    return next(later, checklist.next)
