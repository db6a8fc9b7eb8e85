"""Functions that look back, and their honesty about what was not watched."""

from __future__ import annotations

import math

import pytest

from handrail.conditions import Context, parse
from handrail.windows import Recent, Sample

INTERVAL = 10.0


def past(*numbers: object, name: str = "x", step: float = INTERVAL) -> Recent:
    """Answers every `step` seconds, the newest now; ... stands for an answer that never came."""
    now = step * (len(numbers) - 1)
    samples = [Sample(n * step, {} if number is None else {name: number})
               for n, number in enumerate(numbers) if number is not ...]
    return Recent(samples, now, INTERVAL)


def judged(text: str, recent: Recent, values: dict[str, object] | None = None):
    newest = dict(recent.all[-1].values) if recent.all else {}
    return parse(text).judge(newest | (values or {}), Context(recent, min_coverage=0.8))


@pytest.mark.parametrize(("text", "numbers", "answer"), [
    ("avg(x, 40s) == 3", (1, 2, 3, 4, 5), True),
    ("min(x, 40s) == 1", (5, 1, 3, 4, 5), True),
    ("max(x, 20s) == 5", (9, 1, 3, 4, 5), True),
    ("p95(x, 190s) == 19", tuple(range(1, 21)), True),
    ("delta(x, 40s) == 4", (1, 2, 3, 4, 5), True),
    ("rate(x, 40s) == 4", (1, 2, 3, 4, 5), True),
    ("baseline(x, 40s) == 2", (2, 2, 900, 1, 2), True),
    ("changes(x, 40s) == 2", ("a", "a", "b", "b", "a"), True),
    ("unchanged(x) == 10s", (1, 2, 3, 7, 7), True),
    ("unchanged(x) == 0s", (1, 2, 3, 7, 8), True),
    ("consecutive(x > 3) == 2", (1, 9, 3, 4, 5), True),
    ("count(x > 3, 40s) == 3", (1, 9, 3, 4, 5), True),
    ("coverage(x, 40s) == 100%", (1, 2, 3, 4, 5), True),
    ("x > 1.3 * baseline(x, 40s)", (10, 10, 10, 10, 14), True),
])
def test_functions(text, numbers, answer):
    assert judged(text, past(*numbers)).value is answer


def test_matches_are_summed_over_the_window():
    recent = past(2, 0, 5, name="matches")
    assert judged("count(20s) == 7", recent).value is True


def test_it_does_not_fire_on_the_first_sample():
    answer = judged("avg(x, 10m) > 1", past(9))
    assert answer.value is None
    assert answer.filling
    assert answer.why == "window 0 % filled"


def test_a_window_says_how_far_it_is_filled():
    answer = judged("avg(x, 10m) > 1", past(*[9] * 13))
    assert (answer.value, answer.filling, answer.why) == (None, True, "window 20 % filled")
    assert judged("avg(x, 10m) > 1", past(*[9] * 49)).value is True  # 80 %


def test_time_that_nobody_watched_does_not_count():
    holes = past(9, 9, ..., ..., ..., ..., ..., 9, 9, 9, 9)
    assert parse("coverage(x, 100s) == 40%").evaluate({}, Context(holes)) is True
    assert judged("avg(x, 100s) > 1", holes).value is None


def test_a_signal_that_was_mostly_absent_is_unknown_though_its_probe_answered():
    answer = judged("avg(x, 40s) > 1", past(9, None, None, None, 9))
    assert (answer.value, answer.filling) == (None, False)


def test_a_window_within_a_window_is_not_pretended():
    assert judged("baseline(avg(x, 10s), 40s) > 1", past(1, 2, 3, 4, 5)).value is None


def test_no_answer_at_all():
    empty = Recent([], 0.0, INTERVAL)
    assert judged("avg(x, 10s) > 1", empty).value is None
    assert judged("unchanged(x) > 1s", empty, {"x": 1}).value is None
    assert empty.coverage(math.inf) == 1.0
