"""After any power cut an acknowledged event is there, and the record is whole and goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from support.powercut import Watched, after_the_cut
from support.record import KIM, HandClock, a_store, declare, done, note

from handrail.errors import HandrailError
from handrail.incident.archive import Archive, BadFile
from handrail.incident.events import Draft
from handrail.incident.store import Store
from handrail.paths import State

ID = "INC-20261121-031204"


def two_writes(store: Store, files: Watched) -> None:
    for number in (1, 2):
        note(store, ID, f"note {number} " + "x" * 700, id=f"note-{number}")
        files.acknowledge(f"note-{number}")


def declaring(store: Store, files: Watched) -> None:
    other = declare(store, "another")
    files.acknowledge(other.events[0].id)


def ending_and_reopening(store: Store, files: Watched) -> None:
    for draft in (Draft("closed", id="end"), Draft("reopened", id="again")):
        done(store.transact(ID, lambda _, draft=draft: [draft], actor=KIM))
        files.acknowledge(draft.id)


def failures(folder: Path, act: Callable[[Store, Watched], None], forget: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong in the states that a cut during `act` may leave."""
    root, copy = folder / "state", folder / "copy"
    declare(a_store(root))
    files = Watched(root, forget)
    act(Store(State(root), HandClock(), files), files)
    assert len(files.states) > 6
    wrong = []
    for held, acknowledged in files.states:
        problem = trouble(after_the_cut(root, held, copy), acknowledged)
        if problem:
            wrong.append(f"{problem} with {sorted(path.name for path in held)}, acknowledged {acknowledged}")
    return wrong


def trouble(root: Path, acknowledged: tuple[str, ...]) -> str:
    """What an operator would find wrong in this state folder, and whether work goes on in it."""
    archive, store = Archive(State(root)), a_store(root)
    store.sweep()
    board = archive.active()
    if bad := [one for one in board if isinstance(one, BadFile)]:
        return f"damaged: {bad[0].why}"
    ids = {one.id for one in board} | {ID}
    try:
        present = {event.id for id in ids for event in archive.read(id).events}
        if missing := set(acknowledged) - present:
            return f"lost: {missing}"
        if not all(archive.verify(id).ok for id in ids):
            return "does not verify"
        note(store, ID, id="after")
        if archive.read(ID).events[-1].id != "after":
            return "work does not go on"
    except HandrailError as error:
        return str(error)
    return ""


def test_two_writes_survive_every_cut(tmp_path: Path) -> None:
    assert failures(tmp_path, two_writes) == []


def test_declaring_survives_every_cut(tmp_path: Path) -> None:
    assert failures(tmp_path, declaring) == []


def test_ending_and_reopening_survive_every_cut(tmp_path: Path) -> None:
    assert failures(tmp_path, ending_and_reopening) == []


def test_control_without_the_file_sync_the_record_is_torn(tmp_path: Path) -> None:
    wrong = failures(tmp_path, two_writes, frozenset({"sync"}))
    assert any("damaged" in problem for problem in wrong)


def test_control_without_the_folder_sync_an_acknowledged_event_is_lost(tmp_path: Path) -> None:
    wrong = failures(tmp_path, two_writes, frozenset({"sync_folder"}))
    assert any("lost" in problem for problem in wrong)
