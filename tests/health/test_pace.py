"""How often a probe is asked: sooner while a change is unconfirmed, more rarely while it is bad for long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handrail.health.poller import Poller
from handrail.health.probes.reading import Reading

TEXT = '''[defaults]
interval = "15s"
retry_every = "3s"
slow_after = "10m"
slow_interval = "60s"
confirm_bad = 3
confirm_good = 2
[[probe]]
id = "a"
kind = "file"
path = "/"
level = [{ severity = "P2", when = "not exists" }]
'''
BAD, WELL = (Reading({"error": "none", "exists": exists}) for exists in (False, True))

Answered = Callable[[Reading], float]


@pytest.fixture
def answered(packed: Any, clock: Any) -> Answered:
    """Take an answer in at the time it was due; the seconds to the next one."""
    poller = Poller(packed(TEXT), None, clock, "kim")
    [asked] = poller.asked

    def take(reading: Reading) -> float:
        clock.passed += asked.meter.pause
        poller.take(asked, reading, "", {})
        return float(asked.meter.pause)

    return take


def test_a_change_is_confirmed_sooner_than_the_cadence(answered: Answered) -> None:
    assert [answered(WELL) for _ in range(3)] == [15, 15, 15]
    assert [answered(BAD) for _ in range(3)] == [3, 3, 15], "bad after three answers, six seconds after the first"
    assert [answered(WELL) for _ in range(2)] == [3, 15]


def test_one_bad_answer_alone_changes_nothing(answered: Answered) -> None:
    assert [answered(reading) for reading in (WELL, BAD, WELL, WELL)] == [15, 3, 15, 15]


def test_what_is_bad_for_long_is_asked_more_rarely_until_it_changes(answered: Answered) -> None:
    for _ in range(3):
        answered(BAD)
    paces = [answered(BAD) for _ in range(60)]
    assert set(paces[:39]) == {15.0}, "for ten minutes as before"
    assert paces[-1] == 60 and sorted(paces) == paces, "then twice as long each time, up to the limit"
    assert 30.0 in paces
    assert [answered(WELL) for _ in range(2)] == [3, 15], "at its first change it is asked as before"
