"""The table of keys beside the step: on Watch, a lamp, Runbooks, the timeline, under `m` and where all is over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace as anew
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from support.pilots import opened, readable, until
from support.still import GMAIL, LAMPS, NOW, TWILIO, StillClock, StillOperator, StillWatcher, operator
from textual.pilot import Pilot

from handrail.incident.incident import Incident
from handrail.paths import State
from handrail.runbook.classing import Classes
from handrail.snapshot import Snapshot
from screens.actions.bind import BY_ID
from screens.actions.table import MORE, MOVING, ON_INCIDENT, ON_LAMP, ON_RUNBOOKS, ON_TIMELINE, ON_WATCH
from screens.base import ActingScreen
from screens.going import Go
from screens.help import HelpScreen
from screens.incident import IncidentScreen
from screens.lamp import LampScreen
from screens.runbooks import RunbooksScreen
from screens.timeline import TimelineScreen
from screens.watch import WatchScreen
from tui.app import HandrailApp
from tui.start import ConsoleStart, Opener, Session
from widgets.ask import Ask
from widgets.checklist_view import ChecklistView
from widgets.health_panel import WELL, HealthPanel
from widgets.row_list import RowList

# What a key does: `act NAME` of the operator, `asks ID`, `goes SCREEN`, `pane ID`, `leaves`, or what it says; "" for
# what is seen in the picture alone.
Table = dict[str, str]
CLOSED = replace(GMAIL, status="closed", closed=True)
CHECKLIST = replace(GMAIL, kind="checklist", level=None, deadlines=(), conditions=())

ANYWHERE: Table = {
    "find": "asks find", "help": "goes HelpScreen", "palette": "goes Palette",
    "suspend": "ctrl+z does nothing here: steps run on", "declare": "goes DeclareDialog",
    "store.continue": "No stopped process holds the record.", "go.runbooks": "goes RunbooksScreen",
}
WATCH: Table = {
    **ANYWHERE, "open": "goes IncidentScreen", "note": "asks note", "incident.accept": "It is yours already.",
    "go.watch": "", "go.incident": "goes IncidentScreen", "go.others": "goes IncidentScreen",
    "go.last": "There is no place before this one yet.", "pane.next": "pane health", "pane.previous": "pane activity",
    "back": "This is home. q leaves Handrail", "leave": "leaves",
}
TIMELINE: Table = {
    **ANYWHERE, "go.watch": "goes WatchScreen", "go.incident": "goes IncidentScreen", "go.last": "goes WatchScreen",
    "go.others": "goes IncidentScreen", "note": "asks note", "copy": "6 lines of the timeline were sent",
    "pane.next": "", "pane.previous": "", "incident.accept": "It is yours already.",
    "incident.more": "asks more", "tab.next": "goes IncidentScreen", "tab.previous": "goes IncidentScreen",
    "timeline.open": "goes WholeText", "timeline.kind": "asks kind", "timeline.actor": "asks actor",
    "back": "goes IncidentScreen", "leave": "goes IncidentScreen",
}
LAMP: Table = {
    **ANYWHERE, "go.watch": "goes WatchScreen", "go.incident": "goes IncidentScreen", "go.last": "There is no place",
    "go.others": "goes IncidentScreen", "pane.next": "pane answer", "pane.previous": "pane answer",
    "back": "goes WatchScreen", "leave": "goes WatchScreen", "lamp.longer": "", "lamp.shorter": "",
    "lamp.runbook": "This lamp is linked to no runbook.", "lamp.ask": "act ask_now", "lamp.mute": "asks mute",
    "lamp.latch": "No latch holds this lamp: it becomes well by itself.",
}
NO_PROBE: Table = {
    **LAMP, "lamp.ask": "There is no probe behind this lamp.", "lamp.mute": "There is no probe behind this lamp."}
LATCHED: Table = {**LAMP, "lamp.latch": "asks latch"}
RUNBOOKS: Table = {
    **ANYWHERE, "go.watch": "goes WatchScreen", "go.incident": "goes IncidentScreen", "go.last": "There is no place",
    "go.others": "goes IncidentScreen", "go.runbooks": "", "find": "pane query", "pane.next": "pane outline",
    "pane.previous": "pane outline", "back": "goes WatchScreen", "leave": "goes WatchScreen",
    "runbooks.open": "No runbook is under the cursor.",
}
OVER = "This incident is closed. m then o reopens it."
OVER_BRIEF = "It is closed. m then o reopens it."
OF_CLOSED: Table = {
    **ANYWHERE, "go.watch": "goes WatchScreen", "go.incident": "", "go.last": "goes WatchScreen",
    "go.others": "goes IncidentScreen", "note": "asks note", "incident.more": "asks more", "text": "goes WholeText",
    "tab.next": "goes TimelineScreen", "tab.previous": "goes TimelineScreen", "pane.next": "pane log",
    "pane.previous": "pane log", "back": "goes WatchScreen", "leave": "goes WatchScreen",
    "incident.drift": "The runbook's file is what this checklist froze.", "step.values": "goes ValuesScreen",
    "step.enter": OVER, "step.proceed": OVER, "step.again": OVER, "step.edit": OVER_BRIEF,
    "step.edit-outside": OVER_BRIEF, "step.skip": OVER, "step.later": OVER, "step.wrong": OVER,
    "incident.accept": OVER_BRIEF,
    "step.stop": "Nothing runs here", "step.type": "Nothing runs here that could be typed into.",
    "copy": "The command was sent to", "output.full": "pane log",
}
MENU: Table = {
    "more.status": "asks status", "more.severity": "asks severity", "more.handover": "asks handover",
    "more.conditions": "asks condition", "more.collect": "This pack does not say where evidence is collected.",
    "more.link": "asks link-to",
    "more.false-alarm": "asks false-alarm", "more.reopen": "It is open already.", "more.correct": "asks correct",
    "more.class": "asks class",
}
MENU_CLOSED: Table = {
    **MENU, **dict.fromkeys(("more.status", "more.handover", "more.collect", "more.false-alarm", "more.severity"),
                            OVER_BRIEF),
    "more.reopen": "asks reopen", "more.class": OVER,
}
MENU_CHECKLIST: Table = {
    **MENU, "more.severity": "A checklist without an incident has no severity.",
    "more.handover": "This is a checklist without an incident", "more.conditions": "Nothing stands",
}


class Shown:
    """A console on facts that stand still, and what the last key brought."""

    def __init__(self, pilot: Pilot[Any], still: StillOperator) -> None:
        self.pilot, self.still = pilot, still
        self.app: HandrailApp = pilot.app  # type: ignore[assignment]
        self.before: tuple[object, object] = (None, None)
        self.asked: object = None
        self.reached: tuple[object, object] = (None, None)

    async def press(self, id: str) -> None:
        await readable(self.pilot)
        self.still.asked.clear()
        if isinstance(self.app.screen, ActingScreen):
            self.app.screen.unsay()
        await self.pilot.pause()
        self.before = (self.app.screen, self.app.focused)
        self.asked = next((ask.question for ask in self.app.screen.query(Ask)), None)
        await self.pilot.press(BY_ID[id].keys[0])

    def did(self) -> str:
        """In the words of the table; "" while nothing shows yet."""
        screen = self.app.screen
        if self.app._exit:
            return "leaves"
        if screen is not self.before[0]:
            return f"goes {type(screen).__name__}"
        if self.still.asked:
            return f"act {self.still.asked[0][0]}"
        assert isinstance(screen, ActingScreen)
        question = screen.query_one(Ask).question
        if question is not None and question is not self.asked:
            return f"asks {question.id}"
        if screen._saying is not None:
            return screen._saying.plain.strip()
        focused = self.app.focused
        return f"pane {focused.id}" if focused is not None and focused is not self.before[1] else ""

    async def home(self) -> None:
        """Back to Watch, with nothing asked, from wherever a key led."""
        while not isinstance(self.app.screen, WatchScreen) or self.asking():
            await readable(self.pilot)
            await self.pilot.press("escape")
            await self.pilot.pause()
        self.app.places.last = ""
        self.app.screen.focus_home()
        await self.pilot.pause()

    async def stayed(self) -> bool:
        """Whether what was reached for the key before is still in front; with nothing asked, and as it came."""
        if self.app.screen is not self.reached[0]:
            return False
        while self.asking():
            await readable(self.pilot)
            await self.pilot.press("escape")
            await self.pilot.pause()
        return (self.app.screen, self.app.focused) == self.reached

    def asking(self) -> bool:
        asks = self.app.screen.query(Ask)
        return any(ask.question is not None for ask in asks)

    async def incident(self) -> None:
        if await self.stayed():
            return
        await self.home()
        self.app.places.show(self.still.watcher.open()[0].id)
        await until(self.pilot, lambda: isinstance(self.app.screen, IncidentScreen), what="the incident")
        await until(self.pilot, lambda: any(view.rows for view in self.app.screen.query(ChecklistView)), what="steps")
        self.app.screen.query_one(ChecklistView).go("c1:item2")
        await self.pilot.pause()
        self.reached = self.app.screen, self.app.focused

    async def timeline(self) -> None:
        if await self.stayed():
            return
        await self.incident()
        await self.pilot.press("right_square_bracket")
        await until(self.pilot, lambda: isinstance(self.app.screen, TimelineScreen), what="the timeline")
        self.reached = self.app.screen, self.app.focused

    async def more(self) -> None:
        await self.incident()
        await self.press("incident.more")
        await until(self.pilot, lambda: self.did() == "asks more", what="the menu")


def still(first: Incident | None) -> StillOperator:
    """Two incidents, `first` and one more; nothing at all for None."""
    if first is None:
        base = operator("empty")
        return StillOperator(StillWatcher(anew(base.watcher.now(), lamps=operator().watcher.now().lamps), ()))
    facts: Snapshot = operator().watcher.now()
    cards = tuple(anew(card, incident=first) if card.incident.id == first.id else card for card in facts.cards)
    found = StillOperator(StillWatcher(anew(facts, cards=cards, at=NOW), (first, TWILIO)))
    found.last_act = lambda incident: incident.events[-1]  # type: ignore[attr-defined]
    return found


class Acts:
    """What can be done with lamps: remembered as it was asked for."""

    def __init__(self, known: StillOperator) -> None:
        self.known = known

    def __getattr__(self, name: str) -> Any:
        return getattr(self.known, name)


async def hold(first: Incident | None, table: Table, reach: Callable[[Shown], Awaitable[None]],
               prepare: Callable[[StillOperator], object] = id) -> None:
    """Press each key of the table where `reach` leads."""
    known = still(first)
    prepare(known)
    known.watcher.classes = Classes  # type: ignore[attr-defined]
    opener = Opener(Path("/var/lib/handrail"), lambda: Session(known, ConsoleStart()))  # type: ignore[arg-type]
    app = HandrailApp(opener, clock=StillClock())
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        shown = Shown(pilot, known)
        for id, wanted in sorted(table.items(), key=lambda row: row[1] == "leaves"):
            await reach(shown)
            await shown.press(id)
            if not wanted:  # it leads where one is: no other effect, and nothing breaks
                await pilot.pause()
                assert shown.did() == "", id
                continue
            seen = await until(pilot, shown.did, what=f"{id} shows nothing")
            assert seen.startswith(wanted), (id, seen)
            if not wanted.startswith(("asks ", "act ", "goes ", "pane ", "leaves")):
                assert seen.endswith("."), "what it says is a sentence"
                assert known.asked == [], "and it does nothing"


async def test_watch() -> None:
    await hold(GMAIL, WATCH, Shown.home)


async def test_watch_when_nothing_is_open() -> None:
    none = "No incident is open. d declares one."
    here = "No incident is under the cursor. d declares one."
    await hold(replace(GMAIL, holder="ade"), {"incident.accept": "asks accept"}, Shown.home)
    await hold(None, {"open": none, "go.incident": none, "go.others": "No other incident is open.", "note": here,
                      "incident.accept": here, "declare": "goes DeclareDialog"}, Shown.home)


async def on_lamps(shown: Shown) -> None:
    await shown.home()
    await shown.pilot.press("tab")
    await until(shown.pilot, lambda: shown.app.screen.query_one(HealthPanel).has_focus, what="the lamps")


async def test_enter_on_the_lamps_that_are_well_shows_them_and_folds_them_again() -> None:
    known = still(None)
    opener = Opener(Path("/var/lib/handrail"), lambda: Session(known, ConsoleStart()))  # type: ignore[arg-type]
    app = HandrailApp(opener, clock=StillClock())
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        shown = Shown(pilot, known)
        await on_lamps(shown)
        lamps = app.screen.query_one(HealthPanel)
        await pilot.press("G")
        assert lamps.cursor == WELL
        few = len(lamps.rows)
        await pilot.press("enter")
        await until(pilot, lambda: len(lamps.rows) > few, what="they are shown")
        await pilot.press("enter")
        await until(pilot, lambda: len(lamps.rows) == few, what="they are folded")


@pytest.mark.parametrize(("lamp", "table"), [
    (anew(LAMPS[2], pack="alwaysclaw"), LAMP), (anew(LAMPS[2], pack="alwaysclaw", id="config:x"), NO_PROBE),
    (anew(LAMPS[2], pack="alwaysclaw", latched=True), LATCHED)], ids=["a lamp", "no probe", "latched"])
async def test_a_lamp(lamp: Any, table: Table, tmp_path: Path) -> None:
    def prepare(known: StillOperator) -> None:
        known.state, known.lamps = State(tmp_path), Acts(known)  # type: ignore[attr-defined]
        known.watcher._snapshot = anew(known.watcher.now(), lamps=(lamp,))

    async def reach(shown: Shown) -> None:
        if await shown.stayed():
            return
        await shown.home()
        shown.app.places.go(Go("lamp", f"{lamp.pack} {lamp.id}"))
        await until(shown.pilot, lambda: isinstance(shown.app.screen, LampScreen) and shown.app.focused is not None)
        shown.reached = shown.app.screen, shown.app.focused

    await hold(GMAIL, {id: wanted for id, wanted in table.items() if id.startswith("lamp.") or (
        table is LAMP and id not in ANYWHERE)}, reach, prepare)


async def in_runbooks(shown: Shown) -> None:
    if await shown.stayed():
        return
    await shown.home()
    shown.app.places.runbooks()
    await until(shown.pilot, lambda: isinstance(shown.app.screen, RunbooksScreen) and shown.app.focused is not None)
    await until(shown.pilot, lambda: shown.app.screen._result is not None, what="the library was looked through")
    shown.app.screen.focus_home()
    await shown.pilot.pause()
    shown.reached = shown.app.screen, shown.app.focused


# What is the same everywhere is tried on Watch in the common run, and in every place by night.
PLACES = [(GMAIL, TIMELINE, Shown.timeline), (CLOSED, OF_CLOSED, Shown.incident), (GMAIL, RUNBOOKS, in_runbooks)]


@pytest.mark.parametrize(("incident", "table", "reach"), PLACES, ids=["timeline", "closed", "runbooks"])
async def test_a_place_of_an_incident(incident: Incident, table: Table, reach: Callable[..., Any]) -> None:
    await hold(incident, {id: wanted for id, wanted in table.items() if id not in ANYWHERE}, reach)


@pytest.mark.nightly
@pytest.mark.parametrize(("incident", "table", "reach"), PLACES, ids=["timeline", "closed", "runbooks"])
async def test_what_is_the_same_everywhere(incident: Incident, table: Table, reach: Callable[..., Any]) -> None:
    await hold(incident, {id: wanted for id, wanted in table.items() if id in ANYWHERE}, reach)


@pytest.mark.parametrize(("incident", "table"), [
    (GMAIL, MENU), (CLOSED, MENU_CLOSED), (CHECKLIST, MENU_CHECKLIST)], ids=["open", "closed", "checklist"])
async def test_the_menu(incident: Incident, table: Table) -> None:
    await hold(incident, table, Shown.more)


async def test_the_help_page_says_every_key_with_its_whole_sentence_in_the_smallest_terminal() -> None:
    known = still(GMAIL)
    opener = Opener(Path("/var/lib/handrail"), lambda: Session(known, ConsoleStart()))  # type: ignore[arg-type]
    app = HandrailApp(opener, clock=StillClock())
    async with app.run_test(size=(60, 20)) as pilot:
        await opened(pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen) and app.screen.query_one(RowList).rows)
        rows = app.screen.query_one(RowList).rows
        assert max(line.cell_len for row in rows for line in row.lines) < 60
        said = {row.key: " ".join(" ".join(line.plain for line in row.lines).split()) for row in rows}
        for id in WATCH:
            assert BY_ID[id].help in said[id] and BY_ID[id].written in said[id]


@pytest.mark.parametrize(("table", "actions"), [
    (WATCH, ON_WATCH), (TIMELINE, ON_TIMELINE), (OF_CLOSED, ON_INCIDENT), (MENU, MORE), (MENU_CLOSED, MORE),
    (MENU_CHECKLIST, MORE), (LAMP, ON_LAMP), (NO_PROBE, ON_LAMP), (LATCHED, ON_LAMP), (RUNBOOKS, ON_RUNBOOKS)])
def test_the_tables_name_every_key_of_their_place(table: Table, actions: tuple[Any, ...]) -> None:
    assert set(table) == {action.id for action in actions} - {action.id for action in MOVING}
