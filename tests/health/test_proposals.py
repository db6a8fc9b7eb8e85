"""Lamps propose a level; nothing is ever set by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from support.waiting import wait_until

from handrail.clock import SystemClock
from handrail.health.monitor import Lamp, check
from handrail.incident.incident import Incident, Level
from handrail.pack.pack import builtin
from handrail.proposals import proposals

NOW = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)
PACK = builtin("alwaysclaw")


def lamp(id: str, severity: str = "P2", word: str = "HIGH", rank: int = 2, ago: float = 60, scenario: str = "") -> Lamp:
    return Lamp(id=id, title=id, group="", pack="alwaysclaw", word=word, rank=rank, value="bad", want="", age=1.0,  # type: ignore[arg-type]
                since=NOW - timedelta(seconds=ago), severity=severity, why="it is bad: x", scenario=scenario)


def incident(level: str = "P1", rank: int = 1, ago: float = 30, scenario: str = "", status: str = "investigating",
             pack: str = "alwaysclaw") -> Incident:
    return Incident(id="INC-1", kind="incident", pack=pack, scenario=scenario, status=status,
                    level=Level("alwaysclaw", level, "AC", rank), declared_at=NOW - timedelta(seconds=ago))


def test_the_worst_lamp_gives_level_title_and_time() -> None:
    [one] = proposals([lamp("gmail-watch", ago=300), lamp("gmail", "P1", "CRIT", 1, 60, "gmail-compromise")],
                      [PACK], [], NOW)
    assert (one.level, one.rank, one.scenario) == ("P1", 1, "gmail-compromise")
    assert one.title == "Gmail credential compromise"
    assert one.lamps == ("gmail", "gmail-watch")
    assert one.since == NOW - timedelta(seconds=60)
    assert one.due_at == one.since + timedelta(minutes=5)


def test_without_a_scenario_the_lamp_is_the_title() -> None:
    [one] = proposals([lamp("x")], [PACK], [], NOW)
    assert one.title == "x: it is bad"


@pytest.mark.parametrize(("word", "severity"), [("OK", ""), ("UNKNOWN", ""), ("STALE", ""), ("BLOCKED", ""),
                                                ("EXPECTED", ""), ("MUTED", ""), ("NOTE", "P4")])
def test_what_needs_nobody_now_proposes_nothing(word: str, severity: str) -> None:
    assert proposals([lamp("x", severity, word, 0)], [PACK], [], NOW) == ()


@pytest.mark.parametrize(("of", "proposed"), [
    (incident(), 0), (incident(status="resolved"), 1), (incident(pack="other"), 1),
    (incident("P3", 3), 1), (incident("P3", 3, scenario="gmail-compromise"), 0),
    (incident(ago=600), 1), (incident(ago=600, scenario="gmail-compromise"), 0),
], ids=["as bad and after", "resolved", "another pack", "milder", "milder, same scenario", "before", "before, same"])
def test_an_incident_covers_what_it_is_about(of: Incident, proposed: int) -> None:
    assert len(proposals([lamp("g", scenario="gmail-compromise")], [PACK], [of], NOW)) == proposed


def test_when_everything_refuses_a_p1_is_proposed_and_the_rest_is_blocked(tmp_path) -> None:
    """Gateway down and all panels red: one proposal of the worst level, never twenty."""
    from handrail.drill import world as worlds

    world = worlds.start("alwaysclaw", tmp_path / "drill")
    try:
        world.inject("all-down")

        def proposed():
            lamps = check(world.pack, SystemClock())
            found = proposals(lamps, [world.pack], [], SystemClock().now())
            return found if any(one.id == "everything" and one.word == "CRIT" for one in lamps) else ()

        [one] = wait_until(proposed, 30, "the proposal")
        assert (one.level, one.rank) == ("P1", 1)
        assert "gmail" not in one.ids, "what the gateway explains is no finding of its own"
    finally:
        worlds.stop(tmp_path / "drill")
