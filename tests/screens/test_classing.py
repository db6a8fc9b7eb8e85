"""`m x`: a step is put right by hand; what asks for less care is asked for with a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desks import a_desk, done
from support.onscreen import on_screen

RUNBOOK = "# Mill\n\n```sh\n./turn-wheel\n```\n\n- [ ] Listen to the wheel\n"


@pytest.fixture
def desk(tmp_path: Path):
    with a_desk(tmp_path, RUNBOOK) as desk:
        yield desk


def word(desk, record) -> str:
    key = desk.key(record, "./turn-wheel")
    return desk.operator.prepared(desk.operator.watcher.incident(record.id), key).risk


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_more_care_needs_no_word_and_less_care_does(desk, size):
    record = desk.open()
    async with on_screen(desk, record, size=size) as console:
        await console.goes_to(desk.key(record, "./turn-wheel"))
        await console.press("m", "x")
        screen = await console.shows("RE-CLASS step 1 ./turn-wheel, now: changes")
        assert "destroys    asks for its target to be typed" in screen
        assert "It is changes already" not in screen
        await console.press("4", "enter")
        await console.shows("From now on: destroys.")
        screen = await console.shows("re-classed by kim: destroys, not changes")
        assert "DESTROYS" in screen
        assert word(desk, record) == "destructive"

        await console.press("m", "x", "2", "enter")
        screen = await console.shows("LESS CAREFUL step 1 ./turn-wheel: reads, no more destroys")
        assert "re-class it, once reads is typed" in screen, "the bottom row does not speak of running"
        await console.press("enter")
        await console.shows("type reads exactly")
        await console.press("escape")
        await console.shows("nothing was changed")
        assert word(desk, record) == "destructive"
        await console.press("m", "x", "2", "enter")
        await console.shows("LESS CAREFUL")
        await console.type("reads")
        await console.press("enter")
        await console.shows("re-classed by kim: reads, not changes")
        assert word(desk, record) == "read"

        await console.press("m", "x", "3", "enter")  # its own word: back to where it was, without a word
        await console.shows("From now on: changes.")
        await console.shows(lambda text: "re-classed by" not in text)


async def test_a_tick_that_is_none_stays_for_reading(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await console.goes_to(desk.key(record, "Listen to the wheel"))
        await console.press("m", "x")
        screen = await console.shows("RE-CLASS step 2 Listen to the wheel, now: a step")
        assert "destroys" not in screen, "there is nothing to run"
        await console.press("1", "enter")
        await console.shows("LESS CAREFUL")
        await console.type("not a step")
        await console.press("enter")
        screen = await console.shows("0 of 1")
        assert "Listen to the wheel" in screen


async def test_a_row_that_is_no_item_says_so(desk):
    record = desk.open()
    done(desk.operator.open_in(record.id, desk.runbook))
    async with on_screen(desk, record) as console:
        await console.press("g", "m")
        await console.shows("re-class")
        await console.press("x")
        await console.shows("The cursor is not on a step.")


async def test_the_library_shows_what_was_said(desk, tmp_path):
    from tui.start import ConsoleStart

    record = desk.open()
    done(desk.operator.reclass(record.id, desk.key(record, "./turn-wheel"), "destroys"))
    async with on_screen(desk, start=ConsoleStart(folders=(tmp_path,)), size=(120, 36)) as console:
        screen = await console.shows("1 DESTROYS")
        assert "by hand  DESTROYS" in screen
