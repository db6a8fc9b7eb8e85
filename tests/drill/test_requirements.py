"""The table of what the AlwaysClaw runbook asks for: each item is shown by tests, or says what is missing."""

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parents[1]
TABLE: dict[str, Any] = tomllib.loads((TESTS / "data" / "alwaysclaw" / "requirements.toml").read_text("utf-8"))

# section -> its first and last item
ITEMS = {
    "A1": (0, 5), "A2": (0, 7), "A3": (0, 5), "A4": (1, 14), "A5": (1, 4), "A6": (1, 5), "A7": (1, 6), "A8": (1, 7),
}


def functions(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


def test_every_item_of_the_runbook_is_in_the_table() -> None:
    assert set(TABLE) == {f"{section}.{n}" for section, (first, last) in ITEMS.items() for n in range(first, last + 1)}


@pytest.mark.parametrize("item", TABLE)
def test_an_item_is_shown_by_a_test_or_says_what_is_missing(item: str) -> None:
    row = TABLE[item]
    assert set(row) <= {"shown", "later"} and row
    assert "later" not in row or len(row["later"].split()) >= 3
    for name in row.get("shown", []):
        file, _, function = name.partition("::")
        assert function in functions(TESTS / file), name
