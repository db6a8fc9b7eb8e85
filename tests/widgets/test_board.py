"""What a card of the board says of an incident: each thing once."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from support.still import NOW, TWILIO, ago

from handrail.incident.incident import Deadline
from handrail.snapshot import Card
from widgets.board import _what_matters

GONE = Deadline("respond", "respond", "respond", ago(minutes=5), ago(minutes=9))
LATE = replace(TWILIO, holder="", deadlines=(GONE,))


@pytest.mark.parametrize("note", ["respond deadline BREACHED", "nobody has it"])
def test_what_the_clock_or_the_holders_place_says_is_not_said_again(note: str):
    assert _what_matters(Card(LATE, 0, 7, note), NOW).plain == "respond overdue 5m00s"


def test_other_news_stands_beside_the_clock():
    assert _what_matters(Card(LATE, 0, 7, "the wheel smells"), NOW).plain == "respond overdue 5m00s   the wheel smells"
