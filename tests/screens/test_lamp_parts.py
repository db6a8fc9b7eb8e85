"""A probe of several things on the screens: one lamp on Watch, its parts on its own, each with one of theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from support.bad_lamps import a_bad_lamp
from support.faulty import FaultyServer, faulty
from support.pilots import until
from textual.pilot import Pilot

from screens.lamp import LampScreen
from widgets.ask import Ask
from widgets.row_list import RowList

PACK = """
name = "Shop"
[scheme.P2]
rank = 2
[defaults]
interval = "500ms"
retry_every = "500ms"
timeout = "400ms"
confirm_bad = 1
confirm_good = 1
[[probe]]
id = "sites"
kind = "http"
title = "logins"
url = "URL"
each = { items = ".[]", key = ".site" }
words = { true = "expired", false = "logged in" }
show = "{item.expired}"
level = [{ severity = "P2", when = "item.expired == true", note = "log in again" }]
"""


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty() as found:
        found.answer = [{"site": "mail", "expired": False}, {"site": "bank", "expired": True},
                        {"site": "tickets", "expired": False}]
        yield found


@asynccontextmanager
async def on_watch(tmp_path: Path, server: FaultyServer, size: tuple[int, int]) -> AsyncIterator[Pilot[Any]]:
    async with a_bad_lamp(tmp_path, PACK.replace("URL", server.url), size) as pilot:
        yield pilot


def facts(pilot: Pilot[Any]) -> list[str]:
    return [row.lines[0].plain for row in pilot.app.screen.query_one("#facts", RowList).rows]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_one_lamp_its_parts_and_a_screen_for_each(
        tmp_path: Path, server: FaultyServer, size: tuple[int, int]) -> None:
    async with on_watch(tmp_path, server, size) as pilot:
        app = pilot.app
        rows = app.screen.query_one("#health", RowList).rows
        shown = "\n".join(line.plain for row in rows for line in row.lines)
        assert "logins" in shown and "bank expired" in shown and "tickets" not in shown
        await pilot.press("tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, LampScreen), 30)
        await until(pilot, lambda: any("tickets" in row for row in facts(pilot)), 30)
        lines = facts(pilot)
        assert "bank: log in again" in lines[0]
        [first, *others] = [row.split() for row in lines if row.split()[1:3] in (["HIGH", "bank"], ["ok", "mail"],
                                                                              ["ok", "tickets"])]
        assert first[2] == "bank" and {row[2] for row in others} == {"mail", "tickets"}, "worst first"
        whole = app.screen
        while app.screen.query_one("#facts", RowList).cursor != "sites/bank":
            await pilot.press("j")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is not whole and isinstance(app.screen, LampScreen), 30)
        await until(pilot, lambda: any("log in again" in row for row in facts(pilot)), 30)
        assert app.screen.lamp_under_cursor() == "sites/bank"
        assert not any("tickets" in row for row in facts(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is whole, 30)


async def test_what_is_muted_of_a_whole_is_muted_of_every_part(tmp_path: Path, server: FaultyServer) -> None:
    async with on_watch(tmp_path, server, (80, 24)) as pilot:
        app = pilot.app
        await pilot.press("tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, LampScreen), 30)
        await until(pilot, lambda: any("tickets" in row for row in facts(pilot)), 30)
        await pilot.press("m")
        await until(pilot, lambda: app.screen.query_one(Ask).question is not None, 30)
        await pilot.press("2", "enter")
        await until(pilot, lambda: (asked := app.screen.query_one(Ask).question) and asked.id == "mute-reason", 30)
        await pilot.press(*"known", "enter")
        watcher = app.operator.watcher
        await until(pilot, lambda: watcher.now().lamps[0].word == "MUTED", 30)
        assert {part.word for part in watcher.now().lamps[0].parts} == {"MUTED"}
