"""Every key, made from the action records: what a key does here comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from screens.actions.bind import bindings
from screens.actions.record import PLACES, Action, Facts, Place
from screens.actions.table import ALL, EVERYWHERE, MOVING
from screens.actions.table import PLACES as PLACE_KEYS
from screens.base import ActingScreen
from screens.going import Go
from widgets import look
from widgets.ask import Ask
from widgets.headings import keys_first_row
from widgets.key_row import KeyRow
from widgets.line import Line
from widgets.row_list import Row, RowList
from widgets.wrap import by_words, indented

if TYPE_CHECKING:
    from datetime import datetime

    from textual.app import ComposeResult

    from handrail.operator.operator import Operator
    from handrail.snapshot import Snapshot

ON_HELP = EVERYWHERE + MOVING + PLACE_KEYS
OFFERED = tuple(action for action in ON_HELP if not action.id.startswith("pane."))  # there is only one
ORDER: dict[str, tuple[Place, ...]] = {
    "watch": ("watch", "any screen", "incident", "m", "list", "everywhere", "step", "output", "timeline", "wall"),
    "incident": ("step", "output", "incident", "m", "any screen", "list", "everywhere", "timeline", "watch", "wall"),
    "lamp": ("lamp", "any screen", "list", "everywhere", "watch", "incident", "m", "step", "output", "wall"),
    "timeline": ("timeline", "incident", "m", "any screen", "list", "everywhere", "step", "output", "watch", "wall"),
    "runbooks": ("runbooks", "any screen", "list", "everywhere", "watch", "incident", "m", "step", "output", "wall"),
    "values": ("values", "list", "everywhere", "step", "output", "incident", "m", "any screen", "watch", "wall"),
}
# Cells that the keys take, with what stands before them.
KEYS = 19
ITEM_WORDS = (
    "ran: it ended with exit 0 and the runbook expects nothing, so you judge (enter: seen, !: looks wrong)",
    "passed: what the runbook expects was there.   confirmed: it ran and a person looked",
    "failed: wrong exit or wrong result.   inconclusive: the facts cannot tell.   lost, unknown: nobody saw the end",
)


class HelpScreen(ActingScreen):
    """A page of keys."""

    ACTIONS = ON_HELP
    BINDINGS = bindings(ON_HELP)

    def __init__(self, operator: Operator, place: str, *, drill: bool = False) -> None:
        super().__init__(operator, drill=drill)
        self.place = place

    def compose(self) -> ComposeResult:
        yield Line(id="first", classes="first")
        yield RowList(id="help")
        yield Line(id="say")
        yield Ask(id="ask")
        yield KeyRow(id="keys")

    def on_mount(self) -> None:
        self.ready = True
        self._fill()
        self.query_one("#help", RowList).focus()
        self.repaint()

    def on_resize(self) -> None:
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        """Every key with its whole sentence, over as many rows as that takes here."""
        width = (self.size.width or 80) - 4
        rows: list[Row] = []
        first, *_ = order = ORDER.get(self.place, ORDER["watch"])
        for place in (*order, *(place for place in PLACES if place not in order)):
            rows.append(Row(f"#{place}", (Text(f" {PLACES[place]}", f"bold {look.ACCENT}"),), selectable=False))
            rows += [Row(action.id, _lines(action, width)) for action in ALL if action.place == place]
        rows.append(Row("#words", (Text(" How a step ended", f"bold {look.ACCENT}"),), selectable=False))
        rows += [Row(f"word{i}", tuple(indented(Text(f"   {words}", look.TEXT), width)))
                 for i, words in enumerate(ITEM_WORDS)]
        self.query_one("#help", RowList).show(rows)
        self.query_one("#help", RowList).title("Keys", right=Text(f"here first: {PLACES[first].lower()}", look.QUIET))

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        self.query_one("#first", Line).show(keys_first_row(now, self.size.width, drill=self.drill))

    def facts(self) -> Facts:
        snapshot = self.operator.watcher.now()
        return Facts(place="help", open_incidents=len(snapshot.cards), last_place=getattr(self.app, "last_place", ""))

    def actions_here(self) -> tuple[Action, ...]:
        return OFFERED

    def act_back(self) -> None:
        self.post_message(Go("back"))

    def act_help(self) -> None:
        self.post_message(Go("back"))

    def act_pane_next(self) -> None:
        self.query_one("#help", RowList).focus()

    act_pane_previous = act_pane_next

    def current_list(self) -> RowList:
        return self.query_one("#help", RowList)


def _lines(action: Action, width: int) -> tuple[Text, ...]:
    begin, *rest = by_words(Text(action.help, look.TEXT), max(20, width - KEYS))
    keys = Text(f"   {action.written:<{KEYS - 3}}", f"bold {look.STRONG}")
    return (Text.assemble(keys, begin), *(Text.assemble(" " * keys.cell_len, line) for line in rest))
