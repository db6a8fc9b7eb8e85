"""What the library shows of a document before it is read as a runbook."""

from __future__ import annotations

from handrail.runbook.reader import read
from handrail.shelf.index import glance


def test_an_underlined_heading_is_the_title_as_it_is_for_the_reader() -> None:
    text = "Mill: stones stand still\n========================\n\nTriage\n------\n\nLook at the dam.\n"
    assert glance(text, "mill")[0] == read(text, "mill.md").title == "Mill: stones stand still"


def test_a_line_of_signs_alone_or_in_a_fence_is_no_heading() -> None:
    assert glance("\n====\n\nLook.\n", "mill")[0] == "mill"
    assert glance("```\nsacks\n=====\n```\n", "mill")[0] == "mill"
