"""What probes tell beside their levels: values that changed, a moment that comes, how long it has been well."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from support.faulty import FaultyServer
from support.waiting import wait_until

from handrail.clock import SystemClock, iso
from handrail.errors import PackError
from handrail.health import now
from handrail.health.happenings import Well, changes, due, well
from handrail.health.judge import Judge
from handrail.health.monitor import Lamp, Monitor, lamps
from handrail.health.telling import Teller
from handrail.pack.model import Countdown, Pack, Probe, Verify
from handrail.paths import State

QUICK = '[defaults]\ninterval = "300ms"\nretry_every = "300ms"\ntimeout = "250ms"\nconfirm_bad = 1\nconfirm_good = 1\n'
CLOCK = SystemClock()
TEXT = QUICK + """
[[probe]]
id = "release"
kind = "http"
title = "release"
url = "URL"
values = { target = ".target", opened = ".openedAt" }
optional = ["opened"]
events = ["target"]
countdown = { field = "opened", plus = "60s", label = "auto-reset" }
verify = { hold = "600ms", samples = 3 }
level = [{ severity = "P2", when = "target == 'broken'" }]
[[probe]]
id = "beside"
kind = "http"
url = "URL"
level = [{ severity = "P1", when = "error != 'none'" }]
"""


class Polled:
    """One pack, polled by one monitor after another."""

    def __init__(self, state: State, pack: Pack) -> None:
        self.state, self.pack, self.monitor = state, pack, Monitor(pack, state, CLOCK, "kim")
        self.monitor.start()

    def again(self) -> None:
        self.monitor.stop()
        self.monitor = Monitor(self.pack, self.state, CLOCK, "ade")
        self.monitor.start()

    def lamp(self, id: str) -> Lamp:
        return next(lamp for lamp in lamps(self.state, self.pack, CLOCK)[0] if lamp.id == id)

    def told(self) -> list[tuple[str, str, str, str]]:
        found = now.read(self.state.health(self.pack.sha256))
        return [(one.title, one.name, one.old, one.new) for one in found.changes] if found else []


@pytest.fixture
def polled(state: State, packed: Callable[[str], Pack], server: FaultyServer) -> Iterator[Polled]:
    server.answer = {"target": "v1", "openedAt": None}
    found = Polled(state, packed(TEXT.replace("URL", server.url)))
    wait_until(lambda: found.lamp("release").word == "OK" and found.lamp("beside").word == "OK", 30, "well")
    yield found
    found.monitor.stop()


def test_a_change_is_told_once_and_marked_in_every_trail(polled: Polled, server: FaultyServer) -> None:
    assert polled.told() == [] and polled.lamp("beside").ticks == 0
    server.answer = {"target": "v2", "openedAt": None}
    wait_until(lambda: polled.told() == [("release", "target", "v1", "v2")], 30, "the change")
    wait_until(lambda: polled.lamp("release").ticks and polled.lamp("beside").ticks, 30, "the marks")
    for id in ("release", "beside"):
        assert polled.lamp(id).ticks.bit_count() == 1, "one mark for one change"


def test_a_change_while_nobody_polled_is_told_by_the_next(polled: Polled, server: FaultyServer) -> None:
    polled.monitor.stop()
    server.answer = {"target": "v2", "openedAt": None}
    polled.again()
    wait_until(lambda: polled.told() == [("release", "target", "v1", "v2")], 30, "the change")
    polled.again()
    asked = server.requests
    wait_until(lambda: server.requests > asked + 4, 30, "more answers")
    assert polled.told() == [("release", "target", "v1", "v2")]


def test_what_cannot_be_read_has_not_changed(polled: Polled, server: FaultyServer) -> None:
    server.mode = "reset"
    wait_until(lambda: polled.lamp("beside").word == "CRIT", 30, "down")
    server.mode = "ok"
    wait_until(lambda: polled.lamp("release").word == "OK", 30, "up")
    assert polled.told() == []


def test_a_countdown_counts_to_its_moment_and_is_gone_with_it(polled: Polled, server: FaultyServer) -> None:
    assert polled.lamp("release").left is None
    server.answer = {"target": "v1", "openedAt": iso(datetime.now(UTC))}
    left = wait_until(lambda: polled.lamp("release").left, 30, "it counts")
    assert 25 <= left <= 60 and polled.lamp("release").left_label == "auto-reset"
    wait_until(lambda: (polled.lamp("release").left or left) < left, 30, "it counts down")
    server.answer = {"target": "v1", "openedAt": None}
    wait_until(lambda: polled.lamp("release").left is None, 30, "it is gone")


def test_good_answers_in_a_row_begin_anew_after_a_bad_one(polled: Polled, server: FaultyServer) -> None:
    first = wait_until(lambda: (one := polled.lamp("release").well) and len(one.newest) == 3 and one, 30, "three")
    server.answer = {"target": "broken", "openedAt": None}
    wait_until(lambda: polled.lamp("release").well is None, 30, "none")
    server.answer = {"target": "v1", "openedAt": None}
    again = wait_until(lambda: polled.lamp("release").well, 30, "again")
    assert again.since > first.newest[-1]


def test_the_good_answers_are_gone_on_with_by_the_next_poller(polled: Polled) -> None:
    first = wait_until(lambda: polled.lamp("release").well, 30, "well")
    polled.again()
    wait_until(lambda: (one := polled.lamp("release").well) and one.newest[-1] > first.newest[-1], 30, "more")
    found = polled.lamp("release").well
    assert found is not None and found.since == first.since


@pytest.mark.parametrize(("value", "moment"), [
    ("2026-11-21T03:00:00Z", 1795230000.0), ("2026-11-21T05:00:00+02:00", 1795230000.0), (1795230000, 1795230000.0),
    (1795230000000, 1795230000.0), ("2026-11-21T03:00:00", None), ("soon", None), (True, None), (None, None),
    (float("nan"), None), ([1], None), (1e300, None),
])
def test_a_moment_as_interfaces_write_it(value: object, moment: float | None) -> None:
    found = due(Countdown(field="item.at", plus="60s"), {"item": {"at": value}})
    assert found == (moment + 60 if moment is not None else None)


def test_changes_speak_of_what_was_seen_last() -> None:
    probe, seen = Probe(id="p", kind="http", events=("a", "item.b")), dict[str, str]()
    assert changes(probe, seen, {"a": 1.0, "item": {"b": True}}, "p", "p", 5.0) == []
    assert changes(probe, seen, {"a": None, "item": {}}, "p", "p", 6.0) == []
    [one, other] = changes(probe, seen, {"a": 2.0, "item": {"b": False}}, "p", "p", 7.0)
    assert (one.name, one.old, one.new, one.at) == ("a", "1", "2", 7.0)
    assert (other.name, other.old, other.new) == ("item.b", "true", "false")


def test_a_gap_begins_the_good_answers_anew() -> None:
    verify = Verify(hold="1m", samples=2)
    one = well(None, verify, good=True, at=10.0, patience=5.0)
    two = well(one, verify, good=True, at=14.0, patience=5.0)
    assert two == Well(since=10.0, newest=[10.0, 14.0])
    assert well(two, verify, good=True, at=15.0, patience=5.0) == Well(since=10.0, newest=[14.0, 15.0])
    assert well(two, verify, good=True, at=30.0, patience=5.0) == Well(since=30.0, newest=[30.0])
    assert well(two, verify, good=True, at=3.0, patience=5.0) == Well(since=3.0, newest=[3.0]), "the clock went back"
    assert well(two, verify, good=False, at=15.0, patience=5.0) is None
    assert well(two, None, good=True, at=15.0, patience=5.0) is None


@pytest.mark.parametrize(("old", "new", "said"), [
    ('field = "opened"', 'field = "opend"', 'there is no name "opend"'),
    ('plus = "60s"', 'plus = "60"', "is no duration"),
    ('events = ["target"]', 'events = ["targets"]', 'there is no name "targets"'),
    ('hold = "600ms"', 'hold = "a while"', "is no duration"),
    ("samples = 3", "samples = 0", "is 0"),
    ('kind = "http"\ntitle', 'kind = "http"\nwhen_run = "manual"\ntitle', "never comes about"),
])
def test_a_slip_in_them_is_named(packed: Callable[[str], Pack], old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(PackError) as refused:
        packed(TEXT.replace("URL", "http://127.0.0.1:1/").replace(old, new, 1))
    assert said in f"{refused.value.title} {refused.value.detail}"


@pytest.mark.parametrize(("written", "said"), [
    ("2026-11-21T19:13:06Z", "21 Nov 19:13"), ("2026-11-21T19:13:06.123+00:00", "21 Nov 19:13"),
    ("2026-11-21T25:13:06Z", "2026-11-21T25:13:06Z"), ("2026-11-21", "2026-11-21"), ("v2026-11-21T19:13:06Z", None),
])
def test_a_lamp_says_a_moment_as_people_do(
        packed: Callable[[str], Pack], monkeypatch: pytest.MonkeyPatch, written: str, said: str | None) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    probe = packed(QUICK + '[[probe]]\nid = "p"\nkind = "http"\nurl = "http://h/"\nvalues = { at = ".at" }\n'
                   'show = "{at}"\n').probes[0]
    teller = Teller(probe, Judge(probe, packed("")))
    assert teller.value({"at": written}) == (said or written)
    monkeypatch.undo()
    time.tzset()
