"""Prose of a runbook as an operator reads it on a card and in a question."""

from __future__ import annotations

import random

import pytest
from rich.text import Text

from widgets.prose import rows

TABLE = """| Situation | Response |
|---|---|
| Queue below 100 | Wait for it |
| Queue above 100 and growing for ten minutes | Restart the **consumer**, see [restart](#restart) |"""


def plain(text: str, width: int) -> list[str]:
    return [row.plain for row in rows(text, width)]


def test_a_link_is_its_words_and_no_word_is_broken():
    text = "If harm goes on, take the [volatile capture](forensics.md#volatile-capture) and cut\noff at once."
    assert plain(text, 40) == ["If harm goes on, take the volatile", "capture and cut off at once."]


def test_the_number_of_the_item_itself_is_left_to_the_checklist():
    assert plain("3. Tell `#ops` **now**", 60) == ["Tell #ops now"]


def test_items_below_it_keep_a_mark_and_hang_under_their_first_word():
    assert plain("Look at:\n  - the first and the longest one\n  - the second", 20) == [
        "Look at:", "• the first and the", "  longest one", "• the second",
    ]


def test_a_table_stands_in_columns_without_its_bars():
    assert plain(TABLE, 60) == [
        "Situation                      Response",
        "Queue below 100                Wait for it",
        "Queue above 100 and growing    Restart the consumer, see",
        "for ten minutes                restart",
    ]


def test_a_table_without_room_for_columns_is_told_row_by_row():
    wide = "| Day | Who | Where | What |\n|-|-|-|-|\n| Monday and Tuesday | kim and ade | the north hall | wheels |"
    assert plain(wide, 30) == [
        "• Day: Monday and Tuesday", "  Who: kim and ade", "  Where: the north hall", "  What: wheels",
    ]


@pytest.mark.parametrize(
    "text", ["", "|", "||\n|-|", "| a", "a | b", "```\nls\n", "[x](", "**", "| a |\n| b |", "\x1b[31m"]
)
def test_odd_text_is_drawn_too(text: str):
    for width in (1, 8, 76):
        assert all(row.cell_len <= max(2, width) for row in rows(text, width))


def test_no_row_is_wider_than_asked_and_no_letter_is_lost():
    chance = random.Random(7)
    words = ["wheel", "|", "日本", "`code`", "\n", "- ", "| a | b |\n", "|-|-|\n", "é", "[l](x.md)", "1. ", "```\n"]
    for _ in range(300):
        text = " ".join(chance.choice(words) for _ in range(chance.randrange(30)))
        for width in (20, 58):
            drawn = rows(text, width)
            assert all(isinstance(row, Text) and row.cell_len <= width for row in drawn), text
            told = "".join(row.plain for row in drawn)
            assert all(told.count(letter) >= text.count(letter) for letter in "日é"), text
