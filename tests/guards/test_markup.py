"""No screen, widget or app hands foreign text to a markup parser."""

from pathlib import Path

import pytest
from support.markup import findings

import tui

CONTROL = Path(__file__).parents[1] / "data" / "guards" / "markup_control.txt"
# Beside `tui`, which no folder of tests is named after.
HOUSE = Path(str(tui.__file__)).parents[1]
SOURCES = sorted(path for package in ("tui", "screens", "widgets") for path in (HOUSE / package).rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=[f"{path.parent.name}/{path.name}" for path in SOURCES])
def test_no_foreign_text_reaches_a_markup_parser(path: Path) -> None:
    assert [f"{path.name}:{line} {what}" for line, what in findings(path.read_text("utf-8"))] == []


def test_the_control_is_caught_line_by_line() -> None:
    text = CONTROL.read_text("utf-8")
    marked = {number for number, line in enumerate(text.splitlines(), 1) if line.endswith("# caught")}
    assert {line for line, _ in findings(text)} == marked
