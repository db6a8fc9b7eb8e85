"""The full collection as steps of an incident: eleven artefacts of one stamp, each its own result; then a rotation."""

from __future__ import annotations

import hashlib
from pathlib import Path

from support.waiting import wait_until

from handrail.drill.world import World
from handrail.incident.checklist import Row
from handrail.incident.incident import Attempt, Incident
from handrail.operator.operator import Consent, Operator


def collecting(operator: Operator) -> tuple[Incident, list[Row]]:
    """A compromise with the full collection opened in it, and the steps of that."""
    declared = operator.declare("Gmail", "alwaysclaw", "P1", "gmail-compromise").result(10)
    assert isinstance(declared, Incident)
    opened = operator.open_in(declared.id, operator.packs[0].folder / "forensics.md", "full-collection").result(10)
    assert isinstance(opened, Incident)
    rows = operator.watcher.checklist_of(opened).rows
    return opened, [row for row in rows if row.item is not None and row.item.runs and row.key.startswith("2:")]


def run(operator: Operator, incident: Incident, row: Row) -> Attempt:
    now = operator.watcher.incident(incident.id)
    assert now is not None
    prepared = operator.prepared(now, row.key)
    answer = operator.start_step(incident.id, row.key, Consent(prepared.command, prepared.word)).result(10)
    assert isinstance(answer, Incident), answer

    def ended() -> Attempt | None:
        last = (operator.watcher.incident(incident.id) or now).item(row.key).last
        return last if last is not None and last.verdict else None
    return wait_until(ended, 30, f"the end of {row.title}")  # type: ignore[return-value]


def test_eleven_artefacts_of_one_stamp_each_its_own_result(world: World, operator: Operator) -> None:
    incident, steps = collecting(operator)
    attempts = [run(operator, incident, row) for row in steps]
    assert len({attempt.run for attempt in attempts}) == len(steps) == 14
    assert [attempt.verdict for attempt in attempts] == ["ran"] * 12 + ["passed", "ran"]
    [folder] = (world.folder / "home/state/forensics").iterdir()
    files = [path for path in folder.iterdir() if path.name != "MANIFEST.sha256"]
    assert len(files) == 11
    assert all(path.name.startswith(f"{folder.name}-") for path in files), "one stamp"
    assert folder.stat().st_mode & 0o777 == 0o700
    sums = dict(reversed(line.split("  ")) for line in (folder / "MANIFEST.sha256").read_text().splitlines())
    assert sums == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_one_that_cannot_be_had_fails_by_itself_and_ten_are_a_result(world: World, operator: Operator) -> None:
    (world.folder / "home/state/logs/commands.jsonl").unlink()
    incident, steps = collecting(operator)
    words = {row.title: run(operator, incident, row).verdict for row in steps}
    assert [title for title, word in words.items() if word == "failed"] == [
        "Copy the gateway's command log", "Write the manifest and count"]
    [folder] = (world.folder / "home/state/forensics").iterdir()
    assert len([path for path in folder.iterdir() if path.name != "MANIFEST.sha256"]) == 10
    assert "evidence is not collected in full" not in operator.owed(operator.watcher.incident(incident.id) or incident)


def test_a_rotation_waits_for_the_collection_and_is_timed(world: World, operator: Operator) -> None:
    incident, steps = collecting(operator)
    folder = Path(operator.packs[0].folder)
    opened = operator.open_in(incident.id, folder / "rotation.md", "gmail-oauth-token-rotation").result(10)
    assert isinstance(opened, Incident)
    revoke = next(row for row in operator.watcher.checklist_of(opened).rows if row.title == "Revoke the current token")
    held = operator.prepared(opened, revoke.key).refused
    assert held is not None and held.code == "evidence-first"
    for row in steps[:3]:
        run(operator, incident, row)
    run(operator, incident, revoke)

    def rotation() -> bool:
        now = operator.watcher.incident(incident.id)
        return any(row.text == "rotation" and row.state == "open" for row in (now.deadlines if now else ()))
    wait_until(rotation, 20, "the clock of the rotation")
