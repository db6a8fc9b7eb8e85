"""The checklist: rows in document order, numbers, counts, what is next, procedures inside procedures."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handrail.acts.sections import find as find_section
from handrail.errors import UsageError
from handrail.incident.checklist import build
from handrail.incident.incident import Call, Incident, ItemState
from handrail.runbook.model import Item, Kind, Runbook, Section

NOW = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)


def _item(id: str, kind: Kind, section: tuple[str, ...], line: int) -> Item:
    return Item(id=id, kind=kind, section=section, lines=(line, line), title=f"do {id}", text=id)


TOP = ("Rotate",)
STOP, VERIFY = (*TOP, "Stop"), (*TOP, "Stop", "Verify")
NOTES = (*TOP, "Notes")
BOOK = Runbook(
    document="rotate.md", title="Rotate", sha256="aa", front_matter={},
    sections=(
        Section(title="Rotate", level=1, lines=(1, 30), path=TOP),
        Section(title="Stop", level=2, lines=(2, 15), path=STOP, minutes=5),
        Section(title="Verify", level=3, lines=(8, 15), path=VERIFY),
        Section(title="Notes", level=2, lines=(16, 18), path=NOTES),
        Section(title="Stop", level=2, lines=(19, 30), path=STOP),
    ),
    items=(
        _item("a", "command", STOP, 3), _item("out", "expected-output", STOP, 4), _item("b", "http", STOP, 5),
        _item("c", "manual", VERIFY, 9), _item("r", "reference", VERIFY, 10), _item("q", "decision", VERIFY, 11),
        _item("t", "template", NOTES, 17), _item("d", "command", STOP, 20),
    ),
)


def _incident(*calls: Call, **items: ItemState) -> Incident:
    return Incident(id="INC-1", calls=calls, items={key.replace("_", ":"): state for key, state in items.items()})


def _call(id: str, section: tuple[str, ...] = (), parent: str = "", title: str = "Rotate") -> Call:
    return Call(id, "rotate.md", "aa", section, parent, title, NOW)


def _shape(incident: Incident) -> list[tuple[int, str, int | None]]:
    return [(row.depth, row.title, row.number) for row in build(incident, lambda _: BOOK).rows]


def test_rows_stand_in_document_order_and_only_steps_are_numbered() -> None:
    assert _shape(_incident(_call("1"))) == [
        (0, "Rotate", None),
        (1, "Stop", None), (2, "do a", 1), (2, "do b", 2),
        (2, "Verify", None), (3, "do c", 3), (3, "do r", None), (3, "do q", 4),
        (1, "Notes", None), (2, "do t", None),
        (1, "Stop", None), (2, "do d", 5),
    ]


def test_a_call_on_a_section_shows_that_section_only() -> None:
    assert _shape(_incident(_call("1", VERIFY, title="Verify"))) == [
        (0, "Verify", None), (1, "do c", 1), (1, "do r", None), (1, "do q", 2)]


def test_twin_sections_are_two_rows() -> None:
    rows = build(_incident(_call("1")), lambda _: BOOK).rows
    assert [row.key for row in rows if row.kind == "section"] == ["1#2", "1#8", "1#16", "1#19"]
    assert len({row.key for row in rows}) == len(rows)
    assert rows[1].minutes == 5


def test_a_procedure_opened_from_an_item_stands_below_it_and_twice_is_two() -> None:
    parent = "1:b"
    incident = _incident(_call("1", STOP, title="Stop"), _call("2", VERIFY, parent, "Verify"),
                         _call("3", VERIFY, parent, "Verify"))
    checklist = build(incident, lambda _: BOOK)
    keys = [row.key for row in checklist.rows]
    at = keys.index(parent)
    assert keys[at + 1:at + 6] == ["2", "2:c", "2:r", "2:q", "3"]
    assert checklist.total == 5 + 4
    assert [row.number for row in checklist.rows if row.number] == list(range(1, 10))


def test_a_circle_of_calls_ends() -> None:
    incident = _incident(_call("1", VERIFY), _call("2", VERIFY, "1:c"), _call("3", VERIFY, "2:c"))
    assert build(incident, lambda _: BOOK).total == 6
    assert build(_incident(_call("1", VERIFY, "2:c"), _call("2", VERIFY, "1:c")), lambda _: BOOK).rows == ()


@pytest.mark.parametrize(("word", "counts"), [
    ("open", False), ("running", False), ("ran", True), ("passed", True), ("confirmed", True), ("failed", False),
    ("inconclusive", False), ("stopped", False), ("timed out", False), ("unknown", False), ("did not start", False),
    ("lost", False), ("ticked", True), ("skipped", True), ("deferred", False), ("overridden", True),
    ("not applicable", True),
])
def test_what_counts_as_done(word: str, counts: bool) -> None:
    checklist = build(_incident(_call("1"), **{"1_a": ItemState(word=word)}), lambda _: BOOK)  # type: ignore[arg-type]
    assert (checklist.done, checklist.total) == (int(counts), 5)


def test_next_is_the_first_step_that_nobody_touched() -> None:
    assert build(_incident(_call("1")), lambda _: BOOK).next == "1:a"
    failed = _incident(_call("1"), **{"1_a": ItemState(word="failed"), "1_b": ItemState(word="deferred")})
    assert build(failed, lambda _: BOOK).next == "1:c"
    done = {f"1_{id}": ItemState(word="ticked") for id in "abcqd"}
    assert build(_incident(_call("1"), **done), lambda _: BOOK).next is None


def test_a_section_says_the_worst_beneath_it() -> None:
    incident = _incident(_call("1"), **{"1_a": ItemState(word="deferred"), "1_c": ItemState(word="failed"),
                                        "1_q": ItemState(word="running")})
    rows = build(incident, lambda _: BOOK).rows
    worst = {row.key: (row.done, row.total, row.worst) for row in rows if row.kind != "item"}
    assert worst == {"1": (0, 5, "failed"), "1#2": (0, 4, "failed"), "1#8": (0, 2, "failed"), "1#16": (0, 0, ""),
                     "1#19": (0, 1, "")}


def test_an_incident_without_a_procedure_has_an_empty_checklist() -> None:
    assert build(_incident(), lambda _: BOOK).total == 0


@pytest.mark.parametrize("words", ["Verify", "verify", "#verify"])
def test_a_section_is_found_by_title_or_anchor(words: str) -> None:
    assert find_section(BOOK, words) == VERIFY


def test_an_unknown_section_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="'Verify'"):
        find_section(BOOK, "Verfy")
