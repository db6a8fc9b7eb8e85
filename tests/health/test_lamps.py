"""Lamps as any reader sees them: from now.json alone, aged by the boot clock, never well when old."""

from __future__ import annotations

import json
import stat

import pytest

from handrail.health import now
from handrail.health.monitor import Lamp, lamps
from handrail.health.now import Now, NowLamp

PROBES = "".join(f'[[probe]]\nid = "{id}"\nkind = "self"\ntitle = "The {id}"\n' for id in ("a", "b"))


def lamp(id: str = "a", word: str = "OK", at: float | None = 1000.0, **more) -> NowLamp:
    return NowLamp(**{"id": id, "title": id, "group": "g", "word": word, "rank": {"CRIT": 1, "WARN": 3}.get(word, 0),
                      "value": "12 ms", "stale": 3.0, "at": at, "since": "2026-11-21T03:00:00.000000Z"} | more)


@pytest.fixture
def told(state, packed, clock):
    """Write a now.json of the given lamps and read it back."""
    pack = packed(PROBES)
    folder = state.health(pack.sha256)
    folder.mkdir(parents=True, exist_ok=True)

    def read(*found: NowLamp, **more):
        settings = {"pack": pack.id, "by": "ade", "pid": 1, "boot_id": now.boot_id(), "boot": 1000.0,
                    "at": "2026-11-21T03:16:40.000000Z", "every": 5.0, "lamps": list(found)} | more
        now.write(folder, Now(**settings))
        return lamps(state, pack, clock)

    read.folder, read.pack = folder, pack  # type: ignore[attr-defined]
    return read


def test_before_anybody_polled_nothing_is_known(state, packed, clock):
    found, poll = lamps(state, packed(PROBES), clock)
    assert [(one.id, one.title, one.word, one.value, one.age) for one in found] == [
        ("a", "The a", "UNKNOWN", "no answer yet", None), ("b", "The b", "UNKNOWN", "no answer yet", None)]
    assert (poll.by, poll.age, poll.error) == ("", None, "")


def test_a_pack_without_probes_has_no_lamps(state, packed, clock):
    assert lamps(state, packed(""), clock)[0] == ()


def test_fresh_ones_stand_as_they_were_told_with_their_age(told, clock):
    clock.passed = 1002.5
    found, poll = told(lamp(), lamp("b", "CRIT", severity="P1", why="it is down", want="< 500 ms"))
    assert [one.id for one in found] == ["b", "a"], "worst first"
    bad, good = found
    assert (bad.word, bad.rank, bad.severity, bad.why) == ("CRIT", 1, "P1", "it is down")
    assert (bad.want, bad.age) == ("< 500 ms", 2.5)
    assert (good.word, good.value) == ("OK", "12 ms")
    assert (poll.by, poll.age, poll.error) == ("ade", 2.5, "")


@pytest.mark.parametrize(("word", "was"), [("OK", "was ok"), ("CRIT", "was CRIT")])
def test_an_old_answer_is_stale_whatever_it_said(told, clock, word, was):
    clock.passed = 1003.5
    (found,), _ = told(lamp(word=word))
    assert (found.word, found.rank, found.severity) == ("STALE", 0, "")
    assert found.why == f"{was}, no answer for 3.5s"


def test_when_nobody_polls_everything_is_stale_and_a_sentence_says_so(told, clock):
    clock.passed = 1016.0
    found, poll = told(lamp(stale=900.0), lamp("b", "UNKNOWN", at=None, since=None, value="no answer yet"))
    assert [one.word for one in found] == ["UNKNOWN", "STALE"]
    assert poll.error == "Nobody polls: ade did, 16s ago."


def test_an_answer_from_before_a_restart_is_stale(told, clock):
    clock.passed = 1000.5
    (found,), poll = told(lamp(), boot_id="another boot")
    assert found.word == "STALE"
    assert poll.error.startswith("The machine restarted and nobody polls: ade did")


@pytest.mark.parametrize("one", [lamp(at=None), lamp(word="FINE"), lamp(word="ok"), lamp(at=-1e9)])
def test_no_lamp_is_well_without_a_fresh_answer(told, clock, one):
    (found,), _ = told(one)
    assert found.word in ("STALE", "UNKNOWN")


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"schema": 1}', b"[" * 100_000, b'{"lamps": 7}', b"\0" * 4096,
    json.dumps({"schema": 99, "pack": "t", "by": "x", "pid": 1, "boot_id": "", "boot": 0, "at": "", "every": 1,
                "lamps": []}).encode(),
    json.dumps({"schema": 1, "pack": "t", "by": "x", "pid": 1, "boot_id": "", "boot": "soon", "at": "", "every": 1,
                "lamps": []}).encode(),
])
def test_a_damaged_file_is_a_sentence_and_never_an_error(told, state, clock, body):
    (told.folder / "now.json").write_bytes(body)
    found, poll = lamps(state, told.pack, clock)
    assert [one.word for one in found] == ["UNKNOWN", "UNKNOWN"]
    assert "now.json" in poll.error
    assert (told.folder / "now.json").read_bytes() == body, "and left as it was"


def test_every_single_byte_of_it_may_be_wrong(told, state, clock):
    told(lamp(), lamp("b", "CRIT"))
    good = (told.folder / "now.json").read_bytes()
    for at in range(len(good)):
        (told.folder / "now.json").write_bytes(good[:at] + bytes((good[at] ^ 0x15,)) + good[at + 1 :])
        found, poll = lamps(state, told.pack, clock)
        assert all(isinstance(one, Lamp) for one in found)
        assert poll.pack == told.pack.id


def test_foreign_text_in_it_is_harmless(told):
    evil = "\x1b]0;owned\x07\x1b[2J\u202ex\n"
    (found,), poll = told(lamp(id=evil, title=evil, value=evil, why=evil, want=evil, group=evil, severity=evil,
                               runbook=evil), by=evil)
    for text in (found.id, found.title, found.value, found.why, found.want, found.group, found.severity, poll.by):
        assert text.isprintable()


def test_the_file_is_private_and_replaced_whole(told):
    told(lamp())
    before = (told.folder / "now.json").stat()
    told(lamp())
    after = (told.folder / "now.json").stat()
    assert stat.S_IMODE(after.st_mode) == 0o600
    assert before.st_ino != after.st_ino
    assert [path.name for path in told.folder.iterdir()] == ["now.json"], "nothing is left over"


@pytest.mark.parametrize(("trail", "heights"), [
    ([(5.0, 0)] * 3, [0.5, 0.5, 0.5]),
    ([(5.0, 0), (5.0, 0), (20.0, 2)], [0.25, 0.25, 1.0]),
    ([(5.0, 0)], [0.5]),
    ([(None, 0), (None, 2)], [0.25, 1.0]),
    ([(0.0, 0), (0.0, 0)], [0.0, 0.0]),
    ([(4.0, 0), (None, 1), (4.0, 0)], [0.5, None, 0.5]),
    ([], []),
])
def test_bars_are_calm_where_the_line_is_calm(told, trail, heights):
    (found,), _ = told(lamp(trail=trail))
    assert [height for height, _ in found.trail] == heights
