"""The timeline of an incident: everything that was done and said, by whom and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from handrail.board import names
from handrail.incident.checklist import Checklist
from handrail.incident.incident import Incident
from handrail.text import clean
from screens import texts
from screens.actions.bind import bindings
from screens.actions.record import Facts
from screens.actions.table import ON_TIMELINE
from screens.base import ActingScreen
from screens.going import Go
from screens.more import MoreActs
from widgets import look
from widgets.ask import Ask
from widgets.headings import clocks_row, incident_first_row
from widgets.key_row import KeyRow
from widgets.line import Line
from widgets.question import Choice, Question, question_line
from widgets.timeline_view import GROUPS, TimelineView, whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual.app import ComposeResult

    from handrail.incident.events import Event
    from handrail.operator.operator import Operator
    from handrail.snapshot import Snapshot
    from widgets.row_list import RowList


class TimelineScreen(MoreActs, ActingScreen):
    """Events with filters by kind and by person."""

    ACTIONS = ON_TIMELINE
    BINDINGS = bindings(ON_TIMELINE)

    def __init__(self, operator: Operator, incident_id: str, *, drill: bool = False) -> None:
        super().__init__(operator, drill=drill)
        self.incident_id = incident_id

    def compose(self) -> ComposeResult:
        yield Line(id="first", classes="first")
        yield Line(id="clocks")
        yield TimelineView(id="events")
        yield Line(id="say")
        yield Ask(id="ask")
        yield KeyRow(id="keys")

    def on_mount(self) -> None:
        self.ready = True
        self.repaint()
        self.events.focus()

    @property
    def events(self) -> TimelineView:
        return self.query_one(TimelineView)

    def incident(self) -> Incident:
        return self.operator.watcher.incident(self.incident_id) or Incident(id=self.incident_id)

    def name_of(self) -> Callable[[str], str]:
        return names(self.operator.watcher.checklist(self.incident_id) or Checklist())

    def event(self) -> Event | None:
        return next((event for event in self.incident().events if str(event.n) == self.events.cursor), None)

    def facts(self) -> Facts:
        return Facts(
            place="timeline",
            me=self.operator.actor.name,
            incident=self.incident(),
            last_place=getattr(self.app, "last_place", ""),
            open_incidents=len(self.operator.watcher.now().cards),
            output=self.event() is not None,
            stopped=self.operator.watcher.now().stopped,
        )

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        incident = self.incident()
        self.query_one("#first", Line).show(incident_first_row(incident, now, self.size.width, drill=self.drill))
        self.query_one("#clocks", Line).show(clocks_row(incident, now, self.size.width))
        shown = self.events.show_events(incident, self.name_of())
        filters = ", ".join(
            part for part in (self.events.kind, self.events.actor and f"by {clean(self.events.actor)}") if part
        )
        self.events.title(
            "Timeline",
            Text(f"only {filters}" if filters else "all events", look.WARN if filters else look.QUIET),
            right=Text(f"{shown} of {incident.rev}", look.QUIET),
        )

    def standing(self) -> Text:
        return texts.store_note(self.operator.watcher.now())

    # -- looking

    def act_timeline_kind(self) -> None:
        choices = [Choice("1", "all events", "")]
        choices += [Choice(str(index), group, group) for index, group in enumerate(GROUPS, 2)]
        self.ask(
            Question(
                "kind",
                "choice",
                (question_line("SHOW", "which kind of event", look.ACCENT),),
                choices=tuple(choices),
                value=self.events.kind,
            )
        )

    def act_timeline_actor(self) -> None:
        people = list(dict.fromkeys(event.actor.name for event in self.incident().events))[:8]
        choices = [Choice("1", "everybody", "")]
        choices += [Choice(str(index), person, person) for index, person in enumerate(people, 2)]
        self.ask(
            Question(
                "actor",
                "choice",
                (question_line("SHOW", "whose events", look.ACCENT),),
                choices=tuple(choices),
                value=self.events.actor,
            )
        )

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        if question.id == "kind":
            self.events.kind = value
        elif question.id == "actor":
            self.events.actor = value
        self.repaint()

    def act_timeline_open(self) -> None:
        self.act_text()

    def act_text(self) -> None:
        event = self.event()
        if event is None:
            self.say("No event is under the cursor.")
            return
        from widgets.dialogs.whole_text import WholeText

        title = Text(f" Event {event.n}", f"bold {look.STRONG}")
        self.app.push_screen(WholeText(title, whole(self.incident(), event, self.name_of())))

    def act_copy(self) -> None:
        event = self.event()
        lines = [self.events.rows[index].lines[0].plain.strip() for index in range(len(self.events.rows))]
        self.app.copy_to_clipboard("\n".join(lines))
        self.say(
            f"{len(lines)} lines of the timeline were sent to the terminal's clipboard."
            if event
            else "Nothing to copy."
        )

    def act_tab_next(self) -> None:
        self.post_message(Go("incident", self.incident_id))

    act_tab_previous = act_tab_next

    def act_pane_next(self) -> None:
        self.events.focus()

    act_pane_previous = act_pane_next

    def current_list(self) -> RowList:
        return self.events

    def focus_home(self) -> None:
        self.set_focus(self.events)
