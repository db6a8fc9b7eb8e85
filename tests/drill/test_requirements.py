"""The table of what the AlwaysClaw runbook asks for: each item is in the pack with its facts, or says why it is not."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.requirements import untrue

from handrail.pack.pack import Pack, builtin

TESTS = Path(__file__).parents[1]
TABLE: dict[str, Any] = tomllib.loads((TESTS / "data" / "alwaysclaw" / "requirements.toml").read_text("utf-8"))

# section -> its first and last item
ITEMS = {
    "A1": (0, 5), "A2": (0, 7), "A3": (0, 5), "A4": (1, 14), "A5": (1, 4), "A6": (1, 5), "A7": (1, 6), "A8": (1, 7),
}
# What may say that it is to come.
LATER = ("A3.5", "A4.14", "A6.", "A7.")
ROWS = [(item, has) for item, row in TABLE.items() for has in row.get("has", ())]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return builtin("alwaysclaw")


def functions(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


def test_every_item_of_the_runbook_is_in_the_table() -> None:
    assert set(TABLE) == {f"{section}.{n}" for section, (first, last) in ITEMS.items() for n in range(first, last + 1)}


@pytest.mark.parametrize("item", TABLE)
def test_an_item_is_in_the_pack_or_says_why_not(pack: Pack, item: str) -> None:
    row = TABLE[item]
    assert row and set(row) <= {"has", "shown", "waived", "later"}
    assert [why for has in row.get("has", ()) for why in untrue(pack, has)] == []
    for reason in (row.get("waived"), row.get("later")):
        assert reason is None or len(reason.split()) >= 5, reason
    assert "later" not in row or item.startswith(LATER), "what is to come is one of those that may"
    assert row.get("has") or row.get("shown") or "later" in row, "a waiver is about a part of it"


@pytest.mark.parametrize("item", [item for item, row in TABLE.items() if "shown" in row])
def test_what_shows_an_item_is_a_test(item: str) -> None:
    for name in TABLE[item]["shown"]:
        file, _, function = name.partition("::")
        assert function.startswith("test_") and function in functions(TESTS / file), name


# -- that it would be noticed


def test_without_the_pack_no_row_is_true(pack: Pack) -> None:
    empty = msgspec.structs.replace(pack, scheme={}, probes=(), scenarios=(), conditions=(), runbooks=())
    assert [has for _, has in ROWS if not untrue(empty, has)] == []


@pytest.mark.parametrize(("has", "wrong"), [
    ({"level": "P1", "respond": "6m"}, "respond"), ({"level": "P1", "escalates": "nobody"}, "escalates"),
    ({"level": "P9"}, "there is no level"), ({"level": "P1", "colour": "red"}, "colour"), ({"rank": 1}, "no artefact"),
    ({"scenario": "voice-leak", "opens": "kill-switches.md#gmail-kill-switch"}, "opens"),
    ({"scenario": "voice-leak", "severity": "P2"}, "severity"),
    ({"section": "kill-switches.md#no-such-switch"}, "there is no section"),
    ({"section": "kill-switches.md#gmail-kill-switch", "commands": ["gmail/status", "watch/stop"]}, "commands"),
    ({"section": "kill-switches.md#gmail-kill-switch", "seconds": 20}, "seconds"),
    ({"section": "kill-switches.md#gmail-kill-switch", "expects": '{"connected": true}'}, "expects"),
    ({"section": "rotation.md#gmail-oauth-token-rotation", "goes_on": True}, "goes_on"),
    ({"section": "rotation.md#gmail-oauth-token-rotation", "minutes": 5}, "minutes"),
    ({"section": "forensics.md#full-collection", "artefacts": 10}, "artefacts"),
    ({"section": "forensics.md#full-collection", "stamps": 11}, "stamps"),
    ({"section": "containment.md#memory-exhaustion", "order": ["systemctl restart", "memory/snapshot"]}, "order"),
    ({"condition": "kill-voice", "clear": "kill-switches.md#restore-twilio"}, "clear"),
    ({"probe": "gmail", "bad": "P2: connected == true"}, "bad"),
    ({"probe": "gmail", "bad": "P2: connected == false", "scenario": "data-leak"}, "bad"),
    ({"probe": "gmail", "expected": "kill-voice"}, "expected"), ({"probe": "gmail", "by_hand": True}, "by_hand"),
    ({"message": "P1", "lines": ["Severity: P2 - Major"]}, "lines"), ({"message": "P2", "blanks": ["Blame"]}, "blanks"),
])
def test_a_fact_that_is_not_so_is_said(pack: Pack, has: dict[str, Any], wrong: str) -> None:
    [why] = untrue(pack, has)
    assert wrong in why
