"""The timeline of a long incident: what has not changed is not drawn again, and what has is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from support.still import GMAIL

from handrail.incident.events import Actor, Event
from widgets import timeline_view
from widgets.timeline_view import TimelineView, whole

AT = datetime(2026, 11, 21, 3, 12, 4, tzinfo=UTC)


def event(n: int, **data: object) -> Event:
    return Event(n=n, id=f"e{n}", kind="note", occurred_at=AT, recorded_at=AT, actor=Actor("kim"),
                 data=data or {"text": f"wheel {n} smells"}, zone=0, reason="",
                 h=f"h{n}")


def test_a_new_event_costs_one_row_and_a_correction_one(monkeypatch: pytest.MonkeyPatch):
    drawn: list[int] = []
    real = timeline_view.draw
    monkeypatch.setattr(timeline_view, "draw", lambda record, one, name: drawn.append(one.n) or real(record, one, name))
    view = TimelineView()
    record = replace(GMAIL, events=tuple(event(n) for n in range(1, 501)), rev=500)
    assert view.show_events(record, str) == 500
    assert len(drawn) == 500
    drawn.clear()
    assert view.show_events(record, str) == 500
    assert drawn == []
    record = replace(record, events=(*record.events, event(501)), rev=501, corrected={"e7": "e501"})
    assert view.show_events(record, str) == 501
    assert sorted(drawn) == [7, 501]
    assert "wheel 501 smells" in view.rows[-1].lines[0].plain
    assert "taken back or corrected" in view.rows[6].lines[0].plain
    view.actor = "ade"
    assert view.show_events(record, str) == 0


def test_lists_of_an_event_are_told_without_brackets():
    told = whole(GMAIL, event(1, text="x", section=["Mill", "The wheel"]), str).plain
    assert "Mill, The wheel" in told and "['" not in told
