"""Random histories: events of every kind, with data that fits, data that nearly fits, and data nobody foresaw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as some

from handrail.incident.events import KINDS, STATUSES, Actor, Event

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)

names = some.sampled_from(["c1:a", "c1:b", "c2:a", "r1", "r2", "r3", "P1", "P2", "kim", "ade", "", "detected", "Ω"])
texts = names | some.text(some.characters(codec="utf-8"), max_size=12)
times = some.integers(-10_000, 10_000).map(lambda seconds: START + timedelta(seconds=seconds))
far_times = some.datetimes(timezones=some.just(UTC))
stamps = times.map(lambda moment: moment.isoformat()) | some.sampled_from(
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-21", "yesterday", "2026-11-21T03:00:00"])
levels = some.fixed_dictionaries({"scheme": texts, "name": texts}, optional={
    "short": texts, "rank": some.integers(-5, 10 ** 30)})
anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda children: some.lists(children, max_size=3) | some.dictionaries(texts, children, max_size=3), max_leaves=6)

FIELDS: dict[str, Any] = {
    "item": names, "run": names, "call": names, "name": names, "deadline": names, "role": names, "action": names,
    "person": names, "relation": names, "to": names, "of": some.sampled_from([f"e{n}" for n in range(20)]),
    "verdict": some.sampled_from(["passed", "ran", "failed", "lost", "stopped", "enchanted", ""]),
    "ok": some.booleans(), "void": some.booleans(), "sent": some.booleans(), "secret": some.booleans(),
    "removed": some.booleans(), "applies": some.booleans(),
    "state": some.sampled_from(["engaged", "cleared", "done", ""]),
    "new": some.sampled_from([*STATUSES, "", "odd"]) | levels | some.none(), "level": levels, "choice": texts,
    "kind": some.sampled_from(["incident", "checklist"]), "title": texts, "text": texts, "by": names, "until": texts,
    "due_at": stamps, "detected_at": stamps, "section": some.lists(texts, max_size=3), "seconds": some.floats(),
    "exit": some.integers(-1, 256) | some.none(),
    "data": some.dictionaries(names | some.just("occurred_at"), stamps, max_size=2),
}
fitting = some.fixed_dictionaries({}, optional=FIELDS)
odd = some.dictionaries(some.sampled_from(sorted(FIELDS)) | texts, anything, max_size=5)
actors = some.sampled_from([Actor("kim", "oncall", "/dev/pts/3", "192.0.2.7", "edge-3"), Actor("ade"), Actor("")])


@some.composite
def events(draw: some.DrawFn, longest: int = 14) -> list[Event]:
    """A history as a timeline holds it: numbered as recorded, times in any order, ids at times repeated."""
    history = []
    for n in range(1, draw(some.integers(0, longest)) + 1):
        moment = draw(times | far_times)
        history.append(Event(
            n, draw(some.sampled_from([f"e{n}", f"e{n}", f"e{n}", "e1"])),
            draw(some.sampled_from(sorted(KINDS)) | some.just("teleported")), draw(fitting | odd),
            draw(actors), moment, START + timedelta(seconds=n), 60, draw(texts), f"hash-{n}"))
    return history
