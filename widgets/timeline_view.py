"""The timeline: every event in plain words, with both its times where they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from handrail.activity import line
from handrail.text import clean
from widgets import look
from widgets.activity import STYLES
from widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from handrail.incident.events import Event
    from handrail.incident.incident import Incident

# Kinds as an operator groups them; what is in no group is still there under "all".
GROUPS: dict[str, frozenset[str]] = {
    "steps": frozenset(
        {
            "call_opened",
            "value",
            "step_started",
            "step_finished",
            "step_ticked",
            "step_seen",
            "step_skipped",
            "step_deferred",
            "step_overridden",
        }
    ),
    "notes": frozenset({"note", "correction", "message", "evidence", "link"}),
    "decisions": frozenset({"decision", "severity", "status", "escalation", "false_alarm", "condition"}),
    "people": frozenset({"acknowledged", "role", "declared", "proposed", "escalation"}),
    "clocks": frozenset({"deadline_set", "deadline_met", "deadline_breached", "deadline_waived", "milestone"}),
}

# Two times closer than this (s) are one.
SAME_TIME = 1.0


class TimelineView(RowList):
    """Draws the events of an incident, oldest first. `kind` is a group or "", `actor` a name or ""."""

    SHADED_WITHOUT_FOCUS = True

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, empty=Text("\n  Nothing here.", look.QUIET))
        self.kind = ""
        self.actor = ""
        # What was drawn: of which incident with which filters, and of each event with what can still change about it.
        self._shown: tuple[Incident, str, str] | None = None
        self._known: dict[int, tuple[tuple[str, bool], Row]] = {}

    def show_events(self, incident: Incident, name_of: Callable[[str], str]) -> int:
        """Draw what the filters let through; answers how many that are. What has not changed costs nothing."""
        if self._shown is not None and self._shown[0] is incident and self._shown[1:] == (self.kind, self.actor):
            return len(self.rows)
        self._shown = (incident, self.kind, self.actor)
        events = [event for event in incident.events if self._wanted(event)]
        at_end = not self.cursor or (bool(self.rows) and self.cursor == self.rows[-1].key)
        rows = [self._row(incident, event, name_of) for event in events]
        self.show(rows, rows[-1].key if rows and at_end else None)
        return len(rows)

    def _row(self, incident: Incident, event: Event, name_of: Callable[[str], str]) -> Row:
        stamp = (event.h, event.id in incident.corrected)
        known = self._known.get(event.n)
        if known is None or known[0] != stamp:
            known = (stamp, Row(str(event.n), (draw(incident, event, name_of),)))
            self._known[event.n] = known
        return known[1]

    def _wanted(self, event: Event) -> bool:
        by_kind = not self.kind or event.kind in GROUPS[self.kind]
        return by_kind and (not self.actor or event.actor.name == self.actor)


def draw(incident: Incident, event: Event, name_of: Callable[[str], str]) -> Text:
    """One event: when, who, what; when it was written too, where that is another time."""
    said = line(incident.id, event, name_of)
    text = Text.assemble(
        (f" {_time(event.occurred_at)} ", look.QUIET),
        (f" {clean(event.actor.name):<10.10} ", look.QUIET),
        (said.text, STYLES.get(said.word, look.TEXT)),
        no_wrap=True,
    )
    if event.id in incident.corrected:
        text.append("   taken back or corrected", look.WARN)
    if not event.h:
        text.append("   NOT ON DISK", f"bold {look.CRIT}")
    elif differs(event):
        text.append(f"   written {_time(event.recorded_at)}", look.WARN)
    return text


def differs(event: Event) -> bool:
    """Whether it was claimed for another time than it was written."""
    return abs((event.recorded_at - event.occurred_at).total_seconds()) > SAME_TIME


def whole(incident: Incident, event: Event, name_of: Callable[[str], str]) -> Text:
    """Everything an event holds, field by field."""
    said = line(incident.id, event, name_of)
    actor = event.actor
    where = " ".join(part for part in (actor.account, actor.tty, actor.ssh, actor.host) if part)
    rows = [
        ("what", said.text),
        ("happened", f"{event.occurred_at.astimezone():%d %b %Y %H:%M:%S %Z}"),
        ("written", f"{event.recorded_at.astimezone():%d %b %Y %H:%M:%S %Z}"),
        ("who", f"{actor.name}  {where}"),
        ("why", event.reason),
        ("event", f"{event.n} of {incident.rev}, {event.kind}, {event.id}"),
        ("hash", event.h),
    ]
    rows += [(str(key), _said(value)) for key, value in event.data.items()]
    return Text("\n").join(
        Text.assemble((f"{clean(label):<12}", look.QUIET), (clean(value), look.TEXT)) for label, value in rows if value
    )


def _said(value: object) -> str:
    """A field of an event for people: lists and tables without their brackets."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_said(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_said(each) for each in value)
    return str(value)


def _time(moment: datetime) -> str:
    return f"{moment.astimezone():%d %b %H:%M:%S}"
