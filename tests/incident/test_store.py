"""What an operator does is on disk when it is answered, and stock TinyDB can read it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.record import ADE, KIM, HandClock, a_store, declare, done, note
from tinydb import TinyDB

from handrail.errors import Refusal, UsageError
from handrail.incident.archive import Archive
from handrail.incident.events import Draft
from handrail.incident.fold import fold
from handrail.paths import State


def test_what_was_declared_is_read_back_by_another_reader(tmp_path: Path) -> None:
    incident = declare(a_store(tmp_path))
    again = Archive(State(tmp_path)).read(incident.id)
    assert again == incident
    assert (again.id, again.title, str(again.level), again.status) == (
        "INC-20261121-031204", "Gmail credential compromise", "AC P1", "investigating")
    assert again.events[0].actor == KIM


def test_two_in_one_second_get_ids_of_their_own(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    assert [declare(store).id for _ in range(3)] == [
        "INC-20261121-031204", "INC-20261121-031204-2", "INC-20261121-031204-3"]


def test_stock_tinydb_opens_the_file(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    incident = note(store, declare(store).id, "stopped the watch: ≥ 3 sessions")
    with TinyDB(State(tmp_path).active / f"{incident.id}.json", access_mode="r") as database:
        assert database.tables() == {"timeline", "incident", "_meta"}
        assert [event["kind"] for event in database.table("timeline")] == ["declared", "note"]
        assert database.table("timeline").get(doc_id=2)["data"] == {"text": "stopped the watch: ≥ 3 sessions"}
        assert database.table("incident").get(doc_id=1)["rev"] == 2


def test_the_stored_fold_is_the_fold_of_the_stored_events(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    incident = note(store, declare(store).id)
    assert fold(incident.id, incident.events) == incident == Archive(State(tmp_path)).read(incident.id)


def test_a_decision_sees_what_others_wrote(tmp_path: Path) -> None:
    one, two = a_store(tmp_path), a_store(tmp_path)
    id = declare(one).id
    start = {"item": "c1:abc", "run": "r1", "command": "true", "original": "true", "risk": "read", "title": "Check"}
    done(one.transact(id, lambda _: [Draft("step_started", start)], actor=KIM))

    def decide(incident):
        if by := incident.item("c1:abc").by:
            return Refusal("already-running", f"{by} started it.")
        return [Draft("step_started", {**start, "run": "r2"})]

    answer = two.transact(id, decide, actor=ADE)
    assert answer == Refusal("already-running", "kim started it.")
    assert Archive(State(tmp_path)).read(id).rev == 2


def test_no_answer_changes_nothing(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    id = declare(store).id
    file = State(tmp_path).active / f"{id}.json"
    before = file.stat()
    assert done(store.transact(id, lambda _: [], actor=KIM)).rev == 1
    assert file.stat().st_ino == before.st_ino
    assert store.create(lambda _: Refusal("no", "No."), actor=KIM) == Refusal("no", "No.")
    assert len(Archive(State(tmp_path)).active()) == 1


def test_a_derived_id_is_stored_once_and_the_first_one_wins(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    id = declare(store).id
    note(store, id, "first", id="finish:r1")
    incident = note(a_store(tmp_path), id, "second", id="finish:r1")
    assert incident.rev == 2
    assert incident.events[1].data == {"text": "first"}
    twice = [Draft("note", {"text": "a"}, id="x"), Draft("note", {"text": "b"}, id="x")]
    assert [event.data for event in done(store.transact(id, lambda _: twice, actor=KIM)).events[2:]] == [{"text": "a"}]


@pytest.mark.parametrize("data", [
    {"x": float("nan")}, {"x": float("inf")}, {"x": object()}, {"x": {1, 2}}, {"x": b"bytes"}, {"x": "\ud800"},
    {"x": "a" * (1 << 21)}, {1: 2, "1": 3},
], ids=["nan", "inf", "object", "set", "bytes", "surrogate", "too-long", "mixed-keys"])
def test_what_json_cannot_hold_is_refused_before_anything_is_opened(tmp_path: Path, data: dict) -> None:
    store = a_store(tmp_path)
    id = declare(store).id
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")if path.is_file() and path.name != "lock"}
    with pytest.raises(UsageError):
        store.transact(id, lambda _: [Draft("note", data)], actor=KIM)
    assert before == {path: path.stat().st_mtime_ns for path in before}
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize("id", ["", "INC-1", "../past/INC-1", "..", "a/b", "x" * 300, "INC-1\0"])
def test_an_unknown_incident_is_a_sentence(tmp_path: Path, id: str) -> None:
    store = a_store(tmp_path)
    with pytest.raises(UsageError, match="no incident"):
        note(store, id)
    with pytest.raises(UsageError, match="no incident"):
        Archive(State(tmp_path)).read(id)


def test_closing_moves_to_the_past_and_reopening_back(tmp_path: Path) -> None:
    clock = HandClock()
    store, state = a_store(tmp_path, clock=clock), State(tmp_path)
    id = declare(store).id
    clock.pass_by(60)
    done(store.transact(id, lambda _: [Draft("resolved"), Draft("closed")], actor=KIM))
    assert not (state.active / f"{id}.json").exists()
    assert (state.past / f"{id}.json").exists()
    archive = Archive(state)
    assert archive.active() == ()
    assert archive.read(id).status == "closed"

    assert note(store, id, "review held").status == "closed"
    assert (state.past / f"{id}.json").exists()

    clock.pass_by(3600)
    reopened = done(store.transact(id, lambda _: [Draft("reopened", reason="came back")], actor=ADE))
    clock.pass_by(30)
    assert (reopened.status, reopened.seconds_open(clock.now())) == ("investigating", 90.0)
    assert [incident.id for incident in archive.active()] == [id]
    assert not (state.past / f"{id}.json").exists()


def test_a_frozen_runbook_is_kept_by_its_hash(tmp_path: Path) -> None:
    store, archive = a_store(tmp_path), Archive(State(tmp_path))
    sha = store.freeze(b"# Rotate\n")
    assert archive.document(sha) == b"# Rotate\n"
    assert store.freeze(b"# Rotate\n") == sha
    with pytest.raises(UsageError):
        archive.document("0" * 64)


def test_a_decision_that_uses_the_store_is_told_off_instead_of_hanging(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    id = declare(store).id
    with pytest.raises(RuntimeError, match="under the lock"):
        store.transact(id, lambda _: [Draft("note", {"text": store.freeze(b"x")})], actor=KIM)
    assert note(store, id).rev == 2


def test_the_bytes_of_old_events_never_change(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    id = declare(store).id
    file = State(tmp_path).active / f"{id}.json"
    note(store, id, "ä\u2028\x00 1e400", id="odd")
    first = json.loads(file.read_bytes())["timeline"]
    text = file.read_bytes().split(b'},"incident":')[0]
    note(store, id)
    assert file.read_bytes().startswith(text[:-1])
    assert json.loads(file.read_bytes())["timeline"] | first == json.loads(file.read_bytes())["timeline"]
