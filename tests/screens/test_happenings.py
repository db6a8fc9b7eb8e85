"""Countdowns, changes and what must hold before "resolved", as an operator sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.bad_lamps import a_bad_lamp
from support.faulty import FaultyServer, faulty
from support.pilots import readable, until
from textual.pilot import Pilot

from handrail.clock import iso
from handrail.health.monitor import Lamp
from handrail.incident.incident import Incident
from handrail.lamp_detail import Point
from screens.lamp import LampScreen
from tui.app import HandrailApp
from widgets import history_chart, look
from widgets.ask import Ask
from widgets.health_panel import countdown, trail

PACK = """
name = "Shop"
short = "SH"
[scheme.P2]
rank = 2
[defaults]
interval = "500ms"
retry_every = "500ms"
timeout = "400ms"
confirm_bad = 1
confirm_good = 1
[[scenario]]
id = "open-circuit"
title = "Circuit open"
severity = "P2"
[[probe]]
id = "circuit"
kind = "http"
title = "circuit"
url = "URL"
values = { state = ".state", opened = ".openedAt", release = ".release" }
optional = ["opened"]
show = "{state}"
events = ["release"]
countdown = { field = "opened", plus = "30m", label = "auto-reset" }
verify = { hold = "10m", samples = 20 }
level = [{ severity = "P2", when = "state == 'open'", scenario = "open-circuit" }]
"""
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty() as found:
        found.answer = {"state": "open", "openedAt": iso(datetime.now(UTC)), "release": "v1"}
        yield found


@asynccontextmanager
async def console(tmp_path: Path, server: FaultyServer, size: tuple[int, int]) -> AsyncIterator[Pilot[Any]]:
    async with a_bad_lamp(tmp_path, PACK.replace("URL", server.url), size) as pilot:
        yield pilot


def drawn(pilot: Pilot[Any]) -> str:
    """The words on the screen in front."""
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_panel_counts_down_and_the_lamp_tells_what_changed(
        tmp_path: Path, server: FaultyServer, size: tuple[int, int]) -> None:
    async with console(tmp_path, server, size) as pilot:
        await until(pilot, lambda: "auto-reset in 29:" in drawn(pilot), 30, "the countdown")
        server.answer = {**server.answer, "release": "v2"}  # type: ignore[dict-item]
        await until(pilot, lambda: any(lamp.ticks for lamp in pilot.app.operator.watcher.now().lamps), 30)  # type: ignore[attr-defined]
        await pilot.press("tab", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, LampScreen), 30)
        await until(pilot, lambda: "circuit release  v1 → v2" in drawn(pilot), 30, "the change")
        assert "auto-reset in 2" in drawn(pilot)
        await until(pilot, lambda: look.TICK in drawn(pilot), 30, "a line on the chart")


async def test_resolved_too_soon_is_asked_about(tmp_path: Path, server: FaultyServer) -> None:
    async with console(tmp_path, server, (80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, HandrailApp)
        incident = app.operator.declare("Circuit open", "shop", "P2", "open-circuit").result(10)
        assert isinstance(incident, Incident)
        await until(pilot, lambda: app.operator.watcher.now().cards, 30)
        await pilot.press("2")
        await until(pilot, lambda: "Circuit open" in drawn(pilot), 30)

        def asks(id: str) -> bool:
            return bool(app.screen.query(Ask)) and (asked := app.screen.query_one(Ask).question) is not None \
                and asked.id == id

        await pilot.press("m")
        await until(pilot, lambda: asks("more"), 30)
        await pilot.press("s")
        await until(pilot, lambda: asks("status"), 30)
        number = next(one.key for one in app.screen.query_one(Ask).question.choices if one.value == "resolved")  # type: ignore[union-attr]
        await readable(pilot)
        await pilot.press(number, "enter")
        await until(pilot, lambda: asks("unheld"), 30)
        assert "RESOLVED ALREADY?" in drawn(pilot) and "circuit is HIGH" in drawn(pilot)
        await readable(pilot)
        await pilot.press(*"moved", "enter")
        await until(pilot, lambda: (now := app.operator.watcher.incident(incident.id)) and now.status == "resolved", 30)


def lamp(**more: Any) -> Lamp:
    return Lamp(id="a", title="a", group="g", pack="p", word="OK", rank=0, value="", want="", age=1.0, since=None,
                trail=((0.2, 0),) * 6, **more)


def test_a_change_is_a_line_in_the_trail_wherever_it_is_cut() -> None:
    assert look.TICK not in trail(lamp()).plain
    assert [n for n, sign in enumerate(trail(lamp(ticks=0b10)).plain) if sign == look.TICK] == [4]
    assert trail(lamp(ticks=0b10), 3).plain.index(look.TICK) == 1
    assert trail(lamp(ticks=1), 0).plain == ""


@pytest.mark.parametrize(("word", "left", "said"), [
    ("OK", 42.0, "in 0:42"), ("OK", 7200.0, ""), ("OK", -5.0, ""), ("OK", None, ""), ("HIGH", 7200.0, "in 2h00m"),
    ("HIGH", -5.0, "due"), ("HIGH", 3599.0, "in 59:59"), ("STALE", 100_000.0, ""),
])
def test_a_countdown_is_shown_where_it_matters(word: str, left: float | None, said: str) -> None:
    from dataclasses import replace

    assert countdown(replace(lamp(left=left), word=word)) == said  # type: ignore[arg-type]


def test_a_change_stands_over_its_column_of_the_chart() -> None:
    points = [Point(NOW - timedelta(seconds=second), 1.0, 0) for second in range(60)]
    without = history_chart.draw(points, NOW, 60.0, (70, 4), "")
    lined = history_chart.draw(points, NOW, 60.0, (70, 4), "", [NOW - timedelta(seconds=30), NOW - timedelta(hours=1)])
    assert not any(look.TICK in row.plain for row in without)
    assert [row.plain.count(look.TICK) for row in lined] == [1, 0, 0, 0], "a full column keeps its bar below the line"
    assert [row.cell_len for row in lined] == [row.cell_len for row in without]
