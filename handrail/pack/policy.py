"""Severity rules into dates. Data in, dates out: no number of minutes stands here."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handrail.pack.defaults import usual_calendar
from handrail.pack.model import Calendar, Pack
from handrail.quantities import seconds

__all__ = ["WEEKDAYS", "Deadline", "date_of", "deadlines", "due", "seconds", "time_of_day", "understood"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_DAYS = re.compile(r"(\d+) business days?")
_HOURS = re.compile(r"(.+) in business hours")


class Deadline(NamedTuple):
    """One clock of an incident: its id, its kind (respond, resolve), what it asks for in words, and when (aware)."""

    id: str
    kind: str
    text: str
    due_at: datetime


def understood(rule: str) -> bool:
    """Whether `due` can make a date of this rule."""
    return _plain(rule) is not None or _business(rule) is not None


def due(rule: str, start: datetime, calendar: Calendar | None = None) -> datetime | None:
    """When a rule that begins at `start` (aware) runs out; None for "" or a rule that is none.

    "5m", "24h", "1w" count on every day; "immediately" is `start`. "next business day" ends when people go home on the
    first working day after `start`; "1h in business hours" counts only while they work. Daylight saving is kept: a
    business day closes at its wall-clock time.
    """
    plain = _plain(rule)
    if plain is not None:
        return (start.astimezone(UTC) + timedelta(seconds=plain)).astimezone(start.tzinfo)
    business = _business(rule)
    if business is None:
        return None
    hours = _Hours(calendar or usual_calendar())
    days, worked = business
    there = hours.after_days(start, days) if days else hours.after_work(start, worked)
    return there.astimezone(start.tzinfo)


def deadlines(pack: Pack, level: str, detected: datetime) -> list[Deadline]:
    """The clocks that a level starts at detection: to respond, and to resolve. Empty where the scheme names none."""
    rule = pack.scheme.get(level)
    if rule is None:
        return []
    found = []
    for kind, text in (("respond", rule.respond), ("resolve", rule.resolve)):
        due_at = due(text, detected, pack.calendar)
        if due_at is not None:
            found.append(Deadline(kind, kind, f"{kind} {_worded(text)}", due_at))
    return found


def time_of_day(text: str) -> time | None:
    """'09:00' as a time, None if it is none."""
    return time(int(text[:2]), int(text[3:])) if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) else None


def date_of(text: str) -> date | None:
    """'2026-12-25' as a date, None if it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _worded(rule: str) -> str:
    if rule == "immediately":
        return "at once"
    return f"within {rule}" if _plain(rule) is not None or _HOURS.fullmatch(rule) else f"by the {_ordinal(rule)}"


def _ordinal(rule: str) -> str:
    days = _DAYS.fullmatch(rule)
    return f"end of {rule}" if days else rule


def _plain(rule: str) -> float | None:
    return 0.0 if rule == "immediately" else seconds(rule)


def _business(rule: str) -> tuple[int, float] | None:
    """(business days, 0) or (0, seconds of work)."""
    if rule == "next business day":
        return 1, 0.0
    if (days := _DAYS.fullmatch(rule)) and int(days[1]):
        return int(days[1]), 0.0
    if hours := _HOURS.fullmatch(rule):
        worked = seconds(hours[1])
        return None if worked is None else (0, worked)
    return None


class _Hours:
    """A calendar as working spans."""

    def __init__(self, calendar: Calendar) -> None:
        self.zone: tzinfo | None = ZoneInfo(calendar.timezone) if calendar.timezone else None
        self.days = frozenset(WEEKDAYS.index(day) for day in calendar.workdays)
        self.off = frozenset(date.fromisoformat(day) for day in calendar.holidays)
        self.opens, self.closes = time.fromisoformat(calendar.opens), time.fromisoformat(calendar.closes)

    def at(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, self.zone).astimezone(UTC)

    def works(self, day: date) -> bool:
        return day.weekday() in self.days and day not in self.off

    def next_day(self, day: date) -> date:
        """The first working day after `day`. Raises OverflowError when the calendar has none left."""
        day += timedelta(days=1)
        while not self.works(day):
            day += timedelta(days=1)
        return day

    def after_days(self, start: datetime, count: int) -> datetime:
        day = start.astimezone(self.zone).date()
        for _ in range(count):
            day = self.next_day(day)
        return self.at(day, self.closes)

    def after_work(self, start: datetime, worked: float) -> datetime:
        day, at = start.astimezone(self.zone).date(), start.astimezone(UTC)
        left = timedelta(seconds=worked)
        while True:
            if self.works(day):
                begins, ends = max(at, self.at(day, self.opens)), self.at(day, self.closes)
                if begins + left <= ends:
                    return begins + left
                left -= max(ends - begins, timedelta(0))
            day = self.next_day(day)
