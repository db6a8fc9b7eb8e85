"""What a newer version put into a record, without a new schema, stays there, whatever this one does with it."""

from __future__ import annotations

import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from support.record import KIM, HandClock, a_store, declare, note

from handrail.export.archive import export
from handrail.incident.archive import Archive
from handrail.incident.fold import FOLD
from handrail.incident.incident import Incident
from handrail.incident.sealing import chain_hash, payload_hash
from handrail.incident.store import Store
from handrail.paths import State

SIGNATURE = "ed25519:6b1f"
ANCHORS = {"1": {"head": "4ac1", "held_by": "the notary"}}


def by_a_newer_one(path: Path, fold: int = FOLD + 1) -> None:
    """Add an event of a kind nobody here knows, fields beside those of ours, and a table of its own."""
    tables = json.loads(path.read_bytes())
    last = tables["timeline"][str(len(tables["timeline"]))]
    row: dict[str, Any] = {
        **last, "n": last["n"] + 1, "id": "newer", "kind": "weather_report", "data": {"sky": ["grey", {"rain": 0.5}]},
        "actor": {**last["actor"], "device": "phone"}, "signature": SIGNATURE,
    }
    row["p"] = payload_hash(row["data"], row["reason"])
    del row["h"]
    row["h"] = chain_hash(row, last["h"])
    tables["timeline"][str(row["n"])] = row
    content = {"anchors": ANCHORS, **{name: table for name, table in tables.items() if name != "_meta"}}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))[:-1]
    text += f',"_meta":{{"1":{{"schema":1,"fold":{fold},"sha256":"'
    path.write_bytes(text.encode() + hashlib.sha256(text.encode()).hexdigest().encode() + b'"}}}')


@pytest.fixture
def record(tmp_path: Path) -> tuple[Store, State, str]:
    """An open incident that a newer version wrote to last."""
    store, state = a_store(tmp_path), State(tmp_path)
    id = declare(store).id
    by_a_newer_one(state.active / f"{id}.json")
    return store, state, id


def untouched(path: Path) -> bool:
    """Whether all that the newer one wrote is there; a failure names what is not."""
    tables = json.loads(path.read_bytes())
    event = next(row for row in tables["timeline"].values() if row["id"] == "newer")
    assert tables["anchors"] == ANCHORS
    assert event["kind"] == "weather_report"
    assert event["data"] == {"sky": ["grey", {"rain": 0.5}]}
    assert event["signature"] == SIGNATURE
    assert event["actor"]["device"] == "phone"
    return True


def test_it_is_read_verified_and_kept_by_each_write(record: tuple[Store, State, str]) -> None:
    store, state, id = record
    incident = Archive(state).read(id)
    assert incident.events[-1].kind == "weather_report"
    assert Archive(state).verify(id).ok
    note(store, id, "first")
    note(store, id, "second")  # from what the first write left in memory
    note(a_store(state.root), id, "third")  # from the file
    assert untouched(state.active / f"{id}.json")
    assert Archive(state).verify(id).ok


def test_a_damaged_one_is_accepted_with_all_of_it(record: tuple[Store, State, str]) -> None:
    store, state, id = record
    path = state.active / f"{id}.json"
    path.write_bytes(path.read_bytes().replace(b"Gmail", b"Gmial"))
    assert store.accept(id, actor=KIM).title.startswith("Gmial")
    assert untouched(path)
    assert Archive(state).verify(id).ok


def test_an_export_holds_all_of_it(record: tuple[Store, State, str], tmp_path: Path) -> None:
    store, state, id = record
    note(store, id)
    done = export(state, id, tmp_path / "one.tar", HandClock())
    assert done.whole
    with tarfile.open(done.path) as tar:
        tar.extractall(tmp_path / "out", filter="data")
    assert untouched(tmp_path / "out" / id / "active" / f"{id}.json")
    assert "weather report" in (tmp_path / "out" / id / "incident.md").read_text()


def test_the_board_reads_it_past_a_summary_of_another_version(record: tuple[Store, State, str]) -> None:
    _, state, _ = record
    [found] = Archive(state).active()
    assert isinstance(found, Incident)
    assert found.rev == 2
