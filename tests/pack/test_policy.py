"""Severity rules into dates, with days off, opening hours and daylight saving."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handrail.pack import policy
from handrail.pack.pack import Calendar

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = Calendar(workdays=("mon", "tue", "wed", "thu", "fri"), opens="09:00", closes="17:00",
                holidays=("2026-12-25",), timezone="Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(("text", "seconds"), [
    ("5m", 300), ("24h", 86400), ("1w", 604800), ("300ms", 0.3), ("1h30m", 5400), ("1.5h", 5400), ("1d", 86400),
    ("5", None), ("", None), ("soon", None), ("5 apples", None),
    ("5MB", None), ("50%", None), ("-5m", None), ("5m!", None),
])
def test_durations(text, seconds):
    assert policy.seconds(text) == seconds


@pytest.mark.parametrize(("rule", "start", "due"), [
    # plain durations run on every day, and through the hour that daylight saving skips
    ("5m", "2026-11-21 03:12", "2026-11-21 03:17"),
    ("1w", "2026-11-21 03:12", "2026-11-28 03:12"),
    ("24h", "2026-03-28 12:00", "2026-03-29 13:00"),
    ("immediately", "2026-11-21 03:12", "2026-11-21 03:12"),
    # Friday evening is due by the end of Monday
    ("next business day", "2026-11-20 18:00", "2026-11-23 17:00"),
    ("next business day", "2026-11-20 08:00", "2026-11-23 17:00"),
    ("next business day", "2026-11-21 12:00", "2026-11-23 17:00"),
    ("next business day", "2026-11-23 03:00", "2026-11-24 17:00"),
    # Christmas is a Friday: after Thursday comes Monday
    ("next business day", "2026-12-24 10:00", "2026-12-28 17:00"),
    ("2 business days", "2026-12-24 10:00", "2026-12-29 17:00"),
    # over the change of the clocks the day still closes at five
    ("next business day", "2026-03-27 18:00", "2026-03-30 17:00"),
    # hours that count only while people work
    ("1h in business hours", "2026-11-20 16:30", "2026-11-23 09:30"),
    ("1h in business hours", "2026-11-20 10:00", "2026-11-20 11:00"),
    ("1h in business hours", "2026-11-21 10:00", "2026-11-23 10:00"),
    ("20h in business hours", "2026-11-20 09:00", "2026-11-24 13:00"),
    ("8h in business hours", "2026-11-20 09:00", "2026-11-20 17:00"),
])
def test_due(rule, start, due):
    found = policy.due(rule, at(start), WEEK)
    assert found == at(due)
    assert found.utcoffset() == at(due).utcoffset()


@pytest.mark.parametrize("rule", ["", "soon", "0 business days", "next week", "x in business hours"])
def test_what_is_no_rule_has_no_date(rule):
    assert policy.due(rule, at("2026-11-21 03:12"), WEEK) is None
    assert not policy.understood(rule)


def test_without_a_calendar_the_usual_week_serves():
    friday = datetime(2026, 11, 20, 18, tzinfo=UTC)
    found = policy.due("next business day", friday)
    assert found is not None
    assert found.astimezone().strftime("%a %H:%M") == "Mon 17:00", "in this host's own zone"


def test_the_clocks_of_a_level(loaded):
    pack = loaded('respond = "5m"\nresolve = "30m"\n[scheme.P4]\nrank = 4\nrespond = "next business day"\n'
                  '[scheme.P2]\nrank = 2\n')
    detected = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)
    assert policy.deadlines(pack, "P1", detected) == [
        ("respond", "respond", "respond within 5m", detected + timedelta(minutes=5)),
        ("resolve", "resolve", "resolve within 30m", detected + timedelta(minutes=30)),
    ]
    assert [clock.text for clock in policy.deadlines(pack, "P4", detected)] == ["respond by the next business day"]
    assert policy.deadlines(pack, "P2", detected) == []
    assert policy.deadlines(pack, "P9", detected) == []
