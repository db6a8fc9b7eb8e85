"""The chart of a lamp: what was measured, when, and where nothing was."""

from datetime import UTC, datetime, timedelta

import pytest
from rich.text import Text

from handrail.lamp_detail import Point
from widgets import look
from widgets.history_chart import SCALE, draw, span

NOW = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)


def point(age: float, number: float | None, rank: int = 0) -> Point:
    return Point(NOW - timedelta(seconds=age), number, rank)


def bars(rows: list[Text]) -> list[str]:
    return [row.plain[SCALE + 1:] for row in rows[:-1]]


def test_every_row_is_as_wide_as_it_was_told() -> None:
    for width in (20, 80, 200):
        for row in draw([point(n, n) for n in range(50)], NOW, 60, (width, 5), "s"):
            assert row.cell_len == width


def test_the_newest_is_at_the_right_and_a_gap_is_open() -> None:
    rows = bars(draw([point(0.1, 4.0), point(9.9, 2.0)], NOW, 10, (SCALE + 11, 3), ""))
    assert rows == ["         █", "█········█"]


def test_the_scale_begins_at_zero_and_names_its_top() -> None:
    rows = draw([point(1, 0.5), point(5, 0.25)], NOW, 10, (SCALE + 11, 3), "s")
    assert rows[0].plain.startswith("   500 ms ") and rows[1].plain.startswith("        0 ")


def test_a_column_has_the_worst_rank_and_the_largest_number_of_its_answers() -> None:
    [row, _] = draw([point(0.2, 1.0, 0), point(0.4, 8.0, 2), point(9, 8.0)], NOW, 10, (SCALE + 11, 2), "")
    assert row.plain[-1] == "█"
    assert str(row.spans[-1].style) == look.CRIT


def test_without_numbers_bad_is_full_and_good_is_low() -> None:
    [row] = bars(draw([point(0.5, None, 1), point(1.5, None)], NOW, 10, (SCALE + 11, 2), ""))
    assert row[-2:] == "▁█"


def test_no_answers_and_no_room_are_no_error() -> None:
    assert bars(draw([], NOW, 60, (SCALE + 11, 3), "")) == [" " * 10, "·" * 10]
    assert draw([point(1, 1.0)], NOW, 60, (5, 3), "") == [Text()]
    assert len(draw([point(-5, 1.0), point(1e9, 1.0)], NOW, 60, (40, 1), "")) == 2


@pytest.mark.parametrize(("seconds", "said"), [(300, "5m"), (3600, "1h"), (21_600, "6h"), (86_400, "1d"), (5, "5s"),
                                               (604_800, "7d")])
def test_spans_are_round(seconds: float, said: str) -> None:
    assert span(seconds) == said
