"""Values of every wrong kind in a record, with a seal that fits or not: a sentence, never an error of our own."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.record import ADE, KIM, P1, P2, a_store, declare, done, note

from handrail.board import card
from handrail.errors import Damaged, HandrailError
from handrail.export.readable import markdown, timeline_csv
from handrail.incident.archive import Archive, BadFile
from handrail.incident.events import Draft
from handrail.incident.fold import FOLD
from handrail.incident.incident import Incident
from handrail.library import Library
from handrail.paths import State

NOW = datetime(2026, 11, 21, 3, 12, 4, tzinfo=UTC).isoformat()
WRONG = (
    None, True, 0, -1, 1.5, 1e308, 10**40, "", "x", "\ud800", "\x1b[31m\x07", "a" * 5000, [], [1], {}, {"a": {}},
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00", "1969-12-31T23:59:59Z", "2026-01-01T00:00:00",
)
STEP = {"item": "c:s", "command": "true", "original": "true", "risk": "read", "title": "t"}
LIFE = (
    ("acknowledged", {"by": "kim"}), ("severity", {"old": P1, "new": P2}), ("milestone", {"name": "detected"}),
    ("role", {"role": "scribe", "person": "kim"}), ("condition", {"name": "ks", "text": "t", "state": "engaged"}),
    ("call_opened", {"call": "c", "document": "/x.md", "sha256": "0" * 64, "section": ["S"], "title": "T"}),
    ("value", {"name": "host", "call": "c", "old": None, "new": "db1"}), ("decision", {"item": "c:d", "choice": "a"}),
    ("step_started", {**STEP, "run": "r1"}), ("step_finished", {**STEP, "run": "r1", "verdict": "ran", "exit": 0,
                                                               "seconds": 1.5, "remarks": ["a"]}),
    ("step_seen", {"item": "c:s", "run": "r1", "ok": True}), ("chain_started", {"chain": "h", "steps": [STEP]}),
    ("lamps", {"item": "c:s", "run": "r1", "lamps": [{"id": "l", "title": "t", "before": {"word": "OK"}}]}),
    ("message", {"to": "x", "text": "t", "sent": True}), ("link", {"relation": "related", "to": "X"}),
    ("action_item", {"action": "a", "text": "t", "due_at": NOW}), ("deadline_set", {"deadline": "d", "due_at": NOW}),
    ("note", {"text": "hello"}), ("correction", {"of": "note", "data": {"text": "better", "occurred_at": NOW}}),
    ("redacted", {"of": "zz"}), ("given_back", {"runs": ["q"]}), ("unheard_of", {"a": [1, {"b": 2}]}),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The record of an incident with one event of nearly every kind."""
    store = a_store(tmp_path)
    drafts = [Draft(kind, data, id=kind) for kind, data in LIFE]
    return State(tmp_path).active / f"{done(store.transact(declare(store).id, lambda _: drafts, actor=ADE)).id}.json"


def sealed(tables: dict[str, Any], *, fits: bool) -> bytes:
    """The file as a hand with the source of this program could make it."""
    text = json.dumps({name: table for name, table in tables.items() if name != "_meta"}, ensure_ascii=False)[:-1]
    data = f'{text},"_meta":{{"1":{{"schema":1,"fold":{FOLD},"sha256":"'.encode("utf-8", "surrogatepass")
    return data + (hashlib.sha256(data).hexdigest() if fits else "0" * 64).encode() + b'"}}}'


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(inner, (*path, key))


def put(tables: dict[str, Any], path: tuple[Any, ...], value: object) -> None:
    inner: Any = tables
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value


def look(state: State, id: str) -> None:
    """Everything that a screen, a command and an export make of it."""
    incident = Archive(state).read(id)
    checklist = Library(state).checklist(incident)
    assert card(incident, checklist, {})
    assert markdown(incident, checklist)
    assert timeline_csv(incident, checklist)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_value_of_another_kind_is_read_past_or_refused_in_words(file: Path, seed: int) -> None:
    state, id, chance = State(file.parents[1]), file.stem, random.Random(seed)
    good = file.read_bytes()
    where = [path for path in places(json.loads(good)) if path[0] != "_meta"]
    taken = 0
    for turn in range(100):
        tables = json.loads(good)
        put(tables, chance.choice(where), chance.choice(WRONG))
        file.write_bytes(sealed(tables, fits=turn % 2 == 0))
        assert len(Archive(state).active()) == 1, "it has a row on the board"
        for act in (lambda: look(state, id), lambda: note(a_store(state.root), id),
                    lambda: a_store(state.root).accept(id, actor=KIM)):
            try:
                act()
            except HandrailError as refused:
                assert refused.title
            else:
                taken += 1
        report = Archive(state).verify(id)
        if report.path.name == file.name and report.events:
            assert not [one for one in report.findings if one.path == file], "what was accepted fits"
            look(state, id)
        for copy in state.backups.glob("*"):
            copy.unlink()
        file.write_bytes(good)
    assert taken > 100, "most of it can be read or accepted"


def test_a_bit_that_flips_in_a_letter_of_three_bytes_takes_one_row_off_the_board_and_no_more(tmp_path: Path) -> None:
    store, state = a_store(tmp_path), State(tmp_path)
    id, other = declare(store, "퀀 server").id, declare(store, "another").id
    file = state.active / f"{id}.json"
    data = bytearray(file.read_bytes())
    place = data.index("퀀".encode()) + 1
    data[place] ^= 0x20  # now half of a surrogate pair, which is no text
    file.write_bytes(data)
    bad, good = Archive(state).active()
    assert isinstance(bad, BadFile)
    assert f"Byte {place - 1} is not text" in bad.why
    assert isinstance(good, Incident)
    assert good.id == other
    assert not Archive(state).verify(id).ok
    assert store.accept(id, actor=KIM).title == "\ufffd\ufffd\ufffd server"


@pytest.mark.parametrize("fits", [True, False], ids=["sealed", "unsealed"])
def test_what_is_no_event_keeps_its_place(file: Path, *, fits: bool) -> None:
    tables = json.loads(file.read_bytes())
    tables["timeline"]["4"] = "scribbled over"
    file.write_bytes(sealed(tables, fits=fits))
    state, id = State(file.parents[1]), file.stem
    assert {one.event for one in Archive(state).verify(id).findings if one.path == file} >= {4}
    accepted = a_store(state.root).accept(id, actor=KIM)
    assert accepted.events[3].data == {"found": "scribbled over"}
    assert len(accepted.events) == len(LIFE) + 2
    assert not [one for one in Archive(state).verify(id).findings if one.path == file]


def test_a_forged_order_is_read_but_not_written_to(file: Path) -> None:
    tables = json.loads(file.read_bytes())
    tables["timeline"]["9"]["id"] = tables["timeline"]["8"]["id"]
    file.write_bytes(sealed(tables, fits=True))
    state, id = State(file.parents[1]), file.stem
    assert Archive(state).read(id)
    with pytest.raises(Damaged, match="not numbered one by one"):
        note(a_store(state.root), id)
    a_store(state.root).accept(id, actor=KIM)
    assert note(a_store(state.root), id).rev == len(LIFE) + 3
