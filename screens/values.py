"""The values sheet: all blanks of a section once, with the exact commands that their values make."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs
from rich.text import Text
from textual.containers import Container
from textual.widgets import Input

from handrail.errors import HandrailError
from handrail.incident.checklist import Checklist, split_key
from handrail.incident.incident import Incident, Value
from handrail.incident.prepare import HIDDEN
from handrail.runs.supervision.masking import SHORTEST
from handrail.text import clean
from handrail.values.sheet import Blank, blanks, of_section, section_of
from screens import texts
from screens.actions.bind import bindings
from screens.actions.record import Facts
from screens.actions.table import ON_VALUES
from screens.base import WIDE, ActingScreen
from screens.checklist.commands import FillsFromCommands
from screens.going import Go
from widgets import look
from widgets.ask import Ask
from widgets.headings import incident_first_row
from widgets.key_row import KeyRow
from widgets.line import Line
from widgets.question import Question, question_line
from widgets.values import BlankDetail, BlankList, detail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from textual import events
    from textual.app import ComposeResult

    from handrail.operator.operator import Operator, Prepared
    from handrail.snapshot import Snapshot
    from handrail.values.suggestions import Suggestion
    from widgets.row_list import RowList

# What was typed and not taken yet, by incident, call and blank. It outlives the sheet.
Drafts = dict[tuple[str, str, str], str]


class ValuesScreen(FillsFromCommands, ActingScreen):
    """Blanks above, the one under the cursor below. With `only` it is about one step, and leaves when that can run."""

    ACTIONS = ON_VALUES
    BINDINGS = bindings(ON_VALUES)

    DEFAULT_CSS = """
    ValuesScreen #body { height: 1fr; layout: vertical; }
    ValuesScreen #blanks { height: 1fr; min-height: 3; }
    ValuesScreen #detail { height: 2fr; min-height: 6; }
    ValuesScreen.-wide #blanks { height: 2fr; }
    ValuesScreen.-wide #detail { height: 3fr; }
    """

    def __init__(
        self, operator: Operator, incident_id: str, key: str, drafts: Drafts, *, only: bool = False, drill: bool = False
    ) -> None:
        super().__init__(operator, drill=drill)
        self.incident_id = incident_id
        self.key = key
        self.call = split_key(key)[0].partition("#")[0]
        self._drafts = drafts
        self._only = only
        self._secret: dict[str, bool] = {}  # what a person said about a name, against its looks
        self._digit = 0
        self._offered: dict[str, tuple[Suggestion, ...]] | None = None

    def compose(self) -> ComposeResult:
        yield Line(id="first", classes="first")
        with Container(id="body"):
            yield BlankList(id="blanks", empty=Text("\n  Nothing here asks for a value.", look.QUIET))
            yield BlankDetail(id="detail")
        yield Line(id="say")
        yield Ask(id="ask")
        yield KeyRow(id="keys")

    def on_mount(self) -> None:
        self.ready = True
        self.repaint()
        self.rows.go(next((blank.name for blank in self.blanks() if not blank.filled), ""))
        self.rows.focus()
        self.run_worker(self._look_back(), group="suggestions", exit_on_error=False)

    async def _look_back(self) -> None:
        names = [blank.name for blank in self.blanks() if not blank.secret]
        try:
            self._offered = await asyncio.wrap_future(self.operator.suggested(self.incident(), self.call, names))
        except HandrailError:
            self._offered = {}
        self.repaint()

    # -- what is shown

    @property
    def rows(self) -> BlankList:
        return self.query_one(BlankList)

    def cursor(self) -> str:
        """The name of the blank under the cursor; "" also while the sheet is being made or left."""
        rows = self.query_one_optional(BlankList)
        return rows.cursor if rows is not None else ""

    def incident(self) -> Incident:
        return self.operator.watcher.incident(self.incident_id) or Incident(id=self.incident_id)

    def checklist(self) -> Checklist:
        return self.operator.watcher.checklist(self.incident_id) or Checklist()

    def blanks(self) -> tuple[Blank, ...]:
        incident = self.incident()
        pack = next((pack for pack in self.operator.packs if pack.id == incident.pack), None)
        secrets = self.operator.secrets.of(self.incident_id, self.call)
        found = blanks(incident, self.checklist(), self.key, pack, secrets, self._only)
        return tuple(replace(one, secret=self._secret.get(one.name, one.secret)) if not one.by else one
                     for one in found)

    def blank(self) -> Blank | None:
        return next((one for one in self.blanks() if one.name == self.cursor()), None)

    def suggestions(self) -> tuple[Suggestion, ...] | None:
        return None if self._offered is None else self._offered.get(self.cursor(), ())

    def facts(self) -> Facts:
        snapshot, blank = self.operator.watcher.now(), self.blank()
        return Facts(
            place="values",
            incident=self.incident(),
            open_incidents=len(snapshot.cards),
            last_place=getattr(self.app, "last_place", ""),
            stopped=snapshot.stopped,
            blank=blank is not None,
            filled=blank is not None and blank.filled and blank.by != "the pack",
            offered=0 if blank is None or blank.secret else len(self.suggestions() or ()),
            filling=self.filling() is not None,
        )

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        if self.query_one_optional(BlankList) is None:
            return
        incident, found = self.incident(), self.blanks()
        self.query_one("#first", Line).show(incident_first_row(incident, now, self.size.width, drill=self.drill))
        self.rows.show_blanks(found, {name: text for (id, call, name), text in self._drafts.items()
                                      if (id, call) == (self.incident_id, self.call)}, now)
        what = self._what(found)
        open_ = sum(not one.filled for one in found)
        self.rows.title("Values", Text(what, look.TEXT),
                        right=Text(f"{open_} of {len(found)} open", look.WARN if open_ else look.QUIET))
        self._draw_detail(now)
        self.look_at_filling()

    def _what(self, found: Sequence[Blank]) -> str:
        """Whose blanks these are: the step's, the section's, or where that asks for nothing the whole runbook's."""
        checklist = self.checklist()
        row, head = checklist.row(self.key), section_of(checklist, self.key)
        if self._only and row is not None:
            return f"step {row.number}"
        here = {one.key for one in of_section(checklist, self.key)}
        if found and not any(use.key in here for one in found for use in one.uses):
            head = checklist.row(self.key.partition(":")[0]) or head
        return clean(head.title) if head else ""

    def _draw_detail(self, now: datetime) -> None:
        pane, blank = self.query_one(BlankDetail), self.blank()
        if blank is None:
            pane.title("Blank")
            pane.show(Text())
            return
        pane.title(Text(clean(blank.name), look.STRONG),
                   right=Text(f"from {clean(blank.source, 40)}" if blank.source else "", look.QUIET))
        width = max(20, pane.size.width - (2 if self.size.width >= WIDE else 1))
        commands = [(row.number, prepared) for row in blank.uses
                    if (prepared := self._prepared(row.key, blank)) is not None]
        pane.show(detail(blank, commands, self.suggestions(), now, width, max(4, pane.size.height)))

    def _prepared(self, key: str, blank: Blank) -> Prepared | None:
        """What the step would run, with what is typed right now as if it had been taken."""
        incident, typed = self.incident(), self._typed(blank)
        if typed:
            others = tuple(value for value in incident.values if (value.call, value.name) != (self.call, blank.name))
            as_if = Value(blank.name, HIDDEN if blank.secret else typed, self.call, self.operator.actor.name)
            incident = structs.replace(incident, values=(*others, as_if))
        try:
            return self.operator.prepared(incident, key)
        except HandrailError:
            return None

    def _typed(self, blank: Blank) -> str:
        ask = self.query_one(Ask)
        if ask.question is not None and ask.question.id == "value":
            return ask.typed
        return "" if blank.secret else self._drafts.get(self._place(blank.name), "")

    def _place(self, name: str) -> tuple[str, str, str]:
        return self.incident_id, self.call, name

    def standing(self) -> Text:
        return texts.store_note(self.operator.watcher.now()) or self.filling_note()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        self.unsay()
        self.repaint()

    def current_list(self) -> RowList:
        return self.rows

    def focus_home(self) -> None:
        self.rows.focus()

    def act_pane_next(self) -> None:
        self.rows.move(1)

    def act_pane_previous(self) -> None:
        self.rows.move(-1)

    # -- filling in

    def act_values_edit(self) -> None:
        blank = self.blank()
        assert blank is not None
        self._edit(blank, self._drafts.get(self._place(blank.name), blank.text or ""))

    def _edit(self, blank: Blank, text: str) -> None:
        line = question_line("SECRET" if blank.secret else "VALUE", blank.name, look.ACCENT)
        self.ask(Question("value", "text", (line,), value="" if blank.secret else text, secret=blank.secret,
                          required=blank.secret, placeholder="what it is; enter takes it, esc keeps it half typed",
                          data=blank))

    def on_input_changed(self, event: Input.Changed) -> None:
        question = self.query_one(Ask).question
        if question is None or question.id != "value" or not isinstance(question.data, Blank):
            return
        if not question.secret:
            self._drafts[self._place(question.data.name)] = event.value
        self._draw_detail(self.now())

    def on_ask_left(self, event: Ask.Left) -> None:
        question = event.question
        if question.id == "value" and isinstance(question.data, Blank):
            place = self._place(question.data.name)
            if self._drafts.get(place, "") == (question.data.text or ""):
                self._drafts.pop(place, None)
        super().on_ask_left(event)

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        if question.id == "value" and isinstance(question.data, Blank):
            blank = question.data
            if blank.secret:
                future = self.operator.fill_secret(self.incident_id, self.call, blank.name, value)
            else:
                future = self.operator.fill_in(self.incident_id, self.call, blank.name, value)
            short = blank.secret and len(value.encode()) < SHORTEST
            said = f"So short a secret is not masked where a step prints it; from {SHORTEST} characters on it is."
            self.run_act(future, said if short else "", then=lambda _: self.filled(blank.name))

    def filled(self, name: str) -> None:
        """A blank was filled: on to the next open one, or back to the step once it can run."""
        self._drafts.pop(self._place(name), None)
        self.repaint()
        if self.query_one_optional(BlankList) is None:
            return  # the sheet was left while the record was written
        found = self.blanks()
        after = [one.name for one in found if not one.filled]
        if self._only and not after:
            self.post_message(Go("back"))
        elif after and self.rows.cursor == name:
            self.rows.go(after[0])

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character.isdigit():
            self._digit = int(event.character)

    def act_values_suggestion(self) -> None:
        blank, offered, digit = self.blank(), self.suggestions() or (), self._digit
        if blank is not None and 0 < digit <= len(offered):
            self._edit(blank, offered[digit - 1].text)
        else:
            self.say(f"There is no suggestion {digit} here.")

    def act_values_empty(self) -> None:
        blank = self.blank()
        assert blank is not None
        self._drafts.pop(self._place(blank.name), None)
        self.run_act(self.operator.empty(self.incident_id, self.call, blank.name), "It is open again.")

    def act_values_secret(self) -> None:
        blank = self.blank()
        assert blank is not None
        if blank.by:
            self.say("It is filled already. backspace opens it again; then s says what it is.")
            return
        self._secret[blank.name] = not blank.secret
        self._drafts.pop(self._place(blank.name), None)
        self.repaint()
