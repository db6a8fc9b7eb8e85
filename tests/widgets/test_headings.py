"""The first rows where there is little room: what matters most stays whole, and nothing is cut without saying so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from support.still import GMAIL, NOW, TWILIO, ago

from handrail.incident.incident import Deadline, Level
from handrail.text import fit_path
from widgets.headings import Counts, clocks_row, conditions_row, urgency, watch_first_row, worst_clock

LAMPS = Counts((("CRIT", 1), ("WARN", 2), ("STALE", 1), ("OK", 10)))
OTHER = (TWILIO.level, worst_clock(TWILIO, NOW))


@pytest.mark.parametrize("width", [60, 72, 80, 100, 200])
def test_the_other_incidents_worst_clock_and_its_key_are_never_cut(width: int) -> None:
    row = conditions_row(GMAIL, OTHER, 2, width).plain
    assert ("others: AC P2  respond in 1m10s and 1 more  w" if width > 60 else "AC P2  respond in 1m10s +1  w") in row
    assert "■ Gmail kill switch ON" in row and len(row) == width
    assert ("until step 7 passes" in row) == (width >= 100)


def test_of_the_other_incidents_the_overdue_one_comes_first() -> None:
    soon = replace(TWILIO, id="soon", level=Level("x", "P1", "X", 1),
                   deadlines=(Deadline("resolve", "resolve", "resolve", NOW + timedelta(minutes=4), ago(minutes=9)),))
    late = replace(TWILIO, id="late", level=Level("x", "P2", "X", 2),
                   deadlines=(Deadline("respond", "respond", "respond", ago(minutes=15), ago(minutes=20)),))
    none = replace(TWILIO, id="none", deadlines=())
    assert [each.id for each in sorted((none, soon, late), key=lambda each: urgency(each, NOW))] == [
        "late", "soon", "none",
    ]


def test_nothing_is_overdue_in_what_was_a_false_alarm() -> None:
    late = Deadline("resolve", "resolve", "resolve", ago(minutes=26), ago(minutes=56), state="breached")
    incident = replace(TWILIO, deadlines=(late,))
    assert "resolve overdue 26m" in clocks_row(incident, NOW, 80).plain
    over = replace(incident, status="false alarm", closed=True)
    assert "overdue" not in clocks_row(over, NOW, 80).plain
    assert not worst_clock(over, NOW)


def test_alone_at_80_a_condition_says_until_when() -> None:
    assert conditions_row(GMAIL, None, 0, 80).plain.strip() == "■ Gmail kill switch ON until step 7 passes"
    assert "until step 7 passes" in conditions_row(GMAIL, OTHER, 1, 80).plain


def test_clocks_that_run_stay_and_those_that_are_over_give_way_whole() -> None:
    over = tuple(Deadline(f"kill{n}", f"procedure {n}", "procedure", NOW, ago(minutes=1), state="met",
                          met_at=ago(seconds=30)) for n in range(4))
    late = Deadline("update", "update", "update", ago(seconds=90), ago(minutes=9))
    incident = replace(GMAIL, deadlines=(*GMAIL.deadlines, *over, late))
    for width in (60, 80, 120):
        row = clocks_row(incident, NOW, width).plain
        assert row.startswith(" ■ update overdue 1m30s") and "resolve" in row
        assert len(row) <= width
        assert all(part.rstrip().endswith(("s", "kim")) for part in row.split("✓")[1:]), "none is cut in the middle"
    assert clocks_row(incident, NOW, 60).plain.count("✓") < clocks_row(incident, NOW, 120).plain.count("✓")


@pytest.mark.parametrize(("width", "shown", "given_up"), [
    (100, ("handrail", "edge-3", "kim"), ()), (80, ("handrail", "kim", " Nov "), ("edge-3",)),
    (60, ("kim",), ("handrail", " Nov ")),
])
def test_the_lamps_stay_whole_and_the_product_gives_way(width: int, shown: tuple[str, ...],
                                                        given_up: tuple[str, ...]) -> None:
    row = watch_first_row(LAMPS, "kim", "edge-3", NOW + timedelta(0), width, drill=False).plain
    assert all(word in row for word in shown) and not any(word in row for word in given_up)
    assert len(row) == width and "● 10 ok" in row
    assert "■ 1 CRIT" in row and "▲ 2 WARN" in row


@pytest.mark.parametrize(("width", "shown"), [
    (80, "/home/kim/projects/example/state/handrail/production"), (40, "/home/kim/…/state/handrail/production"),
    (30, "/home/…/handrail/production"), (12, "…/production"), (5, "…tion"),
])
def test_a_path_gives_way_in_its_middle(width: int, shown: str) -> None:
    assert fit_path("/home/kim/projects/example/state/handrail/production", width) == shown


def test_a_path_is_made_harmless_first() -> None:
    assert "\x1b" not in fit_path("/a/\x1b]0;title\x07/b", 40)
