"""Watch: what is broken, who has it, what happened last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from handrail.text import clean, fit_path
from screens import texts
from screens.actions.bind import bindings
from screens.actions.record import Facts
from screens.actions.table import ON_WATCH
from screens.base import WIDE, ActingScreen
from screens.going import Go
from screens.opening import Opening
from widgets import look
from widgets.activity import ActivityList
from widgets.ask import Ask
from widgets.board import Board
from widgets.headings import watch_first_row
from widgets.health_panel import WELL, HealthPanel, counts, poll_remark
from widgets.key_row import KeyRow
from widgets.line import Line, spread
from widgets.proposal import proposal_line

if TYPE_CHECKING:
    from datetime import datetime

    from textual.app import ComposeResult

    from handrail.snapshot import Snapshot


# Rows from which on an empty board has room to say things one below the other.
ROOMY = 30
# Cells from which on the three keys have room for whole sentences.
WIDE_ENOUGH = 72
PRACTICE = "practice world: nothing here touches the real one"
PRACTICE_IN_SHORT = "practice world, nothing real"


class WatchScreen(ActingScreen):
    """Health, the incident board and the newest activity."""

    ACTIONS = ON_WATCH
    BINDINGS = bindings(ON_WATCH)

    DEFAULT_CSS = """
    WatchScreen #middle { height: 1fr; layout: vertical; }
    WatchScreen.-wide #middle { layout: horizontal; }
    WatchScreen #board { height: 2fr; min-height: 5; }
    WatchScreen #health { height: 1fr; min-height: 6; }
    WatchScreen #activity { height: 5; }
    WatchScreen.-wide #health { width: 40%; max-width: 54; height: 1fr; }
    WatchScreen.-wide #board { width: 1fr; height: 1fr; }
    WatchScreen.-wide #activity { height: 8; }
    """

    def compose(self) -> ComposeResult:
        yield Line(id="first", classes="first")
        yield Line(id="second")
        with Vertical(id="middle"):
            panes: list[Widget] = [Board(id="board"), HealthPanel(id="health")]
            # In their final order at once: moving one lays out the first frame twice.
            yield from reversed(panes) if self.app.size.width >= WIDE else panes
        yield ActivityList(id="activity", empty=Text("  Nothing has happened yet.", look.QUIET))
        yield Line(id="say")
        yield Ask(id="ask")
        yield KeyRow(id="keys")

    def on_mount(self) -> None:
        self.ready = True
        self.repaint()

    def on_resize(self) -> None:
        middle = self.query_one("#middle")
        board, health = self.query_one(Board), self.query_one("#health")
        health_first = self.size.width >= WIDE
        if (middle.children[0] is health) != health_first:
            middle.move_child(health, **({"before": board} if health_first else {"after": board}))
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        self.repaint()
        if self.focused is None or not self.focused.region.width:
            self.focus_home()

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        wide = self.size.width >= WIDE
        actor = self.operator.actor
        self.query_one("#first", Line).show(
            watch_first_row(counts(snapshot.lamps), actor.name, actor.host, now, self.size.width, drill=self.drill)
        )
        self.query_one("#second", Line).show(_second_row(snapshot, self.size.width, drill=self.drill))
        known = not isinstance(self.operator, Opening)  # until then nobody knows what stands in the record
        empty = self._empty(snapshot) if known else Text("  The record is being opened.", look.QUIET)
        self.query_one(Board).show(snapshot.cards, snapshot.bad, now, empty, known=known)
        health = self.query_one(HealthPanel)
        health.empty = Text("\n  This pack has no probes." if known else "", look.QUIET)
        health.show_lamps(snapshot.lamps, wide=wide)
        health.title(
            "Health",
            Text(_how_many(len(snapshot.lamps)), look.QUIET),
            right=poll_remark(snapshot.polls, len(snapshot.lamps)) if known else Text(),
        )
        self.query_one(ActivityList).show_activity(snapshot.activity)
        self.query_one(ActivityList).title("Activity")

    def facts(self) -> Facts:
        snapshot = self.operator.watcher.now()
        board = self.query_one(Board)
        card = next((card for card in snapshot.cards if card.incident.id == board.cursor), None)
        return Facts(
            place="watch",
            me=self.operator.actor.name,
            incident=card.incident if card else None,
            part=self.query_one(HealthPanel).has_focus and bool(self.query_one(HealthPanel).cursor),
            open_incidents=len(snapshot.cards),
            last_place=getattr(self.app, "last_place", ""),
            stopped=snapshot.stopped,
        )

    def act_back(self) -> None:
        """There is nothing behind home, and one esc too many must not end the console."""
        self.say("This is home. q leaves Handrail; steps run on without it.", look.QUIET)

    def act_leave(self) -> None:
        self.post_message(Go("leave"))

    def focus_home(self) -> None:
        self.query_one(Board).focus_card()

    def standing(self) -> Text:
        snapshot = self.operator.watcher.now()
        if snapshot.store_note:
            return texts.store_note(snapshot)
        return proposal_line(snapshot.proposals, self.now(), self.size.width) or texts.busy(snapshot)

    def lamp_under_cursor(self) -> str:
        """The id of the lamp the operator looks at, "" when the focus is elsewhere."""
        health = self.query_one(HealthPanel)
        return health.cursor if health.has_focus else ""

    # -- moving

    def act_list_left(self) -> None:
        self.query_one(Board).sideways(-1)

    def act_list_right(self) -> None:
        self.query_one(Board).sideways(1)

    def act_pane_next(self) -> None:
        self._next_pane(1)

    def act_pane_previous(self) -> None:
        self._next_pane(-1)

    def _next_pane(self, by: int) -> None:
        board, health, activity = self.query_one(Board), self.query_one(HealthPanel), self.query_one(ActivityList)
        at = 1 if health.has_focus else 2 if activity.has_focus else 0
        target = (at + by) % 3
        if target == 0:
            board.focus_card()
        else:
            if target == 1 and health.cursor == WELL:
                health.ends(last=False)  # nobody comes here for what is well
            (health if target == 1 else activity).focus()

    def act_open(self) -> None:
        if self.query_one(HealthPanel).has_focus:
            self._open_lamp()
            return
        incident = self.facts().incident
        assert incident is not None
        self.post_message(Go("incident", incident.id))

    def _open_lamp(self) -> None:
        lamp = next((lamp for lamp in self.operator.watcher.now().lamps if lamp.id == self.lamp_under_cursor()), None)
        if lamp is not None:
            self.post_message(Go("lamp", f"{lamp.pack} {lamp.id}"))
        else:
            self.query_one(HealthPanel).unfold()
            self.repaint()

    def on_board_moved(self) -> None:
        self.repaint()

    def _empty(self, snapshot: Snapshot) -> Text:
        """What an empty board is, the keys that matter, where it lies and who shares it."""
        room = max(20, self.query_one(Board).size.width - len("  kept in ") - 2)
        where = fit_path(str(snapshot.state), room)
        others = {clean(one.name) for one in snapshot.consoles} - {clean(self.operator.actor.name)}
        shared = f"shared with {', '.join(sorted(others))}, who is here now" if others else "nobody else is here now"
        said = Text.assemble("  ", ("No incident is open.", look.STRONG), (" Declared ones stand here.", look.QUIET))
        keys = [Text.assemble((key, f"bold {look.ACCENT}"), (f"  {what}", look.TEXT)) for key, what in self._three()]
        if self.size.height < ROOMY:
            row = Text.assemble("  ", Text("   ").join([keys[0], keys[2], keys[1]]))
            return Text("\n").join([said, row, Text(f"  kept in {where}", look.QUIET), Text(f"  {shared}", look.QUIET)])
        kept = [Text(), Text(f"  kept in {where}", look.QUIET), Text(f"  {shared}", look.QUIET)]
        return Text("\n").join([Text(), said, Text(), *(Text.assemble("  ", key) for key in keys), *kept])

    def _three(self) -> tuple[tuple[str, str], ...]:
        """The three keys that matter to somebody who is here for the first time."""
        nearby = getattr(self.app, "nearby", None)
        if nearby is not None:
            plural = "" if nearby.count == 1 else "s"
            runbooks = f"opens one of {nearby.count} runbook{plural} in {nearby.folder.name}/"
        elif self.ready and any(pack.runbooks for pack in self.operator.packs):
            runbooks = "opens a runbook"
        else:
            bring = "bring yours: " if self.size.width >= WIDE_ENOUGH else ""
            runbooks = f"runbooks ({bring}handrail FOLDER)"
        return (("d", "declares one"), ("3", runbooks), ("?", "keys"))


def _how_many(lamps: int) -> str:
    return "" if not lamps else "1 lamp" if lamps == 1 else f"{lamps} lamps, worst first"


def _second_row(snapshot: Snapshot, width: int, *, drill: bool) -> Text:
    names = ", ".join(dict.fromkeys(clean(console.name) for console in snapshot.consoles))
    walls = f"   wall: {snapshot.walls}" if snapshot.walls else ""
    right = Text(f"consoles: {names or 'only this one'}{walls} ", look.QUIET)
    room = max(20, width - right.cell_len - 2)
    practice = PRACTICE if len(PRACTICE) < room else PRACTICE_IN_SHORT
    where = practice if drill else fit_path(str(snapshot.state), room)
    left = Text(f" {where}", look.QUIET)
    return spread(left, right, width)
