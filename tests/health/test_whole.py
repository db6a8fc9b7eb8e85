"""Several things under one probe: which of them is the lamp, and what becomes of those that are not named any more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handrail.health.monitor import Lamp, among
from handrail.health.poller import Poller
from handrail.health.probes.reading import Reading
from handrail.health.reading import lamps_of
from handrail.health.whole import whole

RANKS = {"CRIT": 1, "HIGH": 2, "WARN": 3, "NOTE": 4}


def part(title: str, word: str, value: str = "x", age: float | None = 1.0) -> Lamp:
    return Lamp(id=f"p/{title}", title=title, group="", pack="t", word=word, rank=RANKS.get(word, 0), value=value,  # type: ignore[arg-type]
                want="", age=age, since=None, why=f"{title} is {word}", severity=f"P{RANKS.get(word, 0)}")


def summed(*parts: Lamp) -> Lamp:
    return whole(Lamp(id="p", title="all", group="", pack="t", word="OK", rank=0, value="", want="", age=None,
                      since=None, parts=parts))


@pytest.mark.parametrize(("words", "word", "value"), [
    (("OK", "OK"), "OK", "2 x"), (("OK", "WARN"), "WARN", "b x"), (("WARN", "CRIT", "OK"), "CRIT", "2 of 3 not well"),
    (("OK", "STALE"), "STALE", "b x"), (("UNKNOWN", "WARN"), "WARN", "2 of 2 not well"),
    (("NOTE", "OK"), "NOTE", "a x"), (("BLOCKED", "OK"), "BLOCKED", "a x"), (("OK", "MUTED"), "OK", "1 x"),
    (("MUTED", "EXPECTED"), "EXPECTED", "2 of 2 not well"), (("MUTED",), "MUTED", "a x"),
    (("HIGH", "MUTED", "EXPECTED"), "HIGH", "a x"),
])
def test_the_worst_of_those_that_count_is_the_lamp(words: tuple[str, ...], word: str, value: str) -> None:
    lamp = summed(*(part(title, one) for title, one in zip("abc", words, strict=False)))
    assert (lamp.word, lamp.value, lamp.rank) == (word, value, RANKS.get(word, 0))
    assert lamp.why == "" or lamp.why.startswith(f"{next(one.title for one in lamp.parts if one.word == word)}")


def test_its_age_is_that_of_the_newest_answer_and_a_part_is_found_by_its_id() -> None:
    lamp = summed(part("a", "OK", age=4.0), part("b", "STALE", age=900.0))
    assert lamp.age == 4.0
    assert among([lamp], "p/b") == lamp.parts[0] and among([lamp], "p") == lamp and among([lamp], "q") is None
    assert among([lamp], "p/b", "another pack") is None


TEXT = '''[defaults]
interval = "10s"
confirm_bad = 1
confirm_good = 1
[[probe]]
id = "p"
kind = "file"
path = "/"
each = { items = ".[]", key = ".name" }
level = [{ severity = "P2", when = "item.bad == true" }]
'''


def test_what_is_not_named_any_more_is_stale_and_then_forgotten_a_bad_one_later(packed: Any, clock: Any) -> None:
    poller = Poller(packed(TEXT), None, clock, "kim")
    [asked] = poller.asked

    def answer(passed: float, **bad: bool) -> dict[str, str]:
        clock.passed += passed
        document = json.dumps([{"name": name, "bad": is_bad} for name, is_bad in bad.items()]).encode()
        poller.take(asked, Reading({"error": "none"}, document), "", {})
        [lamp] = lamps_of(poller.panel.told().lamps, "t", clock.boot())
        return {one.title: one.word for one in lamp.parts}

    assert answer(0, a=False, b=False, c=True) == {"a": "OK", "b": "OK", "c": "HIGH"}
    assert answer(60, a=False) == {"a": "OK", "b": "STALE", "c": "STALE"}
    assert answer(3600, a=False) == {"a": "OK", "c": "STALE"}, "what was well is let go after an hour"
    assert answer(86_400, a=False) == {"a": "OK"}, "what was bad after a day"
