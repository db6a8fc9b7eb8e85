"""A lamp's own screen, with real probes and real files: why it is so, its chart, and what can be done with it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from support.bad_lamps import a_bad_lamp
from support.faulty import FaultyServer, faulty
from support.pilots import readable, until
from textual.pilot import Pilot
from textual.widgets import Input

from screens.lamp import LampScreen
from tui.app import HandrailApp
from widgets.ask import Ask
from widgets.dialogs.declare import DeclareDialog, LevelField
from widgets.dialogs.whole_text import WholeText
from widgets.line import Line
from widgets.row_list import RowList

PACK = """
name = "Shop"
short = "SH"
[scheme.P1]
rank = 1
respond = "5m"
[scheme.P2]
rank = 2
respond = "15m"
[scheme.P4]
rank = 4
[defaults]
interval = "500ms"
retry_every = "500ms"
timeout = "400ms"
confirm_bad = 1
confirm_good = 1
[[scenario]]
id = "mail-down"
title = "Mail is down"
severity = "P2"
runbook = "mail.md"
section = "Bring mail back"
[[probe]]
id = "watch"
kind = "http"
title = "mail watch"
channel = "#desk"
url = "URL"
runbook = "mail.md#bring-mail-back"
values = { active = ".watchActive" }
words = { true = "active", false = "inactive" }
show = "{active}"
graph = "elapsed"
[[probe.level]]
severity = "P2"
when = "active == false"
note = "the watch has lapsed"
owner = "@mail"
scenario = "mail-down"
latch = true
[[probe.level]]
severity = "P4"
when = "elapsed > 20s"
"""
RUNBOOK = "# Mail\n\n## Bring mail back\n\n```bash\n# Look\nuptime\n```\n\n## Other\n\nNo.\n"


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty() as found:
        found.answer = {"watchActive": False, "token": "hunter2"}
        yield found


@asynccontextmanager
async def console(tmp_path: Path, server: FaultyServer, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[Any]]:
    """On the lamp's screen, whose lamp is bad."""
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "mail.md").write_text(RUNBOOK)
    async with a_bad_lamp(tmp_path, PACK.replace("URL", server.url), size) as pilot:
        await pilot.press("tab", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, LampScreen), 30)
        await until(pilot, lambda: "HIGH" in rows(pilot, "#facts") and "active false" in rows(pilot, "#answer"), 30)
        yield pilot


def rows(pilot: Pilot[Any], id: str) -> str:
    shown = pilot.app.screen.query_one(id, RowList)
    return "\n".join(line.plain for row in shown.rows for line in row.lines)


def line(pilot: Pilot[Any], id: str) -> str:
    return str(pilot.app.screen.query_one(id, Line).render())


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50), (60, 20)])
async def test_it_says_why_in_one_sentence_what_holds_and_what_was_answered(
        tmp_path: Path, server: FaultyServer, size: tuple[int, int]) -> None:
    async with console(tmp_path, server, size) as pilot:
        first = line(pilot, "#first")
        assert "◆ HIGH" in first and "mail watch" in first and "inactive" in first
        facts = " ".join(rows(pilot, "#facts").split())
        assert re.search(r"◆ HIGH for [\dms]+: the watch has lapsed: active == false\.", facts)
        assert "▶ ◆ HIGH P2 active == false the watch has lapsed latch @mail #desk" in facts
        assert "runbook mail.md#bring-mail-back" in facts
        answer = " ".join(rows(pilot, "#answer").split())
        assert '"watchActive": false' in answer and '"token": "•••"' in answer and "hunter2" not in answer
        await until(pilot, lambda: re.search("[▁▂▃▄▅▆▇█]", line(pilot, "#chart")), 30, "bars")
        assert "now" in line(pilot, "#chart") and "5m ago" in line(pilot, "#chart")
        for widget in pilot.app.screen.query("*"):
            assert widget.region.right <= size[0] and widget.region.bottom <= size[1], widget


async def test_the_chart_over_a_longer_time(tmp_path: Path, server: FaultyServer) -> None:
    async with console(tmp_path, server) as pilot:
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "15m ago" in line(pilot, "#chart"))
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "5m ago" in line(pilot, "#chart"))


async def test_enter_shows_the_section_it_is_linked_to(tmp_path: Path, server: FaultyServer) -> None:
    async with console(tmp_path, server) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, WholeText), 30)
        shown = "\n".join(row.lines[0].plain for row in pilot.app.screen.query_one(RowList).rows)
        assert "uptime" in shown and "## Other" not in shown
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, LampScreen))


async def test_d_is_filled_in_from_the_lamp_and_the_record_says_what_proposed_it(
        tmp_path: Path, server: FaultyServer) -> None:
    async with console(tmp_path, server) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, DeclareDialog), 30)
        dialog = pilot.app.screen
        assert dialog.query_one("#declare-name", Input).value == "Mail is down"
        assert dialog.query_one(LevelField).level == "P2"
        await pilot.press("enter")
        await pilot.pause()
        await until(pilot, lambda: dialog.query_one("#declare-name", Input).has_focus)
        await pilot.press("enter")
        app = pilot.app
        assert isinstance(app, HandrailApp)
        [card] = await until(pilot, lambda: app.operator.watcher.now().cards, 30)
        kinds = [event.kind for event in card.incident.events]
        assert kinds[:2] == ["proposed", "declared"]
        assert card.incident.events[0].data["source"] == "lamp watch"
        assert (card.incident.scenario, card.incident.title) == ("mail-down", "Mail is down")
        await until(pilot, lambda: app.operator.watcher.now().proposals == (), 30, "it is in hand now")


async def test_probe_now_asks_at_once(tmp_path: Path, server: FaultyServer) -> None:
    async with console(tmp_path, server) as pilot:
        server.answer = {"watchActive": False, "fresh": 1}
        await pilot.press("p")
        await until(pilot, lambda: "is asked now" in line(pilot, "#say"), 30)
        await until(pilot, lambda: "fresh" in rows(pilot, "#answer"), 30)


async def test_mute_needs_a_reason_shows_what_it_would_be_and_is_undone(tmp_path: Path, server: FaultyServer) -> None:
    async with console(tmp_path, server) as pilot:
        await pilot.press("m")
        await until(pilot, lambda: pilot.app.screen.query_one(Ask).question is not None)
        await pilot.press("2", "enter")
        await until(pilot, lambda: (question := pilot.app.screen.query_one(Ask).question)
                    and question.id == "mute-reason", 30)
        await pilot.press(*"known")
        await pilot.press("enter")
        await until(pilot, lambda: "MUTED" in line(pilot, "#first"), 30, "muted")
        await until(pilot, lambda: "muted by kim until" in " ".join(rows(pilot, "#facts").split()), 30)
        assert "(known); it is HIGH" in " ".join(rows(pilot, "#facts").split())
        await until(pilot, lambda: "unmute" in line(pilot, "#keys"), 30)
        await pilot.press("m")
        await until(pilot, lambda: "HIGH" in line(pilot, "#first"), 30, "loud")


async def test_a_latch_is_cleared_after_a_yes(tmp_path: Path, server: FaultyServer) -> None:
    async with console(tmp_path, server) as pilot:
        server.answer = {"watchActive": True}
        await until(pilot, lambda: "active true" in rows(pilot, "#answer"), 30, "a good answer")
        await until(pilot, lambda: "HIGH" in line(pilot, "#first"), 30, "it is held")
        await pilot.press("l")
        await until(pilot, lambda: pilot.app.screen.query_one(Ask).question is not None)
        await readable(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "OK" in line(pilot, "#first"), 30, "cleared")
        await pilot.press("l")
        await until(pilot, lambda: "No latch holds this lamp" in line(pilot, "#say"))


async def test_watch_proposes_what_the_lamps_say(tmp_path: Path, server: FaultyServer) -> None:
    async with console(tmp_path, server) as pilot:
        await pilot.press("escape")
        await until(pilot, lambda: "proposed  SH P2  Mail is down" in line(pilot, "#say"), 30)
        assert re.search(r"respond in 1\dm", line(pilot, "#say")) and "d declares" in line(pilot, "#say")
