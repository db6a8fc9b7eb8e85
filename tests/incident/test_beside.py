"""The list that survives the console: plain text beside each open incident."""

from __future__ import annotations

from pathlib import Path

from support.record import KIM, a_store, declare, done

from handrail.incident.events import Draft
from handrail.paths import State


def test_the_list_lies_beside_the_incident_until_it_ends(tmp_path: Path) -> None:
    store, state = a_store(tmp_path), State(tmp_path)
    id = declare(store).id
    file = state.active / f"{id}.txt"
    store.beside(id, 1, "[ ] Stop the watch\n")
    assert file.read_text() == f"{id}, as of event 1\n[ ] Stop the watch\n"
    store.beside(id, 3, "[x] Stop the watch\n")
    store.beside(id, 2, "written late by another console\n")
    assert file.read_text().splitlines()[1] == "[x] Stop the watch"
    done(store.transact(id, lambda _: [Draft("closed")], actor=KIM))
    assert not file.exists()
    store.beside(id, 9, "too late\n")
    assert not file.exists()


def test_a_list_of_nothing_or_with_odd_bytes_does_no_harm(tmp_path: Path) -> None:
    store, state = a_store(tmp_path), State(tmp_path)
    store.beside("INC-1", 1, "x")
    assert list(state.active.iterdir()) == []
    id = declare(store).id
    (state.active / f"{id}.txt").write_bytes(b"\xff\xfe")
    store.beside(id, 1, "x \udcff\n")
    assert (state.active / f"{id}.txt").read_text().endswith("x ?\n")
