"""Whatever goes in, only what a person can see and a terminal will not obey comes out."""

from __future__ import annotations

import random

import pytest
import rich.text
from rich.cells import cell_len
from support import hostile

from handrail.text import cells, clean, clean_block, fit, literal, row

named = pytest.mark.parametrize("line", hostile.LINES, ids=lambda line: line.name)


@named
def test_a_row_shows_what_a_terminal_would_and_nothing_else(line):
    shown = row(line.raw)
    assert shown.text == line.row
    assert shown.more == 0
    assert hostile.harmless(shown.text)


@named
def test_a_line_of_its_own(line):
    assert clean(line.text) == line.cleaned
    assert hostile.harmless(clean(line.text))


@named
def test_a_block(line):
    assert clean_block(line.text) == line.blocked
    assert hostile.harmless(clean_block(line.text), lines=True)


@named
def test_to_the_letter_nothing_vanishes(line):
    shown = literal(line.text)
    assert hostile.harmless(shown, lines=True)
    for letter in (char for char in line.text if "!" <= char <= "~"):
        assert shown.count(letter) == line.text.count(letter)


def test_a_hidden_command_is_seen_to_the_letter():
    assert literal("echo hi\x1b]; rm -rf /") == "echo hi␛]; rm -rf /"
    assert literal("a\rb\n\tc") == "a␍b\n        c"


FUZZ = hostile.fuzz(20_000, seed=20261121)


@pytest.mark.parametrize("seed", [
    20261121, *(pytest.param(seed, marks=pytest.mark.nightly, id=f"night {seed}") for seed in range(15))])
def test_twenty_thousand_lines_leave_nothing_but_printable_characters(seed: int):
    for raw in FUZZ if seed == 20261121 else hostile.fuzz(20_000, seed):
        text = raw.decode("utf-8", "surrogateescape")
        assert hostile.harmless(row(raw).text), raw
        assert hostile.harmless(clean(text)), raw
        assert hostile.harmless(clean_block(text), lines=True), raw
        assert hostile.harmless(literal(text), lines=True), raw


def test_the_width_of_what_comes_out_is_what_the_layout_takes_it_for():
    for raw in FUZZ[:5000]:
        shown = row(raw)
        assert cells(shown.text) == cell_len(shown.text), raw
        assert sum(cells(text) for text, _ in shown.spans) == cells(shown.text)


# Where characters are or may soon be; of the planes that nobody uses yet a few by day, and all of them by night.
USED = [*range(0x20, 0x40000), *range(0xE0000, 0xE1000), *range(0x40000, 0x110000, 61)]


@pytest.mark.parametrize("codes", [USED, pytest.param(range(0x20, 0x110000), marks=pytest.mark.nightly)],
                         ids=["used", "all"])
def test_every_printable_character_has_the_width_the_layout_gives_it(codes):
    wrong = []
    for code in codes:
        char = clean("x" + chr(code))[1:]
        if cells(char) != cell_len(char):
            wrong.append(hex(code))
    assert not wrong


def test_clean_text_stays_as_it_is():
    for raw in FUZZ[:5000]:
        once = clean(raw.decode("utf-8", "surrogateescape"))
        assert clean(once) == once
        assert row(once.encode()).text == once


def test_fitted_text_fits():
    chance = random.Random(7)
    for raw in FUZZ[:5000]:
        text, width = raw.decode("utf-8", "surrogateescape"), chance.randrange(0, 30)
        fitted = fit(text, width)
        assert cells(fitted) <= width
        whole = clean(text)
        assert fitted == whole if cells(whole) <= width else fitted.endswith("…") or width == 0


@pytest.mark.parametrize("rival", [
    lambda raw: raw.decode("utf-8", "replace"),
    lambda raw: rich.text.Text.from_ansi(raw.decode("utf-8", "replace")).plain,
], ids=["as it came", "rich from_ansi"])
def test_the_check_bites(rival):
    """Neither leaving text alone nor decoding its colours would pass."""
    assert not all(hostile.harmless(rival(line.raw)) for line in hostile.LINES)
    assert not all(hostile.harmless(rival(raw)) for raw in FUZZ[:1000])
