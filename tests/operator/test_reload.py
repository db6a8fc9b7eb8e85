"""A pack that is edited under a running console: it serves at once, or raises a lamp that says what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.waiting import wait_until

from handrail.clock import SystemClock
from handrail.health.monitor import Lamp
from handrail.incident.events import Actor
from handrail.operator.operator import Operator
from handrail.pack import pack as packs
from handrail.paths import State

SCHEME = 'name = "Shop"\n[scheme.P1]\nrank = 1\n[scheme.P2]\nrank = 2\n[defaults]\ninterval = "1s"\nconfirm_bad = 1\n'
HERE = '[[probe]]\nid = "here"\nkind = "file"\npath = "."\nlevel = [{ severity = "P2", when = "not exists" }]\n'
GONE = '[[probe]]\nid = "gone"\nkind = "file"\npath = "./gone"\nlevel = [{ severity = "P2", when = "not exists" }]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "pack"
    made.mkdir()
    (made / "handrail.toml").write_text(SCHEME + HERE)
    return made


@pytest.fixture
def operator(tmp_path: Path, folder: Path) -> Iterator[Operator]:
    state = State(tmp_path / "state")
    state.make()
    found = Operator(state, (packs.load(folder),), SystemClock(), Actor(name="kim"))
    found.start_polling()
    yield found
    found.close()


def lamps(operator: Operator) -> dict[str, Lamp]:
    return {lamp.id: lamp for lamp in operator.watcher.now().lamps}


def well(operator: Operator) -> None:
    wait_until(lambda: "here" in lamps(operator) and lamps(operator)["here"].word == "OK", 30, "the lamp well")


def test_a_valid_edit_serves_without_a_restart(operator: Operator, folder: Path) -> None:
    well(operator)
    (folder / "handrail.toml").write_text(SCHEME + HERE + GONE)
    gone = wait_until(
        lambda: (lamp := lamps(operator).get("gone")) and lamp.word == "HIGH" and lamp, 30, "the new lamp")
    assert gone.severity == "P2"
    well(operator)
    assert [probe.id for probe in operator.packs[0].probes] == ["here", "gone"]


def test_a_mistaken_edit_changes_nothing_and_raises_a_lamp(operator: Operator, folder: Path) -> None:
    well(operator)
    (folder / "handrail.toml").write_text(SCHEME + HERE.replace("path", "intervall = \"5s\"\npath"))
    lamp = wait_until(lambda: lamps(operator).get("config:shop"), 30, "the lamp of the configuration")
    assert (lamp.word, lamp.value) == ("WARN", "edit refused")
    for word in ("handrail.toml, line 12", "intervall", "Did you mean interval?", "last valid configuration serves"):
        assert word in lamp.why, lamp.why
    assert lamps(operator)["here"].word == "OK"
    assert operator.packs[0].probes[0].interval == "1s"
    (folder / "handrail.toml").write_text(SCHEME + HERE)
    wait_until(lambda: "config:shop" not in lamps(operator), 30, "the lamp gone")


@pytest.mark.parametrize(("text", "why"), [
    ("name = ", "at the end, line 1"),
    (SCHEME.replace("Shop", "Other") + HERE, "the pack is called other now"),
    (SCHEME.replace("[scheme.P1]", "[scheme.P3]") + HERE, "the scheme has no P1 any more"),
    ("\x00", "line 1"),
])
def test_what_cannot_take_the_place_of_the_old_one_is_refused(
        operator: Operator, folder: Path, text: str, why: str) -> None:
    (folder / "handrail.toml").write_text(text)
    lamp = wait_until(lambda: lamps(operator).get("config:shop"), 30, "the lamp of the configuration")
    assert why in lamp.why


def test_a_pack_that_is_gone_is_said_and_serves_on(operator: Operator, folder: Path) -> None:
    (folder / "handrail.toml").unlink()
    lamp = wait_until(lambda: lamps(operator).get("config:shop"), 30, "the lamp of the configuration")
    assert "No such file" in lamp.why
    assert operator.packs[0].name == "Shop"


def test_a_new_runbook_is_a_new_version(operator: Operator, folder: Path) -> None:
    before = operator.packs[0].sha256
    (folder / "new.md").write_text("# New\n")
    wait_until(lambda: operator.packs[0].sha256 != before, 30, "the new version")
    assert [path.name for path in operator.packs[0].runbooks] == ["new.md"]
