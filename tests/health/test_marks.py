"""What persons say about lamps, from any console: asked now, muted, cleared; and what outlives an edit of the pack."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from support.faulty import FaultyServer
from support.waiting import wait_until

from handrail.clock import SystemClock, iso
from handrail.health import answers, history, inheritance, marks
from handrail.health.monitor import Lamp, Monitor, lamps
from handrail.health.redaction import redacted
from handrail.health.wishes import wish

QUICK = '[defaults]\ninterval = "{pace}"\nretry_every = "500ms"\ntimeout = "1s"\nconfirm_bad = 1\nconfirm_good = 1\n'
CLOCK = SystemClock()


def text(server: FaultyServer, pace: str = "500ms", more: str = "", when: str = "bad > 0") -> str:
    return QUICK.format(pace=pace) + f'''
[[probe]]
id = "integrity"
kind = "http"
url = "{server.url}"
values = {{ bad = ".bad" }}
show = "{{bad}} bad"
level = [{{ severity = "P1", when = "{when}", latch = true }}, {{ severity = "P3", when = "avg(bad, 1m) > 5" }}]
min_coverage = 0.01
[[probe]]
id = "child"
kind = "http"
url = "{server.url}"
values = {{ n = ".n" }}
show = "{{n}}"
depends_on = ["integrity"]
level = [{{ severity = "P2", when = "n > 9" }}]
{more}'''


@pytest.fixture
def run(state, packed) -> Iterator[object]:
    started: list[Monitor] = []

    def begin(source: str) -> Monitor:
        monitor = Monitor(packed(source), state, CLOCK, "kim")
        started.append(monitor)
        monitor.start()
        return monitor

    def seen(id: str = "integrity") -> Lamp:
        return next(lamp for lamp in lamps(state, started[-1].pack, CLOCK)[0] if lamp.id == id)

    begin.lamp = seen  # type: ignore[attr-defined]
    yield begin
    for monitor in started:
        monitor.stop()


def cleared(at: str):
    return lambda found: marks.Marks(found.muted, {**found.cleared, "integrity": marks.Cleared(at, "kim")})


def muted(seconds: float):
    until = iso(datetime.now(UTC) + timedelta(seconds=seconds))
    return lambda found: marks.Marks({**found.muted, "integrity": marks.Mute(until, "kim", "known")}, found.cleared)


def test_a_latch_stays_until_a_person_clears_it(run, server, state):
    server.answer = {"bad": 1, "n": 1}
    monitor = run(text(server))
    wait_until(lambda: run.lamp().word == "CRIT" and run.lamp().latched, 30, "the latch")
    server.answer = {"bad": 0, "n": 1}
    asked = server.requests
    wait_until(lambda: server.requests > asked + 6, 30, "several good answers")
    assert run.lamp().word == "CRIT", "a good answer does not clear it"
    marks.change(state, monitor.pack.id, cleared("2026-01-01T00:00:00Z"))
    wait_until(lambda: run.lamp().word == "OK" and not run.lamp().latched, 30, "cleared")
    server.answer = {"bad": 1, "n": 1}
    wait_until(lambda: run.lamp().word == "CRIT", 30, "latched again")
    asked = server.requests
    wait_until(lambda: server.requests > asked + 6, 30, "more answers")
    assert run.lamp().word == "CRIT", "one mark clears once"


def test_what_is_still_bad_says_so_again_when_its_latch_is_cleared(run, server, state):
    server.answer = {"bad": 1, "n": 1}
    monitor = run(text(server))
    wait_until(lambda: run.lamp().word == "CRIT", 30)
    since = run.lamp().since
    marks.change(state, monitor.pack.id, cleared("2026-01-01T00:00:00Z"))
    again = wait_until(lambda: (lamp := run.lamp()).word == "CRIT" and lamp.since != since and lamp, 30, "bad anew")
    assert again.latched


def test_a_muted_lamp_says_what_it_would_be_and_is_loud_again_in_time(run, server, state):
    server.answer = {"bad": 1, "n": 99}
    monitor = run(text(server))
    wait_until(lambda: run.lamp().word == "CRIT", 30)
    marks.change(state, monitor.pack.id, muted(600))
    lamp = wait_until(lambda: (lamp := run.lamp()).word == "MUTED" and lamp, 30, "muted")
    assert (lamp.rank, lamp.severity) == (0, "")
    assert lamp.why.startswith("muted by kim until ") and lamp.why.endswith("(known); it is CRIT: bad > 0")
    assert run.lamp("child").word == "BLOCKED", "what depends on it goes by how it really stands"
    marks.change(state, monitor.pack.id, muted(0.5))
    wait_until(lambda: run.lamp().word == "CRIT", 30, "loud again")


def test_a_muted_lamp_that_gets_no_answers_is_stale(run, server, state):
    server.answer = {"bad": 1, "n": 1}
    monitor = run(text(server))
    wait_until(lambda: run.lamp().word == "CRIT", 30)
    marks.change(state, monitor.pack.id, muted(600))
    wait_until(lambda: run.lamp().word == "MUTED", 30)
    monitor.stop()

    class Later(SystemClock):
        def boot(self) -> float:
            return super().boot() + 60

    assert {lamp.word for lamp in lamps(state, monitor.pack, Later())[0]} == {"STALE"}


def test_a_damaged_mark_makes_every_lamp_loud(run, server, state):
    server.answer = {"bad": 1, "n": 1}
    monitor = run(text(server))
    marks.change(state, monitor.pack.id, muted(600))
    wait_until(lambda: run.lamp().word == "MUTED", 30)
    marks.file_of(state.root / "health", monitor.pack.id).write_text("{")
    wait_until(lambda: run.lamp().word == "CRIT", 30, "loud")


def test_somebody_else_than_the_poller_has_a_probe_asked_now(run, server, state):
    server.answer = {"bad": 0, "n": 1}
    monitor = run(text(server, pace="1h"))
    wait_until(lambda: run.lamp().word == "OK", 30)
    server.answer = {"bad": 1, "n": 1}
    wish(state.health(monitor.pack.sha256), "integrity")
    wait_until(lambda: run.lamp().word == "CRIT", 30, "asked within an hour")


def test_an_edit_of_the_pack_loses_neither_latch_nor_history(run, server, state):
    server.answer = {"bad": 9, "n": 1}
    old = run(text(server))
    wait_until(lambda: run.lamp().word == "CRIT" and len(run.lamp().trail) > 3, 30)
    old.stop()
    server.answer = {"bad": 0, "n": 1}
    new = run(text(server, more="# a remark\n"))
    assert new.pack.sha256 != old.pack.sha256
    lamp = wait_until(lambda: (lamp := run.lamp()).age is not None and lamp.word != "STALE" and lamp, 30)
    assert (lamp.word, lamp.latched) == ("CRIT", True)
    lines = history.read(history.file_of(state.health(new.pack.sha256), "integrity"))
    assert [number for _, _, number, _ in lines][:3] == [9.0, 9.0, 9.0]


def test_what_was_counted_for_other_levels_is_not_used(run, server):
    server.answer = {"bad": 9, "n": 1}
    run(text(server)).stop()
    begun = run(text(server))
    wait_until(lambda: run.lamp().word == "CRIT", 30)
    begun.stop()
    run(text(server, when="bad > 100"))
    wait_until(lambda: run.lamp().word != "CRIT", 30, "judged anew")


def test_versions_that_nobody_polls_are_swept_after_days(run, server, state):
    old = run(text(server))
    wait_until(lambda: run.lamp().age is not None, 30)
    old.stop()
    health, stray = state.root / "health", state.root / "health" / "notes"
    stray.mkdir()
    folder = state.health(old.pack.sha256)
    assert inheritance.sweep(health, but=state.health("0" * 64)) == ()
    then = time.time() - inheritance.KEPT - 60
    for path in (*folder.iterdir(), folder, stray):
        os.utime(path, (then, then))
    assert inheritance.sweep(health, but=folder) == (), "never one's own"
    new = run(text(server, more="# a remark\n"))  # a poller sweeps when it begins
    wait_until(lambda: not folder.exists(), 30, "swept")
    assert stray.exists() and state.health(new.pack.sha256).exists()


def test_a_version_that_is_polled_is_never_swept(run, server, state):
    monitor = run(text(server, pace="1h"))
    wait_until(lambda: monitor.holds and run.lamp().age is not None, 30)
    folder = state.health(monitor.pack.sha256)
    then = time.time() - inheritance.KEPT - 60
    for path in (*folder.iterdir(), folder):
        os.utime(path, (then, then))
    assert inheritance.sweep(state.root / "health", but=state.health("0" * 64)) == ()


def test_the_last_answer_is_kept_without_its_secrets(run, server, state):
    server.answer = {"bad": 1, "n": 1, "accessToken": "hunter2-very-secret", "note": "Bearer abcdefghijklmnop"}
    monitor = run(text(server))
    folder = state.health(monitor.pack.sha256)
    answer = wait_until(lambda: answers.read(folder, "integrity"), 30, "an answer")
    assert answer.values["bad"] == "1" and answer.values["status"] == "200"
    assert '"accessToken": "•••"' in answer.body and "Bearer •••" in answer.body
    for path in folder.rglob("*"):
        assert not path.is_file() or b"hunter2" not in path.read_bytes(), path
    file = folder / answers.FOLDER / "integrity.json"
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("said", "kept"), [
    ('{"password":"a\\"b", "n": 1}', '{"password":"•••", "n": 1}'),
    ('{"token": true, "count": 3}', '{"token": true, "count": 3}'),
    ("api_key = xyz\nname = me", "api_key = •••\nname = me"),
    ("http://u:pw@host/x?access_token=abc&b=1", "http://•••@host/x?access_token=•••&b=1"),
    ("Authorization: Basic Zm9vOmJhcg==", "Authorization: •••"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "•••"),
    ('{"sessionId": "abc", "cookie": "x', '{"sessionId": "•••", "cookie": "•••"'),
    ("the disk is full", "the disk is full"),
])
def test_what_looks_secret_is_hidden(said, kept):
    assert redacted(said) == kept
