"""The first rows of a screen: where I am, how bad it is, how long is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from handrail.clock import short_duration
from handrail.incident.events import OVER
from handrail.text import clean
from widgets import look
from widgets.line import spread

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handrail.health.monitor import Lamp
    from handrail.incident.incident import Deadline, Incident, Level


# A clock that has this share of its time left, or less, is near: 15 s of a minute.
NEAR = 0.25
# Cells from which on a first row has room for everything.
ROOMY = 72


def local_time(moment: datetime, *, date: bool = True) -> str:
    """A moment for people: `21 Nov 03:17 CET`. Shown in the zone of this host."""
    there = moment.astimezone()
    zone = there.tzname() or there.strftime("%z")
    return f"{there.day} {there:%b %H:%M} {zone}" if date else f"{there:%H:%M} {zone}"


def tag(level: Level | None) -> Text:
    """The severity with its scheme, on its colour: ` AC P1 `."""
    if level is None:
        return Text(" checklist ", f"bold {look.TEXT} on {look.FRAME}")
    return Text(f" {clean(str(level))} ", look.level_style(level.rank))


def drill_mark(drill: bool) -> Text:
    return Text(" DRILL ", f"bold reverse {look.ACCENT}") if drill else Text()


def incident_first_row(incident: Incident, now: datetime, width: int, *, drill: bool) -> Text:
    """Level, title, id; at the right the status, how long it is open, and the time."""
    left = Text.assemble(drill_mark(drill), tag(incident.level), " ", (clean(incident.title), f"bold {look.STRONG}"))
    if width >= 100:
        left.append(f"  {incident.id}", look.QUIET)
    right = Text()
    if incident.kind == "incident":
        right.append(incident.status.upper(), f"bold {look.WARN if not incident.closed else look.QUIET}")
        right.append(f" {short_duration(int(incident.seconds_open(now)))}", f"bold {look.STRONG}")
        right.append("  ")
    right.append(f"{local_time(now, date=width >= ROOMY)} ", look.QUIET)
    return spread(left, right, width)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many lamps are in which word, in the order they are shown."""

    words: tuple[tuple[str, int], ...]


def watch_first_row(counts: Counts, who: str, host: str, now: datetime, width: int, *, drill: bool) -> Text:
    """Product, host, person; the lamps counted; the time. Where it is narrow the first two give way, then the date."""
    lamps = Text()
    for word, count in counts.words:
        mark = look.LAMPS[word]
        label = word if word != "OK" else "ok"
        lamps.append(f" {mark.shape} {count} {label} ", mark.style.replace("underline ", ""))
    product = Text.assemble((" handrail ", f"bold {look.BACKGROUND} on {look.ACCENT}"), " ")
    place, person = Text(f" {clean(host)} ", look.TEXT), Text(f" {clean(who)} ", f"bold {look.STRONG}")
    narrower = (((product, place, person), True), ((product, person), True), ((person,), True), ((person,), False))
    for parts, dated in narrower:
        time = Text(f"{local_time(now, date=dated)} ", look.QUIET)
        left = Text.assemble(drill_mark(drill), *parts, " ", lamps)
        if left.cell_len + time.cell_len < width:
            break
    return spread(left, time, width)


def runbooks_first_row(
    who: str, host: str, target: Incident | None, now: datetime, width: int, *, drill: bool
) -> Text:
    """Product, host, person; the incident that a runbook would be opened in; the time."""
    left = Text.assemble(
        drill_mark(drill),
        (" runbooks ", f"bold {look.BACKGROUND} on {look.ACCENT}"),
        "  ",
        (clean(host), look.TEXT),
        "  ",
        (clean(who), f"bold {look.STRONG}"),
        "   ",
    )
    if target is not None:
        left.append_text(tag(target.level))
        left.append(f" {clean(target.title)}", look.TEXT)
    return spread(left, Text(f"{local_time(now)} ", look.QUIET), width)


def keys_first_row(now: datetime, width: int, *, drill: bool) -> Text:
    """Where one is and how to leave; the time."""
    left = Text.assemble(
        drill_mark(drill), (" keys ", f"bold {look.BACKGROUND} on {look.ACCENT}"), "  ", ("esc goes back", look.TEXT)
    )
    return spread(left, Text(f"{local_time(now)} ", look.QUIET), width)


def lamp_first_row(lamp: Lamp, now: datetime, width: int, *, drill: bool) -> Text:
    """The lamp's word, name and value, and what would be well; the time."""
    mark = look.LAMPS[lamp.word]
    left = Text.assemble(
        drill_mark(drill),
        (f" {mark.shape} {lamp.word} ", f"{mark.style.replace('underline ', '')} reverse"),
        " ",
        (clean(lamp.title), f"bold {look.STRONG}"),
        "  ",
        (clean(lamp.value), mark.style if lamp.word != "OK" else look.TEXT),
        (f"   {clean(lamp.want)}" if lamp.want else "", look.QUIET),
    )
    return spread(left, Text(f"{local_time(now)} ", look.QUIET), width)


def clocks_row(incident: Incident, now: datetime, width: int = 0) -> Text:
    """The clocks: overdue first, then the soonest, then what was met; in fewer words where `width` cells ask for it."""
    if incident.kind != "incident":
        documents = ", ".join(dict.fromkeys(clean(call.document.rsplit("/", 1)[-1]) for call in incident.calls))
        return Text(f" no incident, only a checklist: a frozen copy of {documents}", look.QUIET, no_wrap=True)
    row = _joined(_clocks(incident, now, terse=False), "   ")
    if not width or row.cell_len <= width:
        return row
    parts = _clocks(incident, now, terse=True)
    while len(parts) > 1 and _joined(parts, "  ").cell_len > width:
        parts.pop()  # the last ones are over: a cut one would say nothing
    return _joined(parts, "  ")


def _joined(parts: Sequence[Text], between: str) -> Text:
    row = Text.assemble(" ", Text(between).join(parts))
    row.no_wrap = True
    return row


def _clocks(incident: Incident, now: datetime, *, terse: bool) -> list[Text]:
    late, soon, met = _sorted(incident, now)
    parts: list[Text] = []
    for clock in late:
        since = short_duration(int((now - clock.due_at).total_seconds()))
        parts.append(Text(f"■ {_name(clock)} overdue {since}", f"bold {look.CRIT}"))
    for clock in soon:
        left = (clock.due_at - now).total_seconds()
        whole = max(1.0, (clock.due_at - clock.set_at).total_seconds())
        near = left <= whole * NEAR
        of = _limit(clock)
        counted = f"{short_duration(int(whole - left))}{of}" if of else (
            f"{'' if terse else 'in '}{short_duration(int(left))}")
        parts.append(Text(f"{'▲' if near else '◷'} {_name(clock)} {counted}", look.WARN if near else look.TEXT))
    if incident.offered_to:
        parts.append(Text(f"offered to {clean(incident.offered_to)}: a accepts", look.WARN))
    elif not incident.holder and not incident.closed:
        parts.append(Text("nobody: a accepts" if terse else "nobody has it: a accepts", look.WARN))
    for clock in sorted(met, key=lambda one: one.met_at or one.set_at, reverse=True):
        took = ((clock.met_at or clock.set_at) - clock.set_at).total_seconds()
        late_note = f"{_limit(clock)} late" if clock.breached_at else _limit(clock)
        late_style = look.WARN if clock.breached_at else look.OK
        parts.append(Text(f"✓ {_name(clock)} {short_duration(took)}{late_note}", late_style))
    if not (late or soon or met):
        parts.append(Text("no deadline is set", look.QUIET))
    if incident.holder and not incident.offered_to:
        parts.append(Text(f"held by {clean(incident.holder)}", look.QUIET))
    return parts


def worst_clock(incident: Incident, now: datetime) -> Text:
    """The one clock that matters most now, in a few words; empty when none runs."""
    late, soon, _ = _sorted(incident, now)
    if late:
        return Text(
            f"{_name(late[0])} overdue {short_duration(int((now - late[0].due_at).total_seconds()))}",
            f"bold {look.CRIT}",
        )
    if soon:
        return Text(f"{_name(soon[0])} in {short_duration(int((soon[0].due_at - now).total_seconds()))}", look.TEXT)
    return Text()


def urgency(incident: Incident, now: datetime) -> tuple[int, int, float]:
    """What sorts incidents by their worst clock: overdue first, then by severity, then the soonest."""
    late, soon, _ = _sorted(incident, now)
    due = (late or soon)[0].due_at.timestamp() if late or soon else 0.0
    return (0 if late else 1 if soon else 2), incident.level.rank if incident.level else 9, due


def conditions_row(incident: Incident, other: tuple[Level | None, Text] | None, count: int, width: int = 0) -> Text:
    """Standing conditions of this incident; at the right the worst clock of the `count` other ones, with its severity,
    which never gives way."""
    left, right = _standing(incident, brief=False), _others(other, count, brief=False)
    if width and left.cell_len + right.cell_len > width:
        left = _standing(incident, brief=True)
    if width and left.cell_len + right.cell_len > width:
        right = _others(other, count, brief=True)
    return spread(left, right, width) if width else Text.assemble(left, right, no_wrap=True)


def _others(other: tuple[Level | None, Text] | None, count: int, *, brief: bool) -> Text:
    if other is None:
        return Text()
    level, clock = other
    right = Text.assemble((" " if brief else " others:", look.QUIET), tag(level), " ", clock)
    if count > 1:
        right.append(f" +{count - 1}" if brief else f" and {count - 1} more", look.QUIET)
    return right.append_text(Text.assemble(("  w", f"bold {look.ACCENT}"), " "))


def _standing(incident: Incident, *, brief: bool) -> Text:
    parts = []
    for condition in incident.conditions:
        if condition.cleared_at is None:
            until = f" until {clean(condition.until)}" if condition.until and not brief else ""
            parts.append(Text(f"■ {clean(condition.text)}{until}", look.WARN))
    parts += [Text(f"{link.relation} {clean(link.to.rpartition('-')[2])}", look.QUIET) for link in incident.links]
    return _joined(parts, "   ")


def _name(deadline: Deadline) -> str:
    """A deadline in as few words as it has: its kind, where the kind says it all."""
    return deadline.kind if deadline.kind in ("respond", "resolve", "update", "review") else clean(deadline.text)


def _limit(deadline: Deadline) -> str:
    """` of 60s` for what a procedure may take; "" for moments and for what lasts longer than an hour."""
    whole = round((deadline.due_at - deadline.set_at).total_seconds())
    if deadline.kind != "procedure" or whole > 3600:
        return ""
    return f" of {whole}s" if whole < 120 else f" of {short_duration(whole).removesuffix('00s')}"


def _sorted(incident: Incident, now: datetime) -> tuple[list[Deadline], list[Deadline], list[Deadline]]:
    """Late, soon, met. What is over is late for nothing any more; that it was stands in its timeline."""
    deadlines = incident.deadlines
    open_ = () if incident.status in OVER else deadlines
    running = sorted((d for d in open_ if d.state in ("open", "breached") and d.met_at is None), key=lambda d: d.due_at)
    late = [d for d in running if d.due_at <= now]
    soon = [d for d in running if d.due_at > now]
    met = [d for d in deadlines if d.met_at is not None]
    return late, soon, met
