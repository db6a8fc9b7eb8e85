"""The board and the past, read without writing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from support.record import ADE, KIM, HandClock, a_store, declare, done, note

from handrail.incident.archive import Archive, BadFile
from handrail.incident.events import Draft
from handrail.incident.incident import Incident
from handrail.incident.store import Store
from handrail.paths import State

NAMES = ("alpha", "beta", "gamma", "delta")


def close(store: Store, id: str) -> None:
    done(store.transact(id, lambda _: [Draft("resolved"), Draft("closed")], actor=KIM))


def test_an_empty_or_missing_state_folder_is_an_empty_board(tmp_path: Path) -> None:
    archive = Archive(State(tmp_path / "nothing"))
    assert (archive.active(), archive.past(), archive.changed()) == ((), (), False)
    assert not (tmp_path / "nothing").exists()


def test_the_board_holds_the_latest_events_only_and_says_so(tmp_path: Path) -> None:
    store, archive = a_store(tmp_path), Archive(State(tmp_path))
    id = declare(store).id
    whole = done(store.transact(id, lambda _: [Draft("note", {"text": str(n)}) for n in range(50)], actor=KIM))
    seen, = archive.active()
    assert isinstance(seen, Incident)
    assert seen.events == whole.events[-20:]
    assert (seen.rev, seen.notes, seen.complete, archive.read(id).complete) == (51, 50, False, True)


def test_unchanged_files_are_not_read_again(tmp_path: Path) -> None:
    store, archive, state = a_store(tmp_path), Archive(State(tmp_path)), State(tmp_path)
    ids = [declare(store).id for _ in range(3)]
    for id in ids:
        os.utime(state.active / f"{id}.json", (1, 1))
    first = archive.active()
    assert not archive.changed()
    assert all(one is two for one, two in zip(first, archive.active(), strict=True))
    assert archive.read(ids[0]) is archive.read(ids[0])
    note(store, ids[1])
    assert archive.changed()
    again = archive.active()
    assert [one is two for one, two in zip(first, again, strict=True)] == [True, False, True]
    (state.active / f"{ids[2]}.json").unlink()
    assert archive.changed()
    assert len(archive.active()) == 2


def test_what_ended_is_not_on_the_board_even_before_it_is_swept(tmp_path: Path) -> None:
    store, archive, state = a_store(tmp_path), Archive(State(tmp_path)), State(tmp_path)
    id = declare(store).id
    close(store, id)
    (state.past / f"{id}.json").rename(state.active / f"{id}.json")
    assert archive.active() == ()
    assert a_store(tmp_path).sweep() == (id,)
    assert (state.past / f"{id}.json").exists()
    assert archive.read(id).closed


def test_foreign_files_beside_the_incidents_are_left_alone(tmp_path: Path) -> None:
    store, state = a_store(tmp_path), State(tmp_path)
    id = declare(store).id
    for name in ("notes.md", ".hidden", "half.json.tmp"):
        (state.active / name).write_text("x")
    store.sweep()
    assert [one.id for one in Archive(state).active()] == [id]


def test_what_cannot_be_read_at_all_is_named(tmp_path: Path) -> None:
    state = State(tmp_path)
    id = declare(a_store(tmp_path)).id
    (state.active / "INC-1.json").mkdir()
    bad, good = Archive(state).active()
    assert isinstance(bad, BadFile)
    assert (bad.id, good.id) == ("INC-1", id)
    assert bad.why == f"The record could not be read. {state.active}/INC-1.json: Is a directory."


def test_reading_never_writes(tmp_path: Path) -> None:
    store, archive, state = a_store(tmp_path), Archive(State(tmp_path)), State(tmp_path)
    id, over = declare(store).id, declare(store).id
    close(store, over)
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in tmp_path.rglob("*")}
    archive.active(), archive.read(id), archive.past(), archive.verify(id), archive.changed()
    assert before == {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in tmp_path.rglob("*")}
    assert not state.past_index.exists()


def test_the_archive_cannot_reach_the_store() -> None:
    script = ("import sys; import handrail.incident.archive\n"
              "print([name for name in sys.modules if name.endswith(('incident.store', 'incident.storage'))\n"
              "       or name.split('.')[0] in ('tinydb', 'textual', 'rich', 'httpx')])")
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout == "[]\n"


# -- the past


def a_past(root: Path, count: int) -> list[str]:
    clock = HandClock()
    store = a_store(root, clock=clock)
    ids = []
    for number in range(count):
        clock.pass_by(3600)
        ids.append(declare(store, f"Incident {NAMES[number]}").id)
        clock.pass_by(60)
        close(store, ids[-1])
    return ids


def test_the_past_is_listed_newest_first_with_what_it_was(tmp_path: Path) -> None:
    ids = a_past(tmp_path, 3)
    rows = Archive(State(tmp_path)).past()
    assert [row.id for row in rows] == ids[::-1]
    assert (rows[0].title, rows[0].level, rows[0].status) == ("Incident gamma", "AC P1", "closed")
    assert rows[0].seconds == 60.0
    assert [row.id for row in Archive(State(tmp_path)).past("BETA incident")] == [ids[1]]
    assert Archive(State(tmp_path)).past("incident nonsense") == ()


def test_the_index_is_only_a_shortcut(tmp_path: Path) -> None:
    ids, state = a_past(tmp_path, 4), State(tmp_path)
    store = a_store(tmp_path)
    without = Archive(state).past()
    told = []
    assert store.index_past(lambda done, of: told.append((done, of))) == 4
    assert told[-1] == (4, 4)
    assert Archive(state).past() == without

    done(store.transact(ids[0], lambda _: [
        Draft("action_item", {"action": "a1", "text": "rotate", "due_at": "2026-12-01T00:00:00Z"})], actor=ADE))
    done(store.transact(ids[1], lambda _: [Draft("reopened")], actor=ADE))
    rows = Archive(state).past()
    assert {row.id for row in rows} == {ids[0], ids[2], ids[3]}
    assert [row.due.day for row in rows if row.due] == [1]

    for damage in (b"", b"{}", state.past_index.read_bytes()[:-9]):
        state.past_index.write_bytes(damage)
        assert Archive(state).past() == rows
    assert store.index_past() == 3
    (state.past / "INC-1.json").write_bytes(b"broken")
    archive = Archive(state)
    assert archive.past() == rows
    assert [bad.id for bad in archive.bad_past()] == ["INC-1"]


def test_an_index_row_is_trusted_only_for_the_very_file_it_was_made_from(tmp_path: Path) -> None:
    ids, state = a_past(tmp_path, 2), State(tmp_path)
    a_store(tmp_path).index_past()
    looked = []
    archive = Archive(state)
    archive.past()
    assert a_store(tmp_path).index_past(lambda done, of: looked.append(done)) == 2
    assert looked == [2], "nothing was read again"
    note(a_store(tmp_path), ids[0])
    assert next(row for row in archive.past() if row.id == ids[0]).signature[2] > 0
    assert a_store(tmp_path).index_past(lambda done, of: looked.append(done)) == 2
    assert len(looked) == 3


def test_stock_tinydb_opens_the_index(tmp_path: Path) -> None:
    from tinydb import TinyDB

    a_past(tmp_path, 2)
    a_store(tmp_path).index_past()
    with TinyDB(State(tmp_path).past_index, access_mode="r") as database:
        assert [row["title"] for row in database.table("past")] == ["Incident beta", "Incident alpha"]
