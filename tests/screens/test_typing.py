"""Typing into a step on the screen: masked as soon as the program hides it, shared by name, left again."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desks import a_desk
from support.onscreen import on_screen
from support.waiting import wait_until
from textual.widgets import Input

from handrail.runs import control

RUNBOOK = """# Locks

```bash
# Ask in the open, then hidden
printf 'who? '; read -r who; printf 'pass: '; stty -echo; read -r word; stty echo; echo "hello $who $word"
```
"""


@pytest.fixture
def desk(tmp_path: Path):
    with a_desk(tmp_path, RUNBOOK) as made:
        made.operator.start_polling()
        yield made


def folder(desk, record) -> Path:
    incident = desk.operator.watcher.incident(record.id)
    return desk.state.run(record.id, incident.running()[0][1].run)


async def begun(console) -> None:
    await console.shows("CHANGES")
    await console.press("enter")
    await console.shows("y do it")
    await console.press("y")
    await console.shows("WAITS FOR YOU: who?")


async def test_the_field_masks_itself_when_the_program_begins_to_hide(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await begun(console)
        await console.press("i")
        await console.shows("▌ TYPE INTO")
        assert not console.pilot.app.screen.query_one(Input).password
        await console.type("kim")
        await console.press("enter")
        screen = await console.shows("pass:")
        await console.shows(lambda _: console.pilot.app.screen.query_one(Input).password)
        await console.type("siskin77")
        screen = console.text()
        assert "siskin77" not in screen and "••••••••" in screen
        await console.press("enter")
        await console.shows("hello kim [secret]")
        await console.shows(lambda text: "TYPE INTO" not in text)
        assert "siskin77" not in console.text()
    kept = [path for path in desk.state.root.rglob("*") if path.is_file() and b"siskin77" in path.read_bytes()]
    assert kept == []


async def test_who_types_is_named_and_the_other_waits(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await begun(console)
        run = folder(desk, record)
        assert control.claim(run, "ade")
        await console.shows("asks, and ade types: who?")
        await console.press("i")
        await console.shows("▌ TYPED BY ade, into step 1")
        await console.shows("more without a key of theirs")
        await console.press("t")
        await console.shows("▌ TYPED BY ade")
        control.release(run, "ade")
        await console.shows("Nobody types any more: t takes it.")
        await console.press("t")
        await console.shows("▌ TYPE INTO")
        wait_until(lambda: not control.claim(run, "ade"), 30, "it is kim's now")
        await console.press("escape")
        wait_until(lambda: control.claim(run, "ade"), 30, "and is left with esc")
        assert control.type_in(run, b"ade\n", "ade")


async def test_who_loses_the_keyboard_is_told_by_whom(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await begun(console)
        run = folder(desk, record)
        await console.press("i")
        await console.shows("▌ TYPE INTO")
        wait_until(lambda: not control.claim(run, "ade"), 30, "it is kim's")
        control.release(run, "kim")  # as if kim had been silent for half a minute
        assert control.claim(run, "ade")
        await console.shows("ade types into it now")
        assert "TYPE INTO" not in console.text()
