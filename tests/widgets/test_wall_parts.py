"""The wall's rows where there is little room, and where there is much."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.still import GMAIL, LAMPS, NOW, TWILIO, ago

from handrail.incident.incident import Deadline
from handrail.snapshot import Card, Snapshot
from widgets.wall_parts import small_incident, verdict_strip


def snapshot() -> Snapshot:
    return Snapshot(state=Path("/nowhere"), at=NOW, cards=(Card(GMAIL, 1, 7), Card(TWILIO, 0, 7)), lamps=LAMPS)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_a_count_is_whole_or_not_there_and_until_when_it_is_good_always_is(width: int):
    row = verdict_strip(snapshot(), NOW, width).plain
    assert "…" not in row and len(row) == width
    assert "good until" in row
    assert (f"{NOW.astimezone():%-d %b}" in row) == (width >= 120)


def test_on_a_wide_wall_the_incidents_stand_in_columns_with_who_has_them():
    late = Deadline("respond", "respond", "respond", ago(minutes=125), ago(minutes=130))
    free = replace(TWILIO, holder="", deadlines=(late,))
    rows = [small_incident(Card(each, 1, 7), NOW + timedelta(0), 160).plain for each in (GMAIL, free)]
    assert len({row.index("1/7") for row in rows}) == 1
    assert "nobody" in rows[1]
    assert "nobody" not in small_incident(Card(free, 1, 7), NOW, 80).plain, "at 80 the title needs the room"
