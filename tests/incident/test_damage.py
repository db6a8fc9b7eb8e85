"""A file that is not what was written is named, with the reason, and left as it is; the others live on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support.record import ADE, KIM, HandClock, a_store, declare, done, note

from handrail.errors import Damaged, HandrailError, NewerSchema, UsageError
from handrail.incident import sealing
from handrail.incident.archive import Archive, BadFile
from handrail.incident.events import Draft
from handrail.incident.incident import Incident
from handrail.incident.record import load
from handrail.incident.sealing import chain_hash, payload_hash
from handrail.paths import State


def changed(edit: Callable[[dict], object]) -> Callable[[bytes], bytes]:
    """A hand edit of the JSON, without the seal."""
    def change(data: bytes) -> bytes:
        content = json.loads(data)
        edit(content)
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return change


def resealed(edit: Callable[[dict], object]) -> Callable[[bytes], bytes]:
    """A forgery: the JSON is changed and the seal of the file made to fit again."""
    def change(data: bytes) -> bytes:
        content = json.loads(data)
        edit(content)
        return sealing.seal(content, content["_meta"]["1"]["fold"])
    return change


def with_hole(data: bytes) -> bytes:
    return data[:100] + bytes(64) + data[164:]


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda data: b"", "It is empty"),
    "one byte short": (lambda data: data[:-1], "cut short"),
    "half": (lambda data: data[: len(data) // 2], "cut short"),
    "zeros": (lambda data: bytes(len(data)), "nothing but zeros"),
    "a hole of zeros": (with_hole, "no JSON at byte 100"),
    "an extra byte": (lambda data: data + b"\n", "checksum"),
    "an empty list": (lambda data: b"[]", "not written by Handrail"),
    "a foreign object": (lambda data: b'{"timeline": {}}', "not written by Handrail"),
    "a stock TinyDB file": (lambda data: b'{"_default": {"1": {"a": 1}}}', "not written by Handrail"),
    "a picture": (lambda data: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is not text"),
    "nested without end": (lambda data: b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    "a title edited by hand": (lambda data: data.replace(b"Gmail", b"Gmial"), "checksum"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_file_is_named_and_untouched_and_the_others_live(tmp_path: Path, name: str) -> None:
    store, archive, state = a_store(tmp_path), Archive(State(tmp_path)), State(tmp_path)
    id, other = declare(store).id, declare(store, "another").id
    file = state.active / f"{id}.json"
    damage, why = DAMAGE[name]
    file.write_bytes(damage(file.read_bytes()))
    before = (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino)

    bad, good = archive.active()
    assert isinstance(bad, BadFile)
    assert (bad.id, bad.path) == (id, file)
    assert str(file) in bad.why
    assert why in bad.why
    assert isinstance(good, Incident)
    with pytest.raises(Damaged, match="damaged"):
        archive.read(id)
    with pytest.raises(Damaged, match="damaged"):
        note(store, id)
    assert note(store, other).rev == 2
    assert not archive.verify(id).ok
    assert store.sweep() == ()
    assert before == (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino)


def test_stock_tinydb_may_save_the_file_again_but_it_is_noticed(tmp_path: Path) -> None:
    from tinydb import TinyDB

    store = a_store(tmp_path)
    id = declare(store).id
    with TinyDB(State(tmp_path).active / f"{id}.json") as database:
        database.table("incident").update({"title": "other"}, doc_ids=[1])
    with pytest.raises(Damaged, match="checksum"):
        Archive(State(tmp_path)).read(id)
    assert store.accept(id, actor=KIM).title == "Gmail credential compromise", "the events are the truth"


def test_every_single_bit_is_covered(tmp_path: Path) -> None:
    id = declare(a_store(tmp_path)).id
    path = State(tmp_path).active / f"{id}.json"
    data = bytearray(path.read_bytes())
    load(bytes(data), path)
    unnoticed = []
    for place in range(len(data)):
        for bit in range(8):
            data[place] ^= 1 << bit
            try:
                load(bytes(data), path)
                unnoticed.append((place, bit))
            except Damaged:
                pass
            data[place] ^= 1 << bit
    assert unnoticed == []
    load(bytes(data), path)


def test_every_cut_and_every_doubled_byte_is_covered(tmp_path: Path) -> None:
    id = declare(a_store(tmp_path)).id
    path = State(tmp_path).active / f"{id}.json"
    data = path.read_bytes()
    for place in range(len(data)):
        for wrong in (data[:place], data[place + 1 :], data[:place] + data[place:][:1] + data[place:]):
            with pytest.raises(HandrailError):
                load(wrong, path)


FORGERIES: dict[str, tuple[Callable[[dict], object], int, str]] = {
    "a payload": (lambda c: c["timeline"]["2"]["data"].update(text="nothing"), 2, "data"),
    "a reason": (lambda c: c["timeline"]["2"].update(reason="told to"), 2, "data"),
    "an actor": (lambda c: c["timeline"]["2"]["actor"].update(name="ade"), 2, "actor"),
    "a time": (lambda c: c["timeline"]["2"].update(occurred_at="2026-11-21T03:00:00.000000Z"), 2, "times"),
    "an event taken out": (lambda c: c["timeline"].pop("2"), 2, "n"),
    "two events swapped": (lambda c: c["timeline"].update({"2": c["timeline"]["3"], "3": c["timeline"]["2"]}), 2, "n"),
    "a payload with its own hash": (
        lambda c: c["timeline"]["2"].update(data={"text": "x"}, p=payload_hash({"text": "x"}, "")), 2, "p or h"),
    "the summary": (lambda c: c["incident"]["1"].update(title="harmless"), 0, "incident.title"),
    "a redaction nobody recorded": (
        lambda c: c["timeline"]["2"].update(data={}, redacted=True), 2, "redacted"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_with_a_fitting_seal_is_found_and_named(tmp_path: Path, name: str) -> None:
    store, archive, state = a_store(tmp_path), Archive(State(tmp_path)), State(tmp_path)
    id = declare(store).id
    for text in ("one", "two", "three"):
        note(store, id, text)
    file = state.active / f"{id}.json"
    edit, event, field = FORGERIES[name]
    assert archive.verify(id).ok
    file.write_bytes(resealed(edit)(file.read_bytes()))
    first = archive.verify(id).findings[0]
    assert (first.path, first.event) == (file, event)
    assert field in first.field
    assert str(file) in str(first)


def test_a_redacted_payload_leaves_the_chain_checkable(tmp_path: Path) -> None:
    store, archive = a_store(tmp_path), Archive(State(tmp_path))
    id = declare(store).id
    leak = note(store, id, "the password is hunter2").events[-1]
    done(store.transact(id, lambda _: [Draft("redacted", {"of": leak.id}, reason="leaked")], actor=ADE))
    file = State(tmp_path).active / f"{id}.json"
    redact = resealed(lambda content: content["timeline"]["2"].update(data={}, reason="", redacted=True))
    file.write_bytes(redact(file.read_bytes()))
    assert archive.verify(id).ok
    assert b"hunter2" not in file.read_bytes()
    assert archive.read(id).events[1].h == leak.h


def test_a_missing_or_changed_runbook_or_output_is_found(tmp_path: Path) -> None:
    store, archive, state = a_store(tmp_path), Archive(State(tmp_path)), State(tmp_path)
    id = declare(store).id
    sha = store.freeze(b"# Rotate\n")
    out = state.run(id, "r1") / "out"
    out.parent.mkdir(parents=True)
    out.write_bytes(b"done\nlate background output")
    half = hashlib.sha256(b"done\n").hexdigest()
    done(store.transact(id, lambda _: [
        Draft("call_opened", {"call": "c1", "document": "rotate.md", "sha256": sha, "section": []}),
        Draft("step_finished", {"item": "c1:x", "run": "r1", "bytes": 5, "sha256": half}),
        Draft("step_finished", {"item": "c1:x", "run": "../../../etc/passwd", "bytes": 5, "sha256": "0" * 64}),
    ], actor=KIM))
    assert archive.verify(id).ok
    out.write_bytes(b"dome\nlate background output")
    (state.documents / f"{sha}.md").unlink()
    found = [(finding.path, finding.event) for finding in archive.verify(id).findings]
    assert found == [(state.documents / f"{sha}.md", 2), (out, 3)]


def test_a_changed_frozen_runbook_is_not_served(tmp_path: Path) -> None:
    store, archive, state = a_store(tmp_path), Archive(State(tmp_path)), State(tmp_path)
    sha = store.freeze(b"# Rotate\n")
    (state.documents / f"{sha}.md").write_bytes(b"# Rotten\n")
    with pytest.raises(Damaged):
        archive.document(sha)
    store.freeze(b"# Rotate\n")
    assert archive.document(sha) == b"# Rotate\n", "the same file opened again mends it"


def test_a_file_under_another_name_is_refused(tmp_path: Path) -> None:
    store, state = a_store(tmp_path), State(tmp_path)
    id = declare(store).id
    (state.active / "INC-COPY.json").write_bytes((state.active / f"{id}.json").read_bytes())
    with pytest.raises(Damaged, match="another incident"):
        Archive(state).read("INC-COPY")


def test_accept_backs_up_seals_again_and_says_who(tmp_path: Path) -> None:
    store, archive, state = a_store(tmp_path), Archive(State(tmp_path)), State(tmp_path)
    id = declare(store).id
    before = note(store, id, "the password is hunter2")
    file = state.active / f"{id}.json"
    edited = file.read_bytes().replace(b"hunter2", b"*******")
    file.write_bytes(edited)

    accepted = store.accept(id, actor=ADE, reason="a secret was in a note")
    assert archive.verify(id).ok
    assert accepted == archive.read(id)
    last = accepted.events[-1]
    assert (last.kind, last.actor.name, last.reason) == ("resealed", "ade", "a secret was in a note")
    assert (state.backups / last.data["backup"]).read_bytes() == edited
    assert hashlib.sha256(edited).hexdigest() == last.data["sha256"]
    assert any("event 2, data" in finding for finding in last.data["findings"])
    assert accepted.events[0].h == before.events[0].h, "what still fits keeps its hash"
    assert accepted.events[1].data == {"text": "the password is *******"}
    assert store.accept(id, actor=ADE) == accepted, "a file that verifies is left alone"
    assert note(store, id).rev == 4


@pytest.mark.parametrize("edit", [
    lambda c: c["timeline"]["2"].pop("data"),
    lambda c: c["timeline"]["2"].update(data=["a", "list"], actor="kim", occurred_at=7, recorded_at="yesterday"),
    lambda c: c["timeline"]["2"].update(id=c["timeline"]["1"]["id"]),
    lambda c: c["timeline"]["2"].update(id=None, kind=3, n="two", zone="UTC", reason=[]),
    lambda c: c["timeline"].pop("1"),
    lambda c: c.pop("incident"),
    lambda c: c.pop("_meta"),
    lambda c: c["incident"]["1"].update(status=["x"], levels=3),
], ids=["no data", "wrong types", "same id", "no id", "first gone", "no fold", "no meta", "odd fold"])
def test_whatever_was_done_to_it_an_accepted_file_verifies_and_goes_on(
        tmp_path: Path, edit: Callable[[dict], object]) -> None:
    store, archive = a_store(tmp_path), Archive(State(tmp_path))
    id = declare(store).id
    note(store, id)
    note(store, id)
    file = State(tmp_path).active / f"{id}.json"
    count = len(json.loads(changed(edit)(file.read_bytes()))["timeline"])
    file.write_bytes(changed(edit)(file.read_bytes()))
    assert store.accept(id, actor=KIM).rev == count + 1
    assert archive.verify(id).findings == ()
    assert note(store, id).rev == count + 2


def test_what_holds_no_events_cannot_be_accepted(tmp_path: Path) -> None:
    store, state = a_store(tmp_path), State(tmp_path)
    id = declare(store).id
    file = state.active / f"{id}.json"
    file.write_bytes(file.read_bytes()[:300])
    with pytest.raises(Damaged, match=r"cannot be accepted.*backups/"):
        store.accept(id, actor=KIM)
    assert len(file.read_bytes()) == 300
    with pytest.raises(UsageError):
        store.accept("INC-1", actor=KIM)


def test_a_newer_schema_is_refused_and_untouched(tmp_path: Path) -> None:
    store, archive, state = a_store(tmp_path), Archive(State(tmp_path)), State(tmp_path)
    id, other = declare(store).id, declare(store, "another").id
    file = state.active / f"{id}.json"
    newer = json.loads(file.read_bytes())
    newer["_meta"]["1"]["schema"] = 2
    newer["shape"] = ["nobody", "knows"]
    file.write_bytes(json.dumps(newer).encode())
    before = (file.read_bytes(), file.stat().st_mtime_ns)
    for attempt in (lambda: archive.read(id), lambda: note(store, id), lambda: store.accept(id, actor=KIM)):
        with pytest.raises(NewerSchema, match="schema 2, this one knows 1"):
            attempt()
    assert [one.id for one in archive.active() if isinstance(one, Incident)] == [other]
    assert before == (file.read_bytes(), file.stat().st_mtime_ns)


def test_an_older_schema_is_migrated_in_memory_and_its_bytes_are_kept_at_the_first_write(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, archive, state = a_store(tmp_path), Archive(State(tmp_path)), State(tmp_path)
    id = declare(store).id
    note(store, id, "old words")
    file = state.active / f"{id}.json"
    content = json.loads(file.read_bytes())
    old = bytes(sealing.seal({"log": content["timeline"]}, 0))
    file.write_bytes(old)

    monkeypatch.setattr(sealing, "SCHEMA", 2)
    monkeypatch.setattr("handrail.incident.transaction.SCHEMA", 2)
    with pytest.raises(Damaged, match="too old"):
        archive.read(id)
    monkeypatch.setitem(sealing.MIGRATIONS, 1, lambda tables: {"timeline": tables["log"]})
    assert archive.read(id).events[1].data["text"] == "old words"
    assert isinstance(archive.active()[0], Incident)
    assert archive.verify(id).ok
    assert file.read_bytes() == old, "reading changes nothing"

    note(a_store(tmp_path), id)
    backup, = state.backups.iterdir()
    assert backup.read_bytes() == old
    assert json.loads(file.read_bytes())["_meta"]["1"]["schema"] == 2
    assert archive.read(id).rev == 3
    assert archive.verify(id).ok


def test_a_fold_of_another_version_is_folded_again_on_read(tmp_path: Path) -> None:
    store, state = a_store(tmp_path), State(tmp_path)
    incident = note(store, declare(store).id)
    file = state.active / f"{incident.id}.json"
    content = json.loads(file.read_bytes())
    content["incident"]["1"] = {"what": "another version thought"}
    file.write_bytes(sealing.seal(content, 99))
    assert Archive(state).read(incident.id) == incident
    seen = Archive(state).active()[0]
    assert isinstance(seen, Incident)
    assert (seen.title, seen.rev) == (incident.title, 2)


def test_unknown_kinds_are_kept_and_shown(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    id = declare(store).id
    incident = done(store.transact(id, lambda _: [Draft("teleported", {"to": ["x", {"y": 1.5}]})], actor=KIM))
    again = Archive(State(tmp_path)).read(id)
    assert again == incident
    assert (again.events[-1].kind, again.events[-1].data) == ("teleported", {"to": ["x", {"y": 1.5}]})
    assert Archive(State(tmp_path)).verify(id).ok


def test_the_chain_is_what_it_says(tmp_path: Path) -> None:
    """Recomputed here by hand, so that other tools can check a record too."""
    store = a_store(tmp_path, clock=HandClock())
    id = declare(store).id
    note(store, id, "é")
    previous = ""
    for row in json.loads((State(tmp_path).active / f"{id}.json").read_bytes())["timeline"].values():
        assert row["p"] == hashlib.sha256(_plain({"data": row["data"], "reason": row["reason"]})).hexdigest()
        linked = {key: row[key] for key in ("n", "id", "kind", "actor", "occurred_at", "recorded_at", "zone", "p")}
        assert row["h"] == hashlib.sha256(previous.encode() + _plain(linked)).hexdigest() == chain_hash(row, previous)
        previous = row["h"]


def _plain(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
