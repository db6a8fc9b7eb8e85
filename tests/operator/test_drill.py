"""The main job in a practice world: a fault turns a lamp bad, the incident's checklist mends it, on record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desks import Desk, a_desk, done, refused
from support.evidence import in_active_harm
from support.waiting import wait_until
from support.worlds import ask

from handrail.drill import world as worlds
from handrail.operator.operator import Consent


@pytest.fixture
def world(tmp_path: Path) -> Iterator[worlds.World]:
    root = tmp_path / "drill"
    yield worlds.start("alwaysclaw", root)
    worlds.stop(root)


@pytest.fixture
def desk(tmp_path: Path, world: worlds.World) -> Iterator[Desk]:
    with a_desk(tmp_path / "desk", packs=(world.pack,)) as desk:
        yield desk


def _bad_lamps(desk: Desk) -> set[str]:
    return {lamp.id for lamp in desk.operator.watcher.now().lamps if lamp.rank}


def test_a_fault_turns_lamps_bad_and_the_kill_switch_is_thrown(desk: Desk, world: worlds.World) -> None:
    desk.operator.start_polling()
    wait_until(lambda: (lamps := desk.operator.watcher.now().lamps) and all(lamp.word == "OK" for lamp in lamps), 15,
               "every lamp is well")
    world.inject("gmail-compromise")
    wait_until(lambda: _bad_lamps(desk), 10, "a lamp turns bad")

    incident = done(desk.operator.declare("", "alwaysclaw", "P1", "gmail-compromise"))
    incident = in_active_harm(desk.operator, incident)
    assert incident.title
    assert [deadline.id for deadline in incident.deadlines] == ["respond", "resolve"]
    checklist = desk.operator.watcher.checklist(incident.id)
    assert checklist is not None
    runs = [row for row in checklist.rows if row.item is not None and row.item.runs][:3]
    for row in runs:
        prepared = desk.operator.prepared(incident, row.key)
        assert prepared.refused is None
        assert f"127.0.0.1:{world.gateway}" in prepared.command
        assert prepared.command != prepared.original
        assert prepared.notes, "why it runs otherwise is said"
        done(desk.operator.start_step(incident.id, row.key, Consent(prepared.command, prepared.word)))
        ended = desk.ended(incident, row.title)
        assert ended.verdict in ("ran", "passed"), ended
    assert ended.verdict == "passed", "the last one verifies"
    _, gmail = ask(world, "/api/gmail/status")
    assert (gmail["connected"], gmail["watchActive"]) == (False, False)


def test_a_gateway_that_lies_fails_the_verification_with_exit_0(desk: Desk, world: worlds.World) -> None:
    world.inject("wrong-body")
    incident = done(desk.operator.declare("Gmail", "alwaysclaw", "P1", "gmail-compromise"))
    checklist = desk.operator.watcher.checklist(incident.id)
    assert checklist is not None
    verify = next(row for row in checklist.rows if row.item is not None and row.item.expected is not None)
    done(desk.operator.start_step(incident.id, verify.key))
    ended = desk.ended(incident, verify.title)
    assert (ended.verdict, ended.exit) == ("failed", 0)
    assert "connected" in ended.why


def test_a_step_that_would_leave_the_world_does_not_run(desk: Desk, tmp_path: Path) -> None:
    desk.runbook.write_text("# Oops\n\n```bash\n# Touch the host\ntouch /tmp/outside-of-the-world\n```\n")
    record = desk.open()
    key = desk.key(record, "Touch the host")
    prepared = desk.operator.prepared(record, key)
    assert prepared.refused is not None
    refusal = refused(desk.operator.start_step(record.id, key, Consent(prepared.command, prepared.word)))
    assert refusal.code == "outside-the-world"
    assert "/tmp/outside-of-the-world" in refusal.sentence
    assert not Path("/tmp/outside-of-the-world").exists()


def test_home_leads_into_the_world(desk: Desk, world: worlds.World) -> None:
    desk.runbook.write_text("# Where\n\n```bash\n# Ask\necho $HOME; pwd\n```\n")
    record = desk.open()
    assert desk.output(record, desk.run(record, "Ask")) == f"{world.folder}/home\n" * 2
