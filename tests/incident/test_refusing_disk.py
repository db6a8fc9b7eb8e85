"""Every operation of a write fails, once and for ever: the old file stays whole, and trying again gives one event."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from support.record import KIM, HandClock, a_store, declare, done, note
from support.refusing import Dying, Faulty, Full, Killed

from handrail.errors import StateError
from handrail.incident.archive import Archive
from handrail.incident.events import Draft
from handrail.incident.store import NotConfirmed, Store
from handrail.paths import State

NOTE = Draft("note", {"text": "once"}, id="once")


def with_disk(root: Path, files: Faulty) -> Store:
    return Store(State(root), HandClock(), files)


def operations(root: Path, draft: Draft) -> list[str]:
    """What one such write does to the disk."""
    id = declare(a_store(root)).id
    files = Faulty()
    store = with_disk(root, files)
    store.sweep()
    files.done.clear()
    done(store.transact(id, lambda _: [draft], actor=KIM))
    return files.done


def edit_by_hand(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"Gmail", b"Gmial"))


def events(root: Path, id: str) -> list[str]:
    archive = Archive(State(root))
    assert archive.verify(id).ok
    return [event.id for event in archive.read(id).events]


def test_a_write_is_these_operations_in_this_order(tmp_path: Path) -> None:
    assert operations(tmp_path, NOTE) == ["lock", "read", "create", "write", "sync", "close", "rename", "sync_folder"]


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "for-ever"])
def test_whatever_fails_the_file_is_whole_and_trying_again_gives_one_event(
        tmp_path: Path, error: int, lasting: bool) -> None:
    for place, name in enumerate(operations(tmp_path / "count", NOTE)):
        root = tmp_path / f"{place}-{name}"
        declared = declare(a_store(root))
        id, first = declared.id, declared.events[0].id
        files = Faulty()
        store = with_disk(root, files)
        store.sweep()
        State(root).ballast.unlink()
        files.done.clear()
        files.fails = lambda number, _, __, place=place, lasting=lasting: (
            error if number == place or (lasting and number > place) else 0)
        with pytest.raises(StateError) as failure:
            store.transact(id, lambda _: [NOTE], actor=KIM)
        assert events(root, id) in ([first], [first, "once"])
        assert str(failure.value).strip()

        files.fails = lambda number, name, argument: 0
        after = failure.value if isinstance(failure.value, NotConfirmed) else None
        answers = [Draft("note", {"text": "another"}, id="another") if after is None else NOTE]
        again = done(store.transact(id, lambda _, answers=answers: answers, actor=KIM, after=after))
        assert [event.id for event in again.events] == [first, answers[0].id] == events(root, id)
        assert not list(root.rglob("*.tmp")) or name == "remove"


def test_what_was_not_confirmed_but_written_is_the_answer_even_if_the_decision_would_now_refuse(tmp_path: Path) -> None:
    id = declare(a_store(tmp_path)).id
    files = Faulty()
    store = with_disk(tmp_path, files)
    store.sweep()
    files.fails = lambda number, name, argument: errno.EIO if name == "sync_folder" else 0
    with pytest.raises(NotConfirmed) as failure:
        store.transact(id, lambda _: [NOTE], actor=KIM)
    assert events(tmp_path, id)[1:] == ["once"], "the rename went through before the folder's sync failed"

    files.fails = lambda number, name, argument: 0
    files.done.clear()

    def refuse(_):
        raise AssertionError("must not be asked again")
    assert done(store.transact(id, refuse, actor=KIM, after=failure.value)).rev == 2
    assert "sync_folder" in files.done, "answered only once the folder is synced too"


def test_declaring_again_after_a_failure_makes_one_incident(tmp_path: Path) -> None:
    a_store(tmp_path).sweep()
    for failing in ("write", "sync_folder"):
        files = Faulty()
        store = with_disk(tmp_path, files)
        store.sweep()
        files.fails = lambda number, name, argument, failing=failing: errno.EIO if name == failing else 0
        with pytest.raises(NotConfirmed) as failure:
            store.create(lambda _: [Draft("declared", {"title": "once"})], actor=KIM)
        other = declare(a_store(tmp_path), "somebody else in the same second")
        files.fails = lambda number, name, argument: 0
        mine = done(store.create(lambda _: [Draft("declared", {"title": "once"})], actor=KIM, after=failure.value))
        assert (mine.title, other.title) == ("once", "somebody else in the same second")
        assert mine.id != other.id
    assert len(Archive(State(tmp_path)).active()) == 4


def test_killed_before_any_operation_the_file_is_whole_and_the_next_writer_goes_on(tmp_path: Path) -> None:
    for draft in (NOTE, Draft("closed", id="once")):
        for place, name in enumerate(operations(tmp_path / f"count-{draft.kind}", draft)):
            root = tmp_path / f"{draft.kind}-{place}-{name}"
            id = declare(a_store(root)).id
            with pytest.raises(Killed):
                with_disk(root, Dying(place + 1)).transact(id, lambda _, draft=draft: [draft], actor=KIM)
            a_store(root).sweep()
            again = done(a_store(root).transact(id, lambda _, draft=draft: [draft], actor=KIM))
            assert events(root, id)[1:] == ["once"]
            where = State(root).past if again.closed else State(root).active
            assert (where / f"{id}.json").exists()


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT])
def test_on_a_full_disk_the_ballast_lets_notes_go_on(tmp_path: Path, error: int) -> None:
    id = declare(a_store(tmp_path)).id
    ballast = State(tmp_path).ballast
    assert ballast.stat().st_blocks * 512 >= 1 << 20, "the megabyte is really taken from the disk"
    store = with_disk(tmp_path, Full(ballast, error))
    assert note(store, id, id="once").rev == 2
    assert not ballast.exists()
    assert events(tmp_path, id)[1:] == ["once"]

    a_store(tmp_path).sweep()
    assert ballast.exists(), "laid again once there is room"


def test_a_full_disk_without_ballast_says_so_and_keeps_the_old_file(tmp_path: Path) -> None:
    id = declare(a_store(tmp_path)).id
    State(tmp_path).ballast.unlink()
    file = State(tmp_path).active / f"{id}.json"
    before = file.read_bytes()
    files = Faulty(lambda number, name, argument: errno.ENOSPC if name == "write" else 0)
    store = with_disk(tmp_path, files)
    with pytest.raises(NotConfirmed, match=r"The disk is full\. .*No space left on device"):
        note(store, id)
    assert file.read_bytes() == before
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_file_size_limit_is_a_sentence_and_the_old_file_stays(tmp_path: Path) -> None:
    id = declare(a_store(tmp_path)).id
    file = State(tmp_path).active / f"{id}.json"
    before = file.read_bytes()
    script = (
        "import resource, sys; from pathlib import Path; from handrail.clock import SystemClock\n"
        "from handrail.errors import StateError\n"
        "from handrail.incident.events import Actor, Draft; from handrail.incident.store import Store\n"
        "from handrail.paths import State\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before)}, {len(before)}))\n"
        "try:\n"
        "    Store(State(Path(sys.argv[1])), SystemClock()).transact(\n"
        "        sys.argv[2], lambda _: [Draft('note', {'text': 'too much'})], actor=Actor('kim'))\n"
        "except StateError as error:\n"
        "    print(error.title)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script, tmp_path, id], capture_output=True, text=True, timeout=60)
    assert ran.stdout == "The record may not grow: a file size limit is set.\n", ran.stderr
    assert file.read_bytes() == before
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != len(before)


def test_a_new_state_folder_is_itself_on_disk_before_anything_is_answered(tmp_path: Path) -> None:
    synced: list[Path] = []

    def watch(number: int, name: str, argument: Path) -> int:
        if name == "sync_folder":
            synced.append(argument)
        return 0

    root = tmp_path / "home" / "state" / "handrail"
    declare(with_disk(root, Faulty(watch)))
    assert set(synced) == {tmp_path, tmp_path / "home", tmp_path / "home" / "state", root, root / "active"}


def test_everything_is_private_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        store = a_store(tmp_path / "state")
        id = declare(store).id
        store.freeze(b"# Runbook\n")
        store.beside(id, 1, "list")
        done(store.transact(declare(store).id, lambda _: [Draft("closed")], actor=KIM))
        store.index_past()
        edit_by_hand(State(tmp_path / "state").active / f"{id}.json")
        store.accept(id, actor=KIM)
    finally:
        os.umask(old)
    modes = {path: path.stat().st_mode & 0o777 for path in (tmp_path / "state").rglob("*")}
    assert {path.name: oct(mode) for path, mode in modes.items() if mode != (0o700 if path.is_dir() else 0o600)} == {}
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
