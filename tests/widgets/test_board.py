"""What a card of the board says of an incident: each thing once."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from support.still import NOW, TWILIO, ago, events

from handrail.board import card
from handrail.incident.checklist import Checklist
from handrail.incident.incident import Condition, Deadline, Incident
from widgets.board import _what_matters

GONE = Deadline("respond", "respond", "respond", ago(minutes=5), ago(minutes=9))
SWITCH = Condition("kill-gmail", "Gmail kill switch ON", ago(minutes=3), "kim")
LATE = replace(TWILIO, holder="kim", deadlines=(GONE,), conditions=(SWITCH,))
SHOWN = "respond overdue 5m00s   Gmail kill switch ON"


def on_the_card(incident: Incident, *happened: tuple[str, dict[str, Any]]) -> str:
    rows = tuple(replace(events()[0], kind=kind, data=data) for kind, data in happened)
    return _what_matters(card(replace(incident, events=rows), Checklist(), {}), NOW).plain


@pytest.mark.parametrize("happened", [
    ("deadline_breached", {"deadline": "respond"}),
    ("condition", {"name": "kill-gmail", "text": "Gmail kill switch ON", "state": "engaged"}),
])
def test_what_stands_on_the_card_is_not_said_again(happened: tuple[str, dict[str, Any]]):
    assert on_the_card(LATE, happened) == SHOWN
    assert on_the_card(LATE, ("note", {"text": "the wheel smells"}), happened) == f"{SHOWN}   the wheel smells"


def test_that_nobody_has_it_stands_where_its_holder_would():
    assert on_the_card(replace(LATE, holder="", items={}), ("declared", {"title": "Gmail"})) == SHOWN


def test_what_ended_is_news():
    cleared = ("condition", {"name": "kill-gmail", "text": "Gmail kill switch ON", "state": "cleared"})
    said = on_the_card(replace(LATE, conditions=()), cleared)
    assert said.startswith("respond overdue 5m00s   Gmail kill switch ON ")
