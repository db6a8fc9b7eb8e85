"""An incident, or a checklist without one: its steps, what exactly runs, and what it said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Container, Vertical

from handrail.acts.chains import first_open
from handrail.clock import short_duration
from handrail.incident.checklist import Row as Step
from handrail.incident.incident import Attempt, Incident
from handrail.operator.operator import Operator
from handrail.runs.remarks import LEFT_RUNNING
from handrail.text import clean, fit
from screens import texts
from screens.actions.bind import bindings
from screens.actions.output import OUTPUT
from screens.actions.record import Facts
from screens.actions.refusals import ENDED, RUNNING
from screens.actions.table import ANYWHERE, EVERYWHERE, ON_INCIDENT
from screens.base import WIDE
from screens.checklist.drift import DriftActs
from screens.checklist.stopping import stopping_row
from screens.checklist.waiting import Waiting
from screens.going import Go
from screens.incident_moving import MovesInStepsAndOutput
from screens.output.acts import OutputActs
from screens.output.pane import ScreenOutput
from screens.returning import ReturnsToPlace
from screens.step_acts import StepActs
from widgets import drift, look, step_card
from widgets.ask import Ask
from widgets.checklist_view import ChecklistView, checklist_count, checklist_title
from widgets.headings import clocks_row, conditions_row, incident_first_row, urgency, worst_clock
from widgets.key_row import KeyRow
from widgets.line import Line
from widgets.output_pane import OutputPane
from widgets.question import Question
from widgets.step_card import StepCard

if TYPE_CHECKING:
    from datetime import datetime

    from textual.app import ComposeResult

    from handrail.snapshot import Snapshot
    from screens.actions.record import Action
    from widgets.row_list import RowList


class IncidentScreen(ReturnsToPlace, MovesInStepsAndOutput, StepActs, Waiting, DriftActs, OutputActs):
    """The checklist, the step under the cursor, and its output."""

    ACTIONS = ON_INCIDENT + OUTPUT
    BINDINGS = bindings(ON_INCIDENT)

    DEFAULT_CSS = """
    IncidentScreen #body { height: 1fr; layout: vertical; }
    IncidentScreen #right { height: auto; width: 1fr; layout: vertical; }
    IncidentScreen #steps { height: 1fr; min-height: 4; }
    IncidentScreen #card { height: 5; }
    IncidentScreen #log { height: 1fr; min-height: 3; }
    IncidentScreen.-narrow #right { height: 1fr; min-height: 7; }
    IncidentScreen.-wide #body { layout: horizontal; }
    IncidentScreen.-wide #steps { width: 44%; max-width: 76; height: 1fr; }
    IncidentScreen.-wide #right { height: 1fr; }
    IncidentScreen.-wide #card { height: auto; }
    IncidentScreen.-full #steps, IncidentScreen.-full #card, IncidentScreen.-full .row { display: none; }
    """

    def __init__(self, operator: Operator, incident_id: str, *, drill: bool = False) -> None:
        super().__init__(operator, incident_id, drill=drill)
        self._shown_run = ""

    def compose(self) -> ComposeResult:
        yield Line(id="first", classes="first")
        yield Line(id="clocks", classes="row")
        yield Line(id="conditions", classes="row")
        with Container(id="body"):
            yield ChecklistView(id="steps")
            with Vertical(id="right"):
                yield StepCard(id="card")
                yield ScreenOutput(id="log")
        yield Line(id="say")
        yield Ask(id="ask")
        yield KeyRow(id="keys")

    def on_mount(self) -> None:
        self.ready = True
        steps = self.query_one(ChecklistView)
        steps.cursor = self._where_to_begin()
        self.repaint()
        steps.focus()
        self.return_to_place()

    def on_resize(self) -> None:
        # A fixed share for the steps, so that a question takes its rows from the output alone and no step moves.
        steps = self.query_one(ChecklistView)
        steps.styles.height = None if self.size.width >= WIDE else max(4, (self.size.height - 10) // 2 + 1)
        self.call_after_refresh(self.repaint)

    def _where_to_begin(self) -> str:
        """What runs, else what ended badly and nobody has looked at, else the next open step, else what ran last."""
        checklist = self.checklist()
        tried = [row for row in checklist.rows if row.state.last is not None]
        newest = max(tried, key=lambda row: row.state.attempts[-1].started_at, default=None)
        if newest is None:
            return checklist.next or ""
        self._watch_run(newest)
        settled = newest.state.word in ("passed", "confirmed") or newest.state.word not in ENDED | {RUNNING}
        return checklist.next or newest.key if settled else newest.key

    # -- what is shown

    def attempt(self) -> tuple[Step, Attempt] | None:
        """The run whose output is shown: the one switched to, else the cursor's own."""
        return self.chosen(self.own_attempt())

    def own_attempt(self) -> tuple[Step, Attempt] | None:
        """The run of the cursor's step, else the one that was followed last."""
        checklist, step = self.checklist(), self.step()
        if step is not None and step.state.last is not None:
            return step, step.state.last
        followed = checklist.row(self._watching[0])
        if followed is not None and followed.state.last is not None:
            return followed, followed.state.last
        return None

    def facts(self) -> Facts:
        incident, shown = self.incident(), self.attempt()
        snapshot = self.operator.watcher.now()
        run = snapshot.runs.get(shown[1].run) if shown else None
        return Facts(
            place="incident",
            me=self.operator.actor.name,
            incident=incident,
            row=self.step(),
            starting=self.is_starting(self.step()),
            too_soon=self.is_too_soon(),
            ahead=first_open(self.checklist(), self.query_one(ChecklistView).cursor) is not None,
            run=run,
            output=shown is not None,
            following=self.output.following,
            searching=self.output.finding is not None,
            runs=len(self.runs_offered(self.own_attempt())),
            drifted=bool(self.operator.watcher.drifted(incident)),
            open_incidents=len(snapshot.cards),
            last_place=getattr(self.app, "last_place", ""),
            stopped=snapshot.stopped,
        )

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        incident, checklist = self.incident(), self.checklist()
        width, wide = self.size.width, self.size.width >= WIDE
        self._go_on_after_pass(checklist)
        self.query_one("#first", Line).show(incident_first_row(incident, now, width, drill=self.drill))
        self.query_one("#clocks", Line).show(clocks_row(incident, now, width))
        beside = [card.incident for card in snapshot.cards if card.incident.id != incident.id]
        worst = min(beside, key=lambda other: urgency(other, now), default=None)
        other = (worst.level, worst_clock(worst, now)) if worst is not None else None
        self.query_one("#conditions", Line).show(conditions_row(incident, other, len(beside), width))
        steps = self.query_one(ChecklistView)
        steps.show_checklist(checklist, dict(snapshot.runs), now)
        steps.title(*checklist_title(checklist, steps.cursor, steps.size.width), right=checklist_count(checklist))
        self._draw_card(incident, wide=wide)
        self._draw_output(snapshot, now)

    def _draw_card(self, incident: Incident, *, wide: bool) -> None:
        card, step = self.query_one(StepCard), self.step()
        if step is None:
            card.title("Here")
            card.show(Text("This checklist has no steps. n writes a note; m has more.", look.QUIET))
            return
        text = step_card.draw(step, self.prepared(incident, step), wide=wide, width=self._card_width())
        card.show(
            text if wide else Text("\n").join(Text.assemble(" ", line) for line in text.split("\n", allow_blank=True))
        )
        item = step.item
        where = Text(f"{clean(self._document(incident, step))}:{item.lines[0]}", look.QUIET) if item else Text()
        card.title(*step_card.card_title(step), right=where)

    def _document(self, incident: Incident, step: Step) -> str:
        call_id = step.key.partition(":")[0]
        call = next((call for call in incident.calls if call.id == call_id), None)
        return call.document.rsplit("/", 1)[-1] if call else ""

    def _draw_output(self, snapshot: Snapshot, now: datetime) -> None:
        pane, shown = self.query_one(OutputPane), self.attempt()
        if shown is None:
            pane.show_run(None, "", None, None, now)
            return
        step, attempt = shown
        folder = self.operator.watcher.run(self.incident_id, attempt.run).folder
        label = "" if self.step() is step or (self.step() and self.step().key == step.key) else f"of step {step.number}"  # type: ignore[union-attr]
        tabs = self.tabs(self.own_attempt(), shown)
        pane.show_run(folder, label, attempt, snapshot.runs.get(attempt.run), now, tabs, self.patience(step),
                      self.slower(step, attempt, now))

    def standing(self) -> Text:
        """What is not on disk, else what waits for the operator, else what else runs."""
        snapshot, incident, checklist = self.operator.watcher.now(), self.incident(), self.checklist()
        if snapshot.store_note:
            return texts.store_note(snapshot)
        here = self.step()
        others: list[Text] = []
        for key, attempt in incident.running():
            step, live = checklist.row(key), snapshot.runs.get(attempt.run)
            if step is None:
                continue
            if live is not None and live.word == "running" and live.stopping:
                return stopping_row(step, live)
            if live is not None and live.word == "running" and live.waits and self._typist(live):
                return Text(f" ■ step {step.number} asks, and {clean(live.typist)} types: {clean(live.waits)}",
                            f"bold {look.WARN}")
            if live is not None and live.word == "running" and live.waits:
                return Text.assemble(
                    (f" ■ step {step.number} WAITS FOR YOU: {clean(live.waits)}", f"bold {look.CRIT}"),
                    "   ",
                    ("i", f"bold {look.ACCENT}"),
                    " type",
                )
            if here is None or key != here.key:
                since = short_duration((self.now() - attempt.started_at).total_seconds())
                others.append(
                    Text(f" also ▶ step {step.number} {clean(step.title)}, {since}, {clean(attempt.by)}", look.ACCENT)
                )
        if others:
            return others[0]
        if remark := self._remark(here, snapshot):
            return remark
        if checklist.total and checklist.done == checklist.total and not incident.closed:
            return self._all_done(incident)
        return texts.busy(snapshot) or drift.row(self.operator.watcher.drifted(incident)) or self.idle_row(here)

    def _remark(self, here: Step | None, snapshot: Snapshot) -> Text | None:
        """What could not be kept of the step under the cursor, or does not carry over from it."""
        last = here.state.last if here is not None else None
        if here is None or last is None:
            return None
        live = snapshot.runs.get(last.run)
        remarks = last.remarks or (live.remarks if live is not None and not last.verdict else ())
        more = f" and {len(remarks) - 1} more, t" if remarks[1:] else ""
        number = f"step {here.number}: " if here.number is not None else ""
        if not remarks:
            return None
        # A service that was started is meant to be left running.
        meant = remarks[0].startswith(LEFT_RUNNING) and last.verdict == "passed"
        return Text(f" {number}{clean(remarks[0])}{more}", look.QUIET if meant else look.WARN)

    def _all_done(self, incident: Incident) -> Text:
        """What is left when every step is done: the status, and what is owed all the same."""
        owed = self.operator.owed(incident) if incident.kind == "incident" else ()
        if not owed:
            return Text(" Every step is done. m then s sets the status.", look.QUIET)
        key = "m c restores" if incident.standing else "m k collects" if "evidence" in owed[0] else "m has more"
        # Until when something stands is said above, where it stands.
        stands = [condition.text for condition in incident.standing]
        left = fit("; ".join(map(clean, (*stands, *owed[len(stands):]))), max(20, self.size.width - 36))
        return Text.assemble((" Done. Still owed: ", look.WARN), (left, look.TEXT), ("  ", ""), (key, look.ACCENT))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        self.unsay()
        self._chosen_run = ""
        self.repaint()

    def act_tab_next(self) -> None:
        self.post_message(Go("timeline", self.incident_id))

    act_tab_previous = act_tab_next

    # -- looking closer

    def act_text(self) -> None:
        step, incident = self.step(), self.incident()
        if step is None or step.item is None:
            return
        from widgets.dialogs.whole_text import WholeText

        self.app.push_screen(WholeText(texts.title_of(step), texts.whole(step, self.prepared(incident, step))))

    def act_copy(self) -> None:
        step = self.step()
        prepared = self.prepared(self.incident(), step)
        if self.query_one(OutputPane).has_focus or prepared is None:
            self.copy_output()
        else:
            self.app.copy_to_clipboard(prepared.command)
            self.say("The command was sent to the terminal's clipboard.", look.QUIET)

    def act_back(self) -> None:
        if self.leave_in_output():
            self.repaint()
        elif self.has_class("-full"):
            self.act_output_full()
        elif self.query_one(OutputPane).has_focus:
            self.query_one(ChecklistView).focus()
        else:
            self.post_message(Go("back"))

    def focus_home(self) -> None:
        self.set_focus(self.output if self._asked_in_output else self.query_one(ChecklistView))

    def ask(self, question: Question) -> None:
        self._asked_in_output = self.focused is self.output
        super().ask(question)

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        self.output_answered(question, value)

    def actions_here(self) -> tuple[Action, ...]:
        return OUTPUT + ANYWHERE[1:] + EVERYWHERE if self.focused is self.output else ON_INCIDENT

    def current_list(self) -> RowList:
        return self.query_one(ChecklistView)

    def stop_asking(self) -> None:
        super().stop_asking()
        if self.has_class("-full"):
            self.query_one(OutputPane).focus()

    def act_pane_next(self) -> None:
        steps, log = self.query_one(ChecklistView), self.query_one(OutputPane)
        (steps if self.focused is log else log).focus()

    act_pane_previous = act_pane_next

    def on_run_log_moved(self) -> None:
        self._draw_output(self.operator.watcher.now(), self.now())
