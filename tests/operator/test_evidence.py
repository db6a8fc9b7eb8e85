"""Evidence first: each row of the pack's quick reference, what counts as collected, and the choice to go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.desks import Desk, a_desk, done, refused
from support.scenarios import PACK, declared

from handrail.acts import evidence
from handrail.acts.evidence import REASONS
from handrail.incident.checklist import build
from handrail.incident.incident import Incident, ItemState


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path, packs=(PACK,)) as made:
        yield made


def opened(desk: Desk, incident: Incident, link: str) -> Incident:
    file, _, section = link.partition("#")
    return done(desk.operator.open_in(incident.id, PACK.folder / file, section))


def held(desk: Desk, incident: Incident, title: str, *, bad: tuple[str, ...] = ()) -> evidence.Held | None:
    row = next(row for row in build(incident, desk.operator.watcher.runbook).rows if row.title == title)
    assert row.item is not None
    return evidence.held(incident, row.key, row.item, row.item.risk, PACK, desk.operator.watcher.runbook, bad)


def with_state(desk: Desk, incident: Incident, title: str, word: str) -> Incident:
    """The incident as if this step had come to `word`."""
    row = next(row for row in build(incident, desk.operator.watcher.runbook).rows if row.title == title)
    return replace(incident, items={**incident.items, row.key: ItemState(word)})  # type: ignore[arg-type]


# -- the seven rows


@pytest.mark.parametrize(("scenario", "title"), [
    ("gmail-compromise", "Stop the Gmail watch"),
    ("twilio-compromise", "Disable the webhook"),
    ("browser-hijack", "Close all browser sessions"),
    ("voice-leak", "End all voice streams"),
])
def test_a_kill_switch_waits_for_the_quick_capture(desk: Desk, scenario: str, title: str) -> None:
    incident = declared(desk, scenario)
    found = held(desk, incident, title)
    assert found is not None and found.collect == "forensics.md#volatile-capture"
    key = next(row.key for row in build(incident, desk.operator.watcher.runbook).rows if row.title == title)
    said = refused(desk.operator.start_step(incident.id, key, desk.consent(incident, key)))
    assert (said.code, said.sentence.endswith(".")) == (evidence.HELD, True)
    incident = opened(desk, incident, found.collect)
    capture = "Capture status, loops and the newest events"
    assert held(desk, incident, capture) is None, "collecting itself waits for nothing"
    assert held(desk, with_state(desk, incident, capture, "failed"), title) is not None
    assert held(desk, with_state(desk, incident, capture, "ran"), title) is None


def test_a_crash_loop_collects_meanwhile(desk: Desk) -> None:
    incident = opened(desk, declared(desk, "crash-loop"), "forensics.md#full-collection")
    titles = [row.title for row in build(incident, desk.operator.watcher.runbook).rows if row.item and row.item.runs]
    assert len(titles) > 11
    assert [title for title in titles if held(desk, incident, title) is not None] == []


def test_a_full_disk_refuses_the_collection_until_there_is_room(desk: Desk) -> None:
    incident = opened(desk, declared(desk, "disk-critical"), "forensics.md#full-collection")
    found = held(desk, incident, "Dump the state of all loops", bad=("disk",))
    assert found is not None and found.collect == "" and "Clear space first." in found.remedy
    assert held(desk, incident, "Dump the state of all loops", bad=("gmail",)) is None
    assert held(desk, incident, "See what takes the space", bad=("disk",)) is None


def test_memory_takes_the_snapshot_before_the_restart_that_wipes_it(desk: Desk) -> None:
    incident = declared(desk, "memory-exhaustion")
    assert held(desk, incident, "Take the snapshots") is None
    assert held(desk, incident, "Restart the gateway") is not None
    assert held(desk, with_state(desk, incident, "Take the snapshots", "failed"), "Restart the gateway") is not None
    assert held(desk, with_state(desk, incident, "Take the snapshots", "ran"), "Restart the gateway") is None


# -- what counts


def test_a_read_waits_for_nothing(desk: Desk) -> None:
    assert held(desk, declared(desk, "gmail-compromise"), "Verify that Gmail is disconnected") is None


def test_a_rotation_needs_the_full_collection(desk: Desk) -> None:
    incident = opened(desk, declared(desk, "gmail-compromise"), "forensics.md#volatile-capture")
    incident = opened(desk, incident, "forensics.md#full-collection")
    incident = opened(desk, incident, "rotation.md#gmail-oauth-token-rotation")
    incident = with_state(desk, incident, "Capture status, loops and the newest events", "ran")
    found = held(desk, incident, "Clear the stored credentials")
    assert found is not None and found.collect == "forensics.md#full-collection"
    folder = with_state(desk, incident, "Make the folder and the stamp of this collection", "ran")
    assert held(desk, folder, "Clear the stored credentials") is not None, "an empty folder is no evidence"
    some = with_state(desk, folder, "Export the Gmail events", "ran")
    assert held(desk, some, "Clear the stored credentials") is None


def test_an_incident_of_another_pack_or_without_a_scenario_waits_for_nothing(desk: Desk) -> None:
    plain = done(desk.operator.declare("Odd mail", PACK.id, "P2"))
    plain = opened(desk, plain, "kill-switches.md#gmail-kill-switch")
    assert held(desk, plain, "Stop the Gmail watch") is None


# -- the choice


def test_going_on_is_a_choice_with_a_reason_that_holds_for_its_section_only(desk: Desk) -> None:
    incident = declared(desk, "gmail-compromise")
    found = held(desk, incident, "Stop the Gmail watch")
    assert found is not None
    operator = desk.operator
    key = next(row.key for row in operator.watcher.checklist_of(incident).rows if row.item)
    assert refused(operator.waive_evidence(incident.id, key, found.scope, "no time")).code == "no-such-reason"
    assert refused(operator.waive_evidence(incident.id, key, found.scope, "other")).code == "no-reason"
    chosen = done(operator.waive_evidence(incident.id, key, found.scope, REASONS[0]))
    assert [(waiver.choice, waiver.by) for waiver in chosen.waivers] == [("active harm", "kim")]
    assert held(desk, chosen, "Stop the Gmail watch") is None
    rotating = opened(desk, chosen, "rotation.md#gmail-oauth-token-rotation")
    assert held(desk, rotating, "Clear the stored credentials") is not None
    assert "evidence is not collected in full" in operator.owed(chosen)


def test_a_choice_can_be_taken_back(desk: Desk) -> None:
    incident = declared(desk, "gmail-compromise")
    found = held(desk, incident, "Stop the Gmail watch")
    assert found is not None
    done(desk.operator.waive_evidence(incident.id, "1:x", found.scope, "other", "the owner said so"))
    back = done(desk.operator.correct(incident.id, "he did not"))
    assert held(desk, back, "Stop the Gmail watch") is not None


@pytest.mark.parametrize(("choice", "still"), [
    ("active harm", True), ("already done", False), ("not applicable", False), ("other", True)])
def test_what_is_still_owed_after_each_choice(desk: Desk, choice: str, still: bool) -> None:
    incident = declared(desk, "gmail-compromise")
    found = held(desk, incident, "Stop the Gmail watch")
    assert found is not None
    chosen = done(desk.operator.waive_evidence(incident.id, "1:x", found.scope, choice, "words"))
    assert ("evidence is not collected in full" in desk.operator.owed(chosen)) is still
