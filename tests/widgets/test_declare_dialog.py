"""The declare dialog by keys: its list, its severities, and what it says of what is open already."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from support.pilots import until
from textual.app import App
from textual.pilot import Pilot

from handrail.pack.model import LevelRule, Pack, Scenario
from widgets.dialogs.declare import Declaration, DeclareDialog

NOW = datetime(2026, 11, 21, 3, 12, 4, tzinfo=UTC)
PACK = Pack(
    id="dam", name="Dam", short="D", folder=Path("/nowhere"), sha256="",
    scheme={f"S{rank}": LevelRule(rank=rank, title=f"title {rank}", examples=("the gate is stuck",) * 9)
            for rank in (1, 2, 3)},
    scenarios=tuple(Scenario(id=id, title=title, severity="S2", section=f"Do {id}")
                    for id, title in (("gate", "Gate stuck"), ("flood", "The lower hall floods"), ("rats", "Rats"))),
)


@asynccontextmanager
async def asked(size: tuple[int, int] = (80, 24), **more: Any) -> AsyncIterator[tuple[Pilot[Any], list[Any]]]:
    app: App[None] = App()
    given: list[Any] = []
    async with app.run_test(size=size) as pilot:
        app.push_screen(DeclareDialog([PACK], NOW, **more), given.append)
        await until(pilot, lambda: "Gate stuck" in seen(pilot))
        yield pilot, given


def seen(pilot: Pilot[Any]) -> str:
    return "\n".join(strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips())


async def test_the_sections_stand_in_one_column():
    async with asked() as (pilot, _):
        at = {row.index("Do ") for row in seen(pilot).splitlines() if "Do " in row}
        assert len(at) == 1


async def test_a_digit_in_the_list_is_the_severity_and_in_the_title_a_digit():
    async with asked() as (pilot, given):
        assert "1-3 severity" in seen(pilot)
        await pilot.press("3")
        await until(pilot, lambda: "title 3" in seen(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "enter declare" in seen(pilot))
        assert "severity   esc" not in seen(pilot), "a digit typed into the title is no severity"
        await pilot.press("1")
        await until(pilot, lambda: "Gate stuck1" in seen(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: given)
        assert isinstance(given[0], Declaration)
        assert (given[0].title, given[0].level) == ("Gate stuck1", "S3")


async def test_the_ends_of_the_list_are_a_key_away():
    async with asked() as (pilot, _):
        for last, first in (("end", "home"), ("G", "g")):
            await pilot.press(last)
            await until(pilot, lambda: "▌        Something else" in seen(pilot))
            await pilot.press(first)
            await until(pilot, lambda: "▌ D S2   Gate stuck" in seen(pilot))


async def test_what_is_open_already_is_said_where_it_is_chosen():
    async with asked(already={"gate": "Open already: Gate stuck, 3m, kim has it."}) as (pilot, _):
        assert "Open already: Gate stuck" in seen(pilot)
        await pilot.press("down")
        await until(pilot, lambda: "Open already" not in seen(pilot))


async def test_a_tall_terminal_shows_more_of_the_examples():
    async with asked((80, 24)) as (pilot, _):
        few = seen(pilot).count("the gate is stuck")
    async with asked((80, 36)) as (pilot, _):
        assert seen(pilot).count("the gate is stuck") > few
