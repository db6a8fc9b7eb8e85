"""Nothing of a document is lost: every line that can be seen is reached from some item or section."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

import handrail
from handrail.runbook.model import Runbook
from handrail.runbook.reader import read

OURS = [*sorted((Path(handrail.__file__).parent / "packs").rglob("*.md")),
        *sorted((Path(__file__).parents[1] / "data").rglob("*.md"))]


def unreached(made: Runbook, text: str) -> list[int]:
    covered: set[int] = set()
    for first, last in [item.lines for item in made.items] + [section.lines for section in made.sections]:
        covered.update(range(first, last + 1))
    return [number for number, line in enumerate(text.split("\n"), 1) if line.strip() and number not in covered]


def test_there_are_documents_to_count() -> None:
    assert len(OURS) >= 7


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_every_visible_line_is_reached(path: Path) -> None:
    text = path.read_text("utf-8")
    made = read(text, path.name)
    assert unreached(made, text) == []
    assert made.items


def test_a_line_that_is_not_reached_is_counted() -> None:
    """The control: an item less, and its lines are missed."""
    text = "Call the miller.\n\nStop the wheel.\n"
    made = read(text)
    assert unreached(made, text) == []
    assert unreached(msgspec.structs.replace(made, items=(), sections=()), text) == [1, 3]
