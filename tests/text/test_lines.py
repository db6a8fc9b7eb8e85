"""Titles, cards, toasts and blocks of foreign text."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from support.quick import until_within

from handrail.text import cells, clean, clean_block, fit


def test_one_line_is_one_line():
    assert clean("first\nsecond\r\nthird\tfourth") == "first second third fourth"


@pytest.mark.parametrize(("text", "limit", "shown"), [
    ("abcdef", None, "abcdef"), ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""),
    ("", 0, ""), ("\x1b[31mabc\x1b[0m", 3, "abc"), ("日本語", 2, "日…"),
])
def test_the_limit_counts_characters_shown(text, limit, shown):
    assert clean(text, limit) == shown


def test_a_limit_makes_a_huge_text_cheap_and_admits_the_cut():
    huge = "\x1b[31m" * 10_000_000
    for watch in until_within(0.5, clock=time.process_time):
        with watch:
            assert clean(huge, 40).endswith("…")
            assert clean("\u202e" * 10_000_000, 40) == "\ufffd" * 39 + "…"


@pytest.mark.parametrize("text", [
    "\x9d", "\udc9d", "\udc90", "\x1bk", "\x1b[0", "\x1b ", "\x1b]", "\x1bP\x1b", "e\u0301\u0301",
])
def test_no_text_takes_more_than_its_length_is_worth(text):
    for watch in until_within(3, clock=time.process_time):
        with watch:
            clean(text * 300_000)


@pytest.mark.parametrize(("text", "width", "shown"), [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("日本語", 6, "日本語"), ("日本語", 5, "日本…"),
    ("日本語", 4, "日…"), ("日本語", 1, "…"), ("abc", 0, ""), ("", 0, ""), ("a\nb", 3, "a b"),
    ("e\u0301" * 5, 5, "e\u0301" * 5), ("e\u0301" * 5, 3, "e\u0301e\u0301…"), ("[/foo]", 4, "[/f…"),
    ("x" * 10_000_000, 3, "xx…"),
])
def test_fitting_counts_cells(text, width, shown):
    assert fit(text, width) == shown
    assert cells(fit(text, width)) <= width


def test_a_block_keeps_its_lines_and_columns():
    assert clean_block("a\tb\n\tc\r\n\n日\td") == "a       b\n        c\n\n日      d"
    assert clean_block("one\x1b]0;title\ntwo") == "one\ntwo"  # a string without end takes its own line only


def test_plain_commands_can_import_it():
    """No third-party package, and nothing slow beside what the standard library's `re` costs."""
    code = (
        "import sys, re, typing, time; before = set(sys.modules); start = time.perf_counter(); import handrail.text\n"
        "print(time.perf_counter() - start); print(*sorted(set(sys.modules) - before))"
    )
    for watch in until_within(float("inf") if sys.flags.dont_write_bytecode else 0.008):
        took, imported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                                        check=True).stdout.split("\n")[:2]
        watch.seconds = float(took)
    modules = {name.partition(".")[0] for name in imported.split()}
    assert modules <= {"handrail"} | sys.stdlib_module_names
