"""What must hold of conditions whatever they say."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from handrail.conditions import ConditionError, parse
from handrail.quantities import SUFFIXES, quantity, show

numbers = st.floats(-1e12, 1e12) | st.integers(-10**12, 10**12)
lists = st.lists(st.integers(), max_size=2)
anything = st.none() | st.booleans() | numbers | st.text(max_size=4) | st.just(math.nan) | lists
values = st.dictionaries(st.sampled_from("abc"), anything)


def conditions(depth: int = 3) -> st.SearchStrategy[str]:
    leaves = st.builds(
        "{} {} {}".format, st.sampled_from("abc"), st.sampled_from(("<", "<=", ">", ">=", "==", "!=")),
        st.sampled_from(("1", "0.5", "'x'", "b", "c * 2", "90%")),
    ) | st.sampled_from(("a", "b in (1, 2)", "c == null", "a == true", "b != false"))
    return st.recursive(leaves, lambda inner: st.builds("({} and {})".format, inner, inner)
                        | st.builds("({} or {})".format, inner, inner) | st.builds("(not {})".format, inner),
                        max_leaves=depth * 3)


@given(numbers, numbers)
def test_exactly_one_of_less_equal_greater(x, y):
    told = [parse(f"a {sign} b").evaluate({"a": x, "b": y}) for sign in ("<", "==", ">")]
    assert sorted(told, key=str) == [False, False, True]


@given(conditions(), values)
def test_the_laws_of_three_values(text, found):
    told = parse(text).evaluate(found)
    assert told in (True, False, None)
    assert parse(f"not (not ({text}))").evaluate(found) is told
    assert parse(f"({text}) and ({text})").evaluate(found) is told
    assert parse(f"({text}) or true == true").evaluate(found) is True
    assert parse(f"({text}) and true == false").evaluate(found) is False
    opposite = parse(f"not ({text})").evaluate(found)
    assert opposite is (None if told is None else not told)


@given(conditions(), conditions(), values)
def test_de_morgan(a, b, found):
    assert parse(f"not (({a}) and ({b}))").evaluate(found) is parse(f"not ({a}) or not ({b})").evaluate(found)


@given(conditions(), values, anything)
def test_knowing_more_never_turns_yes_into_no(text, found, more):
    told = parse(text).evaluate(found)
    absent = [name for name in "abc" if name not in found]
    if told is not None and absent:
        assert parse(text).evaluate(found | {absent[0]: more}) is told


@given(st.text(max_size=60) | st.text("abc ()<>=!'\"90%msKB.,+-*/andornt#\n\\[]{}:", max_size=40))
def test_any_text_is_read_or_refused_with_a_token_inside_it(text):
    try:
        parse(text)
    except ConditionError as error:
        assert 0 <= error.at <= error.end <= max(1, len(text))
        assert error.problem


@given(st.integers(0, 10**6), st.sampled_from(sorted(SUFFIXES)))
def test_a_unit_scales_by_exactly_its_factor(number, suffix):
    unit, factor = SUFFIXES[suffix]
    assert quantity(f"{number}{suffix}") == (number * factor, unit)
    assert parse(f"x == {number}{suffix}").evaluate({"x": number * factor}) is True


@given(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from(("", "ratio", "s", "B")))
def test_any_number_can_be_shown_in_a_few_characters(number, unit):
    shown = show(number, unit)
    assert shown
    if abs(number) < 1e12:
        assert len(shown) <= 17
