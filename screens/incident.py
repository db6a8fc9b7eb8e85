"""An incident, or a checklist without one: its steps, what exactly runs, and what it said."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Container, Vertical

from handrail.clock import short_duration
from handrail.errors import HandrailError, StateError
from handrail.incident.checklist import Checklist
from handrail.incident.checklist import Row as Step
from handrail.incident.incident import Attempt, Incident
from handrail.operator import Consent, Operator, Prepared
from handrail.runs.record import RunState
from handrail.text import clean
from screens import asking, texts
from screens.actions.bind import bindings
from screens.actions.record import Facts
from screens.actions.refusals import ENDED, RUNNING
from screens.actions.table import ON_INCIDENT
from screens.base import WIDE, ActingScreen, Go
from screens.more import MoreActs
from widgets import look, step_card
from widgets.ask import Ask, Question
from widgets.checklist_view import ChecklistView
from widgets.headings import clocks_row, conditions_row, incident_first_row, worst_clock
from widgets.key_row import KeyRow
from widgets.line import Line
from widgets.output_pane import OutputPane
from widgets.step_card import StepCard

if TYPE_CHECKING:
    from datetime import datetime

    from textual.app import ComposeResult
    from textual.widget import Widget

    from handrail.snapshot import Snapshot
    from widgets.row_list import RowList

# After a step passed and the cursor went on by itself, enter means the step that was there: it is dead this long (s).
DEAD_AFTER_PASS = 0.5


class IncidentScreen(MoreActs, ActingScreen):
    """The checklist, the step under the cursor, and its output."""

    ACTIONS = ON_INCIDENT
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
        super().__init__(operator, drill=drill)
        self.incident_id = incident_id
        self._prepared: tuple[int, str, Prepared | None] = (-1, "", None)
        self._watching: tuple[str, str] = ("", "")  # the item whose run is followed, and the run
        self._shown_run = ""
        self._dead_until = 0.0
        self._going_on = False

    def compose(self) -> ComposeResult:
        yield Line(id="first", classes="first")
        yield Line(id="clocks", classes="row")
        yield Line(id="conditions", classes="row")
        with Container(id="body"):
            yield ChecklistView(id="steps")
            with Vertical(id="right"):
                yield StepCard(id="card")
                yield OutputPane(id="log")
        yield Line(id="say")
        yield Ask(id="ask")
        yield KeyRow(id="keys")

    def on_mount(self) -> None:
        self.ready = True
        steps = self.query_one(ChecklistView)
        steps.cursor = self._where_to_begin()
        self.repaint()
        steps.focus()

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
        if self._prepared[:2] != (incident.rev, step.key):
            try:
                prepared = self.operator.prepared(incident, step.key)
            except HandrailError:
                prepared = None
            self._prepared = (incident.rev, step.key, prepared)
        return self._prepared[2]

    def attempt(self) -> tuple[Step, Attempt] | None:
        """The run whose output is shown: the cursor's own, else the one that was followed last."""
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
            incident=incident,
            row=self.step(),
            run=run,
            output=shown is not None,
            open_incidents=len(snapshot.cards),
            last_place=getattr(self.app, "last_place", ""),
            stopped=snapshot.stopped,
        )

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        incident, checklist = self.incident(), self.checklist()
        width, wide = self.size.width, self.size.width >= WIDE
        self._go_on_after_pass(checklist)
        self.query_one("#first", Line).show(incident_first_row(incident, now, width, drill=self.drill))
        self.query_one("#clocks", Line).show(clocks_row(incident, now))
        others = [
            (card.incident.level, worst_clock(card.incident, now))
            for card in snapshot.cards
            if card.incident.id != incident.id
        ]
        others.sort(key=lambda other: other[0].rank if other[0] else 9)
        self.query_one("#conditions", Line).show(conditions_row(incident, others))
        steps = self.query_one(ChecklistView)
        steps.show_checklist(checklist, dict(snapshot.runs), now)
        call = next((row for row in checklist.rows if row.kind == "call"), None)
        budget = f" of {call.minutes:g}m" if call and call.minutes else ""
        steps.title(
            Text(clean(call.title) if call else "Checklist", look.TEXT),
            Text(budget.strip(), look.QUIET),
            right=Text(f"{checklist.done} of {checklist.total}", look.QUIET),
        )
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
        pane.show_run(folder, label, attempt, snapshot.runs.get(attempt.run), now)

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
        if checklist.total and checklist.done == checklist.total and not incident.closed:
            return Text(" Every step is done. m then s sets the status.", look.QUIET)
        return texts.busy(snapshot)

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
            self._dead_until = monotonic() + DEAD_AFTER_PASS
        self._going_on = False

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        self.unsay()
        self.repaint()

    # -- the item's loop

    def act_step_enter(self) -> None:
        if monotonic() < self._dead_until:
            return
        step, incident = self.step(), self.incident()
        if step is None:
            return
        if step.item is None:
            self.query_one(ChecklistView).fold(step.key)
            self.repaint()
        elif step.item.kind in ("reference", "template"):
            self.act_text()
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
            self.say(f"It has an open blank ({', '.join(prepared.blanks)}) and cannot run until it is filled.")
        elif prepared.refused is not None:
            self.say(" ".join(part for part in (prepared.refused.sentence, prepared.refused.remedy) if part))
        elif prepared.risk == "read" and not again and self._seen_whole(prepared):
            self._start(step.key, Consent(prepared.command), again)
        else:
            attempts, word = len(step.state.attempts), step.state.word
            self.ask(
                asking.consent(
                    step,
                    prepared,
                    again=again,
                    still=lambda: self._unchanged(step.key, prepared, attempts, word),
                )
            )

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
        if current is None or current.command != asked.command:
            return "What would run has changed since the question: look again. Nothing was run."
        return ""

    def _start(self, key: str, consent: Consent, again: bool, unrecorded: bool = False) -> None:
        def started(incident: Incident) -> None:
            last = incident.item(key).last
            if last is not None:
                self._watching = (key, last.run)
                self._going_on = True

        def failed(error: HandrailError) -> bool:
            step = self.checklist().row(key)
            if not isinstance(error, StateError) or unrecorded or step is None:
                return False
            self.ask(asking.unrecorded(step, error, (key, consent, again)))
            return True

        future = self.operator.start_step(self.incident_id, key, consent, again, unrecorded)
        self.run_act(future, then=started, failed=failed)

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
            step_key, command, again = question.data  # type: ignore[misc]
            self._start(step_key, Consent(command, value if question.kind == "word" else ""), again)
        elif question.id == "unrecorded":
            step_key, consent, again = question.data  # type: ignore[misc]
            self._start(step_key, consent, again, unrecorded=True)
        elif question.id == "after-failure":
            self.action_act({"r": "step.again", "s": "step.skip", "n": "note", "l": "step.later"}[value])
        elif question.id == "stop":
            step_key, run = question.data  # type: ignore[misc]
            self.run_act(
                self.operator.stop_step(self.incident_id, run), "Stopping it: INT now, TERM in 3s, KILL 2s later."
            )
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
        elif question.id == "type":
            self.run_act(self.operator.type_in(self.incident_id, str(question.data), value.encode() + b"\n"))

    def on_ask_control(self, event: Ask.Control) -> None:
        event.stop()
        self.run_act(self.operator.type_in(self.incident_id, str(event.question.data), event.data))

    def act_step_again(self) -> None:
        step = self.step()
        assert step is not None
        self._begin(self.incident(), step, again=True)

    def act_step_stop(self) -> None:
        step = self.step()
        assert step is not None and step.state.last is not None
        self.ask(asking.stop(step, step.state.last))

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

    def act_step_type(self) -> None:
        step = self.step()
        assert step is not None and step.state.last is not None
        self._watch_run(step)
        live = self.operator.watcher.now().runs.get(step.state.last.run)
        self.ask(asking.type_in(step, step.state.last.run, live or RunState("running")))

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
            text = self.query_one(OutputPane).copy_text()
            what = f"{len(text.splitlines())} lines of output"
        else:
            text, what = prepared.command, "The command"
        self.app.copy_to_clipboard(text)
        self.say(f"{what} was sent to the terminal's clipboard.", look.QUIET)

    def act_output_full(self) -> None:
        self.toggle_class("-full")
        (self.query_one(OutputPane) if self.has_class("-full") else self.query_one(ChecklistView)).focus()

    def act_output_times(self) -> None:
        self.query_one(OutputPane).toggle_times()

    def act_back(self) -> None:
        if self.has_class("-full"):
            self.act_output_full()
        elif self.query_one(OutputPane).has_focus:
            self.query_one(ChecklistView).focus()
        else:
            self.post_message(Go("back"))

    def focus_home(self) -> None:
        self.query_one(ChecklistView).focus()

    def current_list(self) -> RowList:
        return self.query_one(ChecklistView)

    def stop_asking(self) -> None:
        super().stop_asking()
        if self.has_class("-full"):
            self.query_one(OutputPane).focus()

    def act_pane_next(self) -> None:
        steps, log = self.query_one(ChecklistView), self.query_one(OutputPane)
        (steps if log.has_focus else log).focus()

    act_pane_previous = act_pane_next

    def on_run_log_moved(self) -> None:
        self._draw_output(self.operator.watcher.now(), self.now())

    # -- moving: in the steps, or in the output when it has the focus

    def _scroll(self, in_steps: str, in_log: str, *args: object, **named: object) -> None:
        log = self.query_one(OutputPane)
        if log.has_focus:
            getattr(log, in_log)()
        else:
            getattr(self.query_one(ChecklistView), in_steps)(*args, **named)

    def act_list_up(self) -> None:
        self._scroll("move", "line_up", -1)

    def act_list_down(self) -> None:
        self._scroll("move", "line_down", 1)

    def act_list_left(self) -> None:
        self._sideways("left", self.query_one(ChecklistView))

    def act_list_right(self) -> None:
        self._sideways("right", self.query_one(OutputPane))

    def _sideways(self, where: str, otherwise: Widget) -> None:
        """In the output: scroll long lines; in the steps: to the other pane."""
        log = self.query_one(OutputPane)
        if log.has_focus:
            getattr(log, where)()
        else:
            otherwise.focus()

    def act_list_page_up(self) -> None:
        self._scroll("page", "page_up", -1)

    def act_list_page_down(self) -> None:
        self._scroll("page", "page_down", 1)

    def act_list_first(self) -> None:
        self._scroll("ends", "home", last=False)

    def act_list_last(self) -> None:
        self._scroll("ends", "follow", last=True)


def _after(checklist: Checklist, key: str) -> str | None:
    """The first open step after `key`, else the first open one at all."""
    keys = [row.key for row in checklist.rows]
    at = keys.index(key) if key in keys else -1
    later = (row.key for row in checklist.rows[at + 1 :] if row.number is not None and row.state.word == "open")
    return next(later, checklist.next)
