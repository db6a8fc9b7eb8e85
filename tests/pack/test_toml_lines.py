"""Where each key stands, in every way TOML lets it be written."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.toml_lines import key_lines, line_of, spell

TEXT = '''# [not.a.table]
top = 1   # top2 = 2
"quoted key".x = "[no] # comment"
text = """
inside = 1
[[probe]]
"""
literal = \'\'\'it's
here = 2
\'\'\'
list = [
  1,   # one
  { a = 1, b.c = [ 2,
                   3 ] },
]
[a.b]
c = 1979-05-27 07:32:00
[[probe]]
id = "x"
[[probe.level]]
when = 'a'
[[probe.level]]
when = "b \\" ]"
[probe.each]
key = ".x"
[[probe]]
level = [{ when = "c" }, { when = "d" }]
'''


@pytest.mark.parametrize(("key", "line"), [
    (("top",), 2), (("quoted key",), 3), (("quoted key", "x"), 3), (("text",), 4), (("literal",), 8), (("list",), 11),
    (("list", 0), 12), (("list", 1), 13), (("list", 1, "a"), 13), (("list", 1, "b", "c"), 13),
    (("list", 1, "b", "c", 1), 14), (("a", "b"), 16), (("a", "b", "c"), 17), (("probe",), 18), (("probe", 0), 18),
    (("probe", 0, "id"), 19), (("probe", 0, "level", 0), 20), (("probe", 0, "level", 1, "when"), 23),
    (("probe", 0, "each", "key"), 25), (("probe", 1), 26), (("probe", 1, "level", 1, "when"), 27),
])
def test_lines(key, line):
    tomllib.loads(TEXT)
    assert key_lines(TEXT)[key] == line


def test_what_only_looks_like_a_key_is_none():
    assert not {("inside",), ("here",), ("top2",), ("not", "a", "table"), ("not",)} & set(key_lines(TEXT))


def test_the_nearest_table_stands_in_for_a_key_that_is_missing():
    lines = key_lines(TEXT)
    assert line_of(lines, ("probe", 1, "kind")) == 26
    assert line_of(lines, ("nowhere",)) is None


def test_key_paths_read_as_people_write_them():
    assert spell(("probe", 1, "level", 0, "when")) == "probe[1].level[0].when"
    assert spell(("vars", "a b")) == 'vars."a b"'


def paths(value: object, at: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    found = {at} if at else set()
    if isinstance(value, dict):
        for key, inner in value.items():
            found |= paths(inner, (*at, key))
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            found |= paths(inner, (*at, n))
    return found


scalars = st.integers(-9, 9) | st.booleans() | st.text("ab]}\"#'\\\n =", max_size=6)
inline = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3)
                      | st.dictionaries(st.sampled_from(["k", "l.m", "n"]), inner, max_size=2), max_leaves=6)


def toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'
    if isinstance(value, list):
        return "[ " + ",\n  ".join(map(toml, value)) + " ]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(inner)}" for key, inner in value.items()) + " }"
    return str(value)


@given(st.lists(st.dictionaries(st.sampled_from("wxyz"), inline, max_size=3), max_size=4))
def test_every_key_of_any_document_has_a_line(probes):
    def flat(value: object) -> object:
        return toml(value).replace("\n", " ") if isinstance(value, dict) else toml(value)

    bodies = ["".join(f"{key} = {flat(value)}\n" for key, value in probe.items()) for probe in probes]
    text = "".join(f"[[probe]]\n{body}" for body in bodies)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # a line break inside an inline table
    lines = key_lines(text)
    assert paths(table) <= set(lines)
    assert all(1 <= line <= text.count("\n") for line in lines.values())
