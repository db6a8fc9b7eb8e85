"""What counts as a real incident, and that practice is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from handrail.clock import SystemClock
from handrail.drill.alarm import real_incidents
from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.operator.operator import Operator
from handrail.pack import pack as packs
from handrail.paths import State

Declare = Callable[..., Incident]


@pytest.fixture
def state(tmp_path: Path) -> State:
    found = State(tmp_path / "real")
    found.make()
    return found


def operator(state: State, prefix: str = "INC") -> Operator:
    return Operator(state, (packs.builtin("alwaysclaw"),), SystemClock(), Actor("kim"), prefix=prefix)


def declared(by: Operator, title: str, level: str) -> Incident:
    answer = by.declare(title, "alwaysclaw", level).result(10)
    assert isinstance(answer, Incident)
    return answer


def test_the_open_ones_worst_first(state: State) -> None:
    real = operator(state)
    mild, bad = declared(real, "slow", "P3"), declared(real, "down", "P1")
    assert [one.id for one in real_incidents(state)] == [bad.id, mild.id]
    assert (real_incidents(state)[0].level, real_incidents(state)[0].holder) == ("AC P1", "")
    real.acknowledge(bad.id).result(10)
    assert real_incidents(state)[0].holder == "kim"
    real.set_status(mild.id, "resolved").result(10)
    assert [one.id for one in real_incidents(state)] == [bad.id]
    real.close()


def test_practice_and_checklists_are_none(state: State, tmp_path: Path) -> None:
    drill, real = operator(state, "DRILL"), operator(state)
    assert declared(drill, "practised", "P1").id.startswith("DRILL-")
    (tmp_path / "x.md").write_text("# X\n\n1. Do it\n")
    assert isinstance(real.open_file(tmp_path / "x.md").result(10), Incident)
    assert real_incidents(state) == ()
    drill.close()
    real.close()


def test_a_record_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert real_incidents(State(tmp_path / "nowhere")) == ()
    assert not (tmp_path / "nowhere").exists()


def test_a_world_keeps_its_records_apart(tmp_path: Path) -> None:
    """What is practised lies in the world's own folder: no list and no figure of the real record reads it."""
    root = State(tmp_path / "real")
    root.make()
    inside = State(root.root / "drill" / "alwaysclaw" / "state")
    inside.make()
    drill = operator(inside, "DRILL")
    declared(drill, "practised", "P1")
    drill.close()
    assert not any(root.active.iterdir()) and any(inside.active.iterdir())
    assert real_incidents(root) == ()
