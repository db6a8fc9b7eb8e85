"""Conditions: units, three-valued logic, what makes something unknown, and errors that point at the token."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handrail.conditions import ConditionError, Context, parse

NAMES = {
    "elapsed": "s", "free": "B", "used": "ratio", "error": "text", "status": "number", "exists": "bool",
    "p95": "any", "n": "any", "connected": "any", "item": "any",
}


@pytest.mark.parametrize(("text", "values", "answer"), [
    # numbers are decimals: nothing is cut to an integer
    ("score >= 0.95", {"score": 0.31}, False),
    ("score >= 0.95", {"score": 0.9500000001}, True),
    ("score == 0.3", {"score": 0.1 + 0.2}, True),
    ("score <= 0.3", {"score": 0.1 + 0.2}, True),
    ("score < 0.3", {"score": 0.1 + 0.2}, False),
    # units
    ("elapsed > 500ms", {"elapsed": 0.612}, True),
    ("elapsed > 500ms", {"elapsed": 0.5}, False),
    ("free < 200MB", {"free": 199_999_999}, True),
    ("free < 100MiB", {"free": 104_857_600}, False),
    ("used > 90%", {"used": 0.91}, True),
    ("used > 90%", {"used": 0.9}, False),
    ("bad / total > 10%", {"bad": 2, "total": 10}, True),
    ("age_s > 1d and age_s < 1w", {"age_s": 90_000}, True),
    ("change < -20% * n", {"change": -30, "n": 100}, True),
    # words, lists, yes and no
    ("error in ('refused', 'timeout')", {"error": "timeout"}, True),
    ("error not in ('refused', 'timeout')", {"error": "none"}, True),
    ("'rror' in line", {"line": "ERROR no, error yes"}, True),
    ("site in sites", {"site": "a", "sites": ["b", "a"]}, True),
    ("connected == false", {"connected": False}, True),
    ("not exists or not writable", {"exists": True, "writable": False}, True),
    ("breached == (current < target)", {"breached": False, "current": 0.9, "target": 0.99}, False),
    ("1 < x <= 5", {"x": 5}, True),
    ("1 < x <= 5", {"x": 1}, False),
    ("mode != 0o600", {"mode": 0o644}, True),
    ("x == null", {"x": None}, True),
    ("x == null", {"x": 0}, False),
    ("x != null", {"x": 0}, True),
    ("item.state == 'open'", {"item": {"state": "open"}}, True),
])
def test_what_can_be_told(text, values, answer):
    assert parse(text).evaluate(values) is answer


@pytest.mark.parametrize(("text", "values", "why"), [
    ("missing < 5", {}, "missing is missing"),
    ("x < 5", {"x": None}, "x is null"),
    ("x < 5", {"x": float("nan")}, "x is not a number"),
    ("x < 5", {"x": float("inf")}, "x is not a number"),
    ("x < 5", {"x": "3"}, "x is text, not a number"),
    ("x < 5", {"x": True}, "x is yes or no, not a number"),
    ("x == '5'", {"x": 5}, "x is a number, not text"),
    ("x == 1", {"x": True}, "x is yes or no, not a number"),
    ("x == true", {"x": 1}, "x is a number, not yes or no"),
    ("x", {"x": 1}, "x is not yes or no"),
    ("x", {"x": None}, "x is null"),
    ("not x", {"x": "false"}, "x is text, not yes or no"),
    ("a / b > 1", {"a": 1, "b": 0}, "b is zero"),
    ("a * a > 1", {"a": 1e300}, "a is too large"),
    ("x in y", {"x": 1, "y": 5}, "y is a number, not a list"),
    ("x == null", {}, "x is missing"),
    ("null < 5", {}, "null is null"),
    ("item.a > 1", {"item": {}}, "item.a is missing"),
    ("item.a > 1", {}, "there is no item"),
    ("age(at) > 5m", {"at": "yesterday"}, "at is text, not a time"),
    ("age(at) > 5m", {"at": "2026-11-21T03:00:00"}, "at is text, not a time"),  # without a zone it could be any time
    ("avg(x, 10m) > 1", {"x": 1}, "no earlier answers are kept"),
    ("processes('node') > 0", {}, "the processes are not known"),
])
def test_what_cannot_be_told_is_unknown_and_says_why(text, values, why):
    answer = parse(text).judge(values, Context(now=datetime(2026, 11, 21, 3, tzinfo=UTC)))
    assert answer.value is None
    assert answer.why == why


@pytest.mark.parametrize(("a", "b", "both", "either"), [
    (True, True, True, True), (True, False, False, True), (True, None, None, True),
    (False, False, False, False), (False, None, False, None), (None, None, None, None),
])
def test_three_valued_logic(a, b, both, either):
    values = {"a": a, "b": b}
    for left, right in (("a", "b"), ("b", "a")):
        assert parse(f"{left} and {right}").evaluate(values) is both
        assert parse(f"{left} or {right}").evaluate(values) is either
    assert parse("not a").evaluate(values) is (None if a is None else not a)


def test_a_null_beside_an_or_is_true_only_if_the_other_side_is():
    assert parse("null < 5 or x").evaluate({"x": True}) is True
    assert parse("null < 5 or x").evaluate({"x": False}) is None


def test_ages_come_from_the_clock_that_is_handed_in():
    noon = Context(now=datetime(2026, 11, 21, 12, tzinfo=UTC))
    assert parse("age(at) > 5m").evaluate({"at": "2026-11-21T12:54:00+01:00"}, noon) is True
    assert parse("age(at) > 6m").evaluate({"at": "2026-11-21T12:54:00+01:00"}, noon) is False
    assert parse("until(end) < 24h").evaluate({"end": 1_795_305_600}, noon) is True  # 2026-11-22T00:00Z in seconds
    assert parse("until(end) < 24h").evaluate({"end": 1_795_305_600_000}, noon) is True  # and in milliseconds
    assert parse("until(end) < 12h").evaluate({"end": 1_795_305_600}, noon) is False


@pytest.mark.parametrize(("text", "token", "problem", "remedy"), [
    ("elapsed > 60", "60", "60 what? elapsed is a time.", "Write 60s or 60ms."),
    ("60 < elapsed", "60", "60 what? elapsed is a time.", "Write 60s or 60ms."),
    ("free < 200", "200", "200 what? free is a size.", "Write 200MB or 200B."),
    ("used > 0.9", "0.9", "0.9 what? used is a ratio.", "Write 90%."),
    ("used > 90", "90", "90 what? used is a ratio.", "Write 90%."),
    ("elapsed * 2 > 60 + 1", "60 + 1", "60 + 1 what? elapsed * 2 is a time.", None),
    ("avg(elapsed, 1h) > 3", "3", "3 what? avg(elapsed, 1h) is a time.", None),
    ("avg(elapsed, 60) > 3s", "60", "this is no window.", None),
    ("elapsed in (5s, 60)", "60", "60 what? elapsed is a time.", None),
    ("p95 > 60s", "p95", "p95 has no unit, 60s is a time.", 'Give it one: unit = { p95 = "ms" }.'),
    ("elapsed > free", "free", "a size is compared with a time.", None),
    ("elapsed + free > 1s", "elapsed + free", "a time and a size do not go together.", None),
    ("status == '200'", "'200'", "text is compared with a number: that can never be told.", None),
    ("error > true", "true", "yes or no is compared with text: that can never be told.", None),
    ("exists > true", "true", "yes and no have no order.", None),
    ("elapsd > 5s", "elapsd", 'there is no name "elapsd".', "Did you mean elapsed?"),
    ("averge(elapsed, 1h) > 5s", "averge(elapsed, 1h)", "there is no function averge.", None),
    ("avg(elapsed) > 5s", "avg(elapsed)", "avg takes other arguments.", "Write avg(value, window)."),
    ("count(5m) > 3", "5m", "this probe counts no matches.", None),
    ("elapsed", "elapsed", "this is a time, not yes or no.", None),
    ("connected == False", "False", '"False" is spelled false here.', "Write false."),
    ("elapsed > 5min", "5min", '"5min" is no number with a unit.', None),
    ("used > 90 %", "90 %", "write the unit without a space.", "90%"),
    ("elapsed > 5s # and so on", "#", '"#" does not belong here.', None),
    ("n[0] > 1", "[", '"[" does not belong here.', None),
    ("status = 200", "=", "this cannot be read.", "Write == to compare."),
    ("exists && connected", "&&", "this cannot be read.", "Write and instead of &&."),
    ("exists || connected", "||", "this cannot be read.", "Write or instead of ||."),
    ("!exists", "!", "this cannot be read.", "Write not instead of !."),
    ("elapsed > 5s oder", "oder", "this cannot be read.", None),
    ("status == 200 andd elapsed < 1s", "andd", "this cannot be read.", "Did you mean and?"),
    ("elapsed > 5 s", "s", "this cannot be read.", "Write 5s."),
    ("elapsed >", ">", "nothing follows it.", None),
    ("elapsed > 5s and", "and", "nothing follows it.", None),
    ("not", "not", "nothing follows it.", None),
    ("avg(elapsed, 5m > 5s", "(", "this bracket is never closed.", None),
    ("status in (200", "(", "this bracket is never closed.", None),
    ("(status == 200) and (n > 1", "(", "this bracket is never closed.", None),
    ("status == 200)", ")", "this bracket closes none.", None),
    ("error == ')' and (n > 1", "(", "this bracket is never closed.", None),
    ("status > < 5", "<", "this cannot be read.", None),
    ("n > 1, 2 3", "3", "this cannot be read.", None),
    ("error == none", "none", 'there is no name "none".', "A text stands in quotes: 'none'."),
    ("error == 'é' and elapsed > 60", "60", "60 what? elapsed is a time.", None),
    ("item.a.b > 1", "item.a.b", "only item has parts after a dot.", None),
    ("error.upper() == 'X'", "error.upper()", "this is not part of the language.", None),
    ("[x for x in n]", "[", '"[" does not belong here.', None),
    ("(lambda: 1)()", "(lambda: 1)()", "this is not part of the language.", None),
    ("n is null", "null", "is and is not are not part of the language.", "Write == or !=."),
    ("n ** 9 > 1", "n ** 9", "this is not part of the language.", None),
    ("f'{n}' == 'x'", "f'{n}'", "this is not part of the language.", None),
    ("b'x' == error", "b'x'", "this is not part of the language.", None),
    ("n > 1e999", "1e999", "this number is too large.", None),
    ("(n := 5) > 1", "n := 5", "this is not part of the language.", None),
])
def test_what_makes_no_sense_is_refused_at_the_token(text, token, problem, remedy):
    with pytest.raises(ConditionError) as caught:
        parse(text, NAMES)
    error = caught.value
    assert (error.text[error.at : error.end], error.problem) == (token, problem)
    assert error.pointer.splitlines()[1] == " " * error.at + "^" * len(token)
    if remedy is not None:
        assert error.remedy == remedy


@pytest.mark.parametrize("text", ["", "   ", "elapsed >", "(elapsed > 5s", "not " * 60 + "exists", "(" * 300 + "exists",
                                  "exists or " * 400 + "exists", "\0", "exists\x00", "9" * 2500])
def test_what_cannot_be_read_at_all_is_refused_too(text):
    with pytest.raises(ConditionError):
        parse(text, NAMES)


@pytest.mark.parametrize("text", ["elapsed > 0", "delta(free, 1h) < 0", "used * 100 > 0", "elapsed / 2s > 1",
                                  "free / free > 10%", "baseline(elapsed, 7d) * 1.3 < elapsed", "used + 10% > 100%"])
def test_zero_and_matching_units_need_no_unit_of_their_own(text):
    parse(text, NAMES)


def test_several_lines_read_as_one():
    assert parse("a > 1\n  and b > 2\r\n\tand c > 3").evaluate({"a": 2, "b": 3, "c": 4}) is True


def test_it_says_what_it_needs():
    text = "avg(elapsed, 10m) > 5s or rate(free, 1h) < 0 and processes('node') > 0 and unchanged(n) > 2h"
    condition = parse(text, NAMES)
    assert condition.names == {"elapsed", "free", "n"}
    assert condition.windows == {"elapsed": 600.0, "free": 3600.0, "n": float("inf")}
    assert condition.patterns == {"node"}
