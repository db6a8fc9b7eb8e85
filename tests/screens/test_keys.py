"""The table of keys: what each key does to a step in each of its states, or that it is refused with a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs
from support.pilots import opened, until
from support.still import GMAIL, StillClock, StillOperator, StillWatcher, attempt, operator

from handrail.incident.incident import Incident, ItemState
from screens.incident import IncidentScreen
from screens.watch import WatchScreen
from tui.app import HandrailApp
from tui.start import ConsoleStart, Opener, Session
from widgets.ask import Ask
from widgets.checklist_view import ChecklistView

READS, CHANGES, DESTROYS, TICK, QUESTION, READING = (f"c1:item{n}" for n in (3, 1, 2, 5, 6, 8))
ENDED = ("failed", "inconclusive", "stopped", "timed out", "unknown", "did not start", "lost")
KEYS = ("enter", "p", "r", "x", "s", "l", "e", "i", "exclamation_mark")


def state(word: str, *, ran: bool = True, **more: object) -> ItemState:
    verdict = "" if word == "running" else "ran" if word == "confirmed" else word
    attempts = (attempt("r9", verdict, "why it ended so"),) if ran else ()
    return ItemState(word, by="kim", attempts=attempts, **more)  # type: ignore[arg-type]


# name of the state: (the item it is about, its state)
STATES: dict[str, tuple[str, ItemState]] = {
    "open, reads": (READS, ItemState()),
    "open, changes": (CHANGES, ItemState()),
    "open, destroys": (DESTROYS, ItemState()),
    "open, a tick": (TICK, ItemState()),
    "open, a question": (QUESTION, ItemState()),
    "for reading": (READING, ItemState()),
    "running": (CHANGES, state("running")),
    "ran": (CHANGES, state("ran")),
    "passed": (READS, state("passed")),
    "confirmed": (CHANGES, state("confirmed", seen=True)),
    **{word: (CHANGES, state(word)) for word in ENDED},
    "ticked": (TICK, state("ticked", ran=False)),
    "skipped": (CHANGES, state("skipped", ran=False)),
    "deferred": (CHANGES, state("deferred", ran=False)),
}

# What a key does: `act NAME` of the operator, `asks ID` of a question, `goes NAME`, or the beginning of its refusal.
OVER = {"enter": "asks after-failure", "r": "asks consent", "x": "Nothing runs here", "s": "asks skip",
        "l": "asks later", "e": "asks edit", "i": "Nothing runs here",
        "exclamation_mark": "Only a step that ended as ran"}
FRESH = {"r": "It has not run yet", "x": "Nothing runs here", "s": "asks skip", "l": "asks later", "e": "asks edit",
         "i": "Nothing runs here", "exclamation_mark": "Only a step that ended as ran"}
BY_HAND = {**FRESH, "r": "Only a step that runs", "e": "Only the command of a step"}
TABLE: dict[str, dict[str, str]] = {
    "open, reads": {**FRESH, "enter": "act start_step"},
    "open, changes": {**FRESH, "enter": "asks consent"},
    "open, destroys": {**FRESH, "enter": "asks consent"},
    "open, a tick": {**BY_HAND, "enter": "act tick"},
    "open, a question": {**BY_HAND, "enter": "act tick"},
    "for reading": {**BY_HAND, "enter": "goes WholeText"},
    "running": {"enter": "goes output", "r": "It is still running", "x": "asks stop", "s": "It is running",
                "l": "It is running", "e": "It is running", "i": "act take_keyboard",
                "exclamation_mark": "Only a step that ended as ran"},
    "ran": {**OVER, "enter": "act judge", "exclamation_mark": "asks wrong"},
    "passed": {**OVER, "enter": "goes output", "s": "It is already passed", "l": "It is already passed"},
    "confirmed": {**OVER, "enter": "goes output", "s": "It is already confirmed", "l": "It is already confirmed",
                  "exclamation_mark": "asks wrong"},
    **dict.fromkeys(ENDED, OVER),
    "lost": {**OVER, "x": "Nothing of it lives"},
    "ticked": {**BY_HAND, "enter": "It is ticked", "s": "It is already ticked", "l": "It is already ticked"},
    "skipped": {**FRESH, "enter": "It is skipped", "s": "It is already skipped", "l": "It is already skipped"},
    "deferred": {**FRESH, "enter": "asks consent"},
}


def console(incident: Incident) -> tuple[HandrailApp, StillOperator]:
    base = operator()
    cards = tuple(replace(card, incident=incident) if card.incident.id == incident.id else card
                  for card in base.watcher.now().cards)
    snapshot = replace(base.watcher.now(), cards=cards)
    still = StillOperator(StillWatcher(snapshot, (incident,)))
    opener = Opener(Path("/var/lib/handrail"), lambda: Session(still, ConsoleStart()))  # type: ignore[arg-type]
    return HandrailApp(opener, clock=StillClock()), still


def did(app: HandrailApp, still: StillOperator) -> str:
    """What the last key did, in the words of the table; "" while nothing shows yet."""
    screen = app.screen
    if still.asked:
        return f"act {still.asked[0][0]}"
    if not isinstance(screen, IncidentScreen):
        return f"goes {type(screen).__name__}"
    question = screen.query_one(Ask).question
    if question is not None:
        return f"asks {question.id}"
    if screen._saying is not None:
        return screen._saying.plain.strip()
    return "goes output" if screen.output.has_focus else ""


# Of those that ended otherwise than well two stand for all in the common run.
SOME = [pytest.param(name, marks=pytest.mark.nightly) if name in ENDED[1:-1] else name for name in STATES]


@pytest.mark.parametrize("name", SOME)
async def test_each_key_does_its_thing_or_says_why_not(name: str) -> None:
    key_of, item = STATES[name]
    incident = structs.replace(GMAIL, items={key_of: item}, deadlines=(), conditions=())
    app, still = console(incident)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert isinstance(app.screen, WatchScreen)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, IncidentScreen), what="the incident")
        await until(pilot, lambda: any(view.rows for view in app.screen.query(ChecklistView)), what="the steps")
        steps = app.screen.query_one(ChecklistView)
        for key, wanted in TABLE[name].items():
            still.asked.clear()
            app.screen.unsay()
            steps.focus()
            steps.go(key_of)
            await pilot.pause()
            assert steps.cursor == key_of
            app.screen._dead_until = 0.0
            await pilot.press(key)
            seen = await until(pilot, lambda: did(app, still), what=f"{key} in {name!r} shows nothing")
            assert seen.startswith(wanted), (name, key, seen)
            if not wanted.startswith(("asks", "act", "goes")):
                assert seen.endswith("."), "a refusal is a sentence"
                assert still.asked == [], "and does nothing"
            if not isinstance(app.screen, IncidentScreen) or app.screen.query_one(Ask).question is not None:
                await pilot.press("escape")
                await until(pilot, lambda: isinstance(app.screen, IncidentScreen)
                            and app.screen.query_one(Ask).question is None, what="esc leaves")


def test_the_table_names_every_state_and_every_key() -> None:
    assert set(TABLE) == set(STATES)
    assert {key for row in TABLE.values() for key in row} == set(KEYS) - {"p"}
    assert all(len(row) == len(KEYS) - 1 for row in TABLE.values())
