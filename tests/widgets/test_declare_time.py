"""When an incident was detected, as an operator writes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from widgets.dialogs.declare import parse_detected

NOW = datetime(2026, 11, 21, 3, 12, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("5m ago", timedelta(minutes=5)),
        ("90s", timedelta(seconds=90)),
        ("2h ago", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
    ],
)
def test_a_time_ago(text: str, before: timedelta):
    assert parse_detected(text, NOW) == NOW - before


@pytest.mark.parametrize("text", ["now", "", "  NOW "])
def test_now_is_left_to_the_clock_of_the_record(text: str):
    assert parse_detected(text, NOW) is None


def test_a_clock_time_later_than_now_is_yesterdays():
    local = NOW.astimezone()
    late = (local + timedelta(hours=-3)).strftime("%H:%M")
    answer = parse_detected(late, NOW)
    assert answer is not None
    assert timedelta(hours=2, minutes=59) < NOW - answer <= timedelta(hours=3, minutes=1)


@pytest.mark.parametrize("text", ["soon", "25:00", "12:61", "5 m ago x", "-5m"])
def test_anything_else_is_explained(text: str):
    with pytest.raises(ValueError, match="is no time: write now, 5m ago, or 03:12"):
        parse_detected(text, NOW)


def test_a_time_just_ahead_is_refused_instead_of_taken_for_yesterday():
    ahead = (NOW.astimezone() + timedelta(minutes=2)).strftime("%H:%M")
    if ahead < NOW.astimezone().strftime("%H:%M"):
        pytest.skip("two minutes from now is tomorrow in this time zone")
    with pytest.raises(ValueError, match="ahead of now"):
        parse_detected(ahead, NOW)
