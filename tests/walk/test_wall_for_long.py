"""A wall that hangs for long: its pages turn, what is critical stays, it grows no larger, and says what can be read."""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from support.pilots import until
from support.still import LAMPS, NOW, operator
from support.terminal import Terminal
from textual.pilot import Pilot

from handrail.health.monitor import Poll
from handrail.snapshot import Snapshot
from screens.wall import WallScreen
from tui.settings import Settings
from tui.wall_app import WallApp
from tui.wall_settings import WallSettings
from widgets.legible import legible_rows
from widgets.line import Line
from widgets.row_list import RowList


class Ticking:
    """A clock that the test moves, and facts as fresh as it."""

    def __init__(self, **changes: object) -> None:
        self.moment = NOW
        base: Snapshot = operator().watcher.now()
        self.facts = replace(base, polls=(Poll("p", "ade", 1.0),), **changes)  # type: ignore[arg-type]

    def now(self) -> datetime:
        return self.moment

    def boot(self) -> float:
        return (self.moment - NOW).total_seconds()


class Facts:
    """A watcher whose facts are of this very second."""

    def __init__(self, clock: Ticking) -> None:
        self.clock = clock

    def now(self) -> Snapshot:
        return replace(self.clock.facts, at=self.clock.moment)

    def start(self) -> None: ...

    def subscribe(self, callback: object) -> Any:
        return lambda: None


def many(word: str, rank: int, count: int) -> tuple[Any, ...]:
    return tuple(replace(LAMPS[2], id=f"{word}{n}", title=f"{word.lower()} {n}", word=word, rank=rank)
                 for n in range(count))


@asynccontextmanager
async def wall(clock: Ticking, settings: WallSettings | None = None,
               size: tuple[int, int] = (100, 24)) -> AsyncIterator[Pilot[Any]]:
    app = WallApp(Facts(clock), locked=True, clock=clock, settings=Settings(wall=settings or WallSettings()))  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WallScreen) and text(pilot), what="the wall")
        yield pilot


def text(pilot: Pilot[Any]) -> str:
    return "\n".join(line.plain for row in pilot.app.screen.query_one(RowList).rows for line in row.lines)


def page(pilot: Pilot[Any]) -> str:
    return str(pilot.app.screen.query_one("#foot", Line).render()).rpartition("page ")[2].strip()


async def pass_by(pilot: Pilot[Any], clock: Ticking, seconds: int) -> None:
    for _ in range(seconds):
        clock.moment += timedelta(seconds=1)
        pilot.app.tick()
    await pilot.pause()


async def test_pages_turn_in_their_time_and_come_round() -> None:
    clock = Ticking(lamps=many("WARN", 3, 24))
    async with wall(clock, WallSettings(dwell=30)) as pilot:
        assert page(pilot) == "1/3"
        await pass_by(pilot, clock, 29)
        assert page(pilot) == "1/3"
        seen = {text(pilot)}
        for wanted in ("2/3", "3/3", "1/3"):
            await pass_by(pilot, clock, 30)
            assert page(pilot) == wanted
            seen.add(text(pilot))
        assert len(seen) > 3, "each page shows something else, and clocks go on"


async def test_a_digit_shows_a_page_and_holds_it_and_space_lets_it_go_on() -> None:
    clock = Ticking(lamps=many("WARN", 3, 24))
    async with wall(clock) as pilot:
        await pilot.press("3")
        assert page(pilot) == "3/3" and "held" in str(pilot.app.screen.query_one("#foot", Line).render())
        await pass_by(pilot, clock, 100)
        assert page(pilot) == "3/3"
        await pilot.press("9")
        assert page(pilot) == "3/3", "there is no ninth"
        await pilot.press("space")
        await pass_by(pilot, clock, 21)
        assert page(pilot) == "1/3"
        await pilot.press("q")
        assert "locked" in str(pilot.app.screen.query_one("#foot", Line).render())


async def test_what_is_critical_stays_in_sight_and_takes_the_wall_at_once() -> None:
    clock = Ticking(lamps=many("WARN", 3, 24))
    async with wall(clock) as pilot:
        await pass_by(pilot, clock, 21)
        assert page(pilot) == "2/3"
        clock.facts = replace(clock.facts, lamps=(*many("CRIT", 1, 1), *clock.facts.lamps))
        await pass_by(pilot, clock, 1)
        assert page(pilot).startswith("1/")
        assert "crit 0" in text(pilot)
        assert "1 CRIT" in str(pilot.app.screen.query_one("#strip", Line).render())
        await pass_by(pilot, clock, 100)
        assert page(pilot).startswith("1/")


@pytest.mark.parametrize(("warm", "seconds"), [(120, 480), pytest.param(2400, 3600, marks=pytest.mark.nightly)])
async def test_a_wall_grows_no_larger_however_long_it_hangs(warm: int, seconds: int) -> None:
    """By night an hour, with what Textual caches full before: then not even small blocks may be more."""
    clock = Ticking(lamps=many("WARN", 3, 24))
    async with wall(clock, size=(120, 36)) as pilot:
        async def ticks(count: int) -> tuple[int, int]:
            for _ in range(count // 20):
                await pass_by(pilot, clock, 20)
            gc.collect()
            return len(gc.get_objects()), sys.getallocatedblocks()

        first = text(pilot)
        objects, blocks = await ticks(warm)
        later, more = await ticks(seconds)
        print(f"{seconds} ticks: {later - objects:+d} objects, {more - blocks:+d} blocks of memory")
        assert later - objects < 100
        assert seconds < 3600 or more - blocks < 3000
        assert text(pilot) != first, "the control: it did draw"


@pytest.mark.parametrize(("inches", "metres", "rows"), [
    (55, 4.0, 17), (55, 2.0, 34), (55, 1.0, 67), (32, 2.3, 17), (43, 1.6, 34), (65, 3.4, 24), (75, 5.5, 17)])
def test_how_many_rows_can_be_read_from_where(inches: float, metres: float, rows: int) -> None:
    assert abs(legible_rows(inches, metres) - rows) <= 1


@pytest.mark.parametrize(("words", "said"), [
    (("--screen", "55in", "--distance", "4m"), "at 4 m only 17 of these 36 rows can be read: enlarge the font"),
    (("--screen", "55in", "--distance", "1m"), "read only"),
])
def test_who_sets_it_up_is_told_what_can_be_read(words, said, handrail, env) -> None:
    with Terminal([handrail, "wall", *words], (120, 36), env) as terminal:
        terminal.wait_for(said, 30)


def test_a_distance_that_is_none_is_refused_before_the_screen_changes(handrail, env) -> None:
    with Terminal([handrail, "wall", "--distance", "far"], (80, 24), env) as terminal:
        assert terminal.wait(20) == 2
        assert '--distance is a distance such as "4m"' in terminal.text()
