"""What the wall shows, as text: a verdict first, then the worst incident, then what is not well."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rich.text import Text

from handrail.clock import short_duration
from handrail.text import clean, fit
from widgets import look
from widgets.headings import tag, worst_clock
from widgets.health_panel import ORDER, counts, trail
from widgets.line import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handrail.health.monitor import Lamp
    from handrail.snapshot import Card, Snapshot

# A feed older than this (s) is not shown as if it were now.
STALE_AFTER = 10.0


def feed_age(snapshot: Snapshot, now: datetime) -> float:
    """Seconds since the newest thing this picture rests on: the poll, else the reading of the state folder."""
    read = max(0.0, (now - snapshot.at).total_seconds())
    polls = [poll.age for poll in snapshot.polls if poll.age is not None]
    return max([read, *polls])


def nobody_polls(snapshot: Snapshot) -> bool:
    return bool(snapshot.lamps) and not any(poll.age is not None for poll in snapshot.polls)


def verdict(snapshot: Snapshot, now: datetime) -> tuple[str, str]:
    """The one word for the room, and its style. Old or missing facts are never ALL OK."""
    age = feed_age(snapshot, now)
    if nobody_polls(snapshot):
        return "NOBODY POLLS", look.WARN
    if age > STALE_AFTER:
        return f"WALL STALE {short_duration(age)}", look.STALE
    found = dict(counts(snapshot.lamps).words)
    for word, style in (
        ("CRIT", look.CRIT),
        ("HIGH", look.CRIT),
        ("WARN", look.WARN),
        ("FLAPPING", look.WARN),
        ("UNKNOWN", look.UNKNOWN),
        ("STALE", look.STALE),
        ("BLOCKED", look.STALE),
    ):
        if found.get(word):
            return f"{found[word]} {word}", style
    if snapshot.cards:
        plural = "INCIDENT" if len(snapshot.cards) == 1 else "INCIDENTS"
        return f"{len(snapshot.cards)} {plural}", look.WARN
    if not snapshot.lamps:
        return "NO LAMPS", look.QUIET
    return f"ALL OK {len(snapshot.lamps)}/{len(snapshot.lamps)}", look.OK


def verdict_strip(snapshot: Snapshot, now: datetime, width: int) -> Text:
    """The strip at the top: verdict word first, then the counts and how long the picture is good."""
    words, style = verdict(snapshot, now)
    left = Text.assemble((f"  {words}  ", f"bold reverse {style}"), "  ")
    for word, count in counts(snapshot.lamps).words:
        mark = look.LAMPS[word]
        left.append(f" {mark.shape} {count} {word if word != 'OK' else 'ok'} ", mark.style.replace("underline ", ""))
    good_until = (now + timedelta(seconds=STALE_AFTER)).astimezone()
    there = now.astimezone()
    return spread(
        left, Text(f"{there.day} {there:%b %H:%M:%S %Z}   good until {good_until:%H:%M:%S} ", look.TEXT), width
    )


def big_incident(card: Card, now: datetime, width: int) -> list[Text]:
    """The worst incident, over several rows: level, title, status; how long; the clock, the steps, who has it."""
    incident = card.incident
    status = Text.assemble(
        (incident.status.upper(), f"bold {look.WARN}"),
        (f"  {short_duration(int(incident.seconds_open(now)))} ", f"bold {look.STRONG}"),
    )
    first = spread(
        Text.assemble(" ", tag(incident.level), "  ", (clean(incident.title), f"bold {look.STRONG}")), status, width
    )
    facts = Text(" ")
    if clock := worst_clock(incident, now):
        facts.append_text(clock)
        facts.append("   ")
    facts.append(f"{card.done}/{card.total} steps   ", look.TEXT)
    facts.append(
        f"{clean(incident.holder)} has it" if incident.holder else "nobody has it",
        look.TEXT if incident.holder else look.WARN,
    )
    facts.append(f"   {clean(incident.id)}", look.QUIET)
    lines = [first, facts]
    # What waits and what runs is said without the command and its output: a wall is a public place.
    if card.waits:
        lines.append(Text(" ■ a step waits for its operator", f"bold {look.CRIT}"))
    elif card.running:
        lines.append(Text(f" ▶ {fit(card.running[0], width - 4)}", look.ACCENT))
    lines += [
        Text(f" ■ {clean(condition.text)}", look.WARN)
        for condition in incident.conditions
        if condition.cleared_at is None
    ]
    return lines


def small_incident(card: Card, now: datetime, width: int) -> Text:
    incident = card.incident
    right = Text.assemble(
        (f"{incident.status.upper():<14}", look.TEXT),
        (f"{card.done:>3}/{card.total:<4}", look.QUIET),
        (f"{short_duration(int(incident.seconds_open(now))):>7}  ", look.TEXT),
        worst_clock(incident, now),
        " ",
    )
    return spread(Text.assemble(" ", tag(incident.level), "  ", (clean(incident.title), look.STRONG)), right, width)


def tile(lamp: Lamp, width: int) -> list[Text]:
    """Three rows for a lamp that is not well: word and title, value with its limit, the trail."""
    mark = look.LAMPS[lamp.word]
    age = "" if lamp.age is None else short_duration(lamp.age)
    rows = [
        Text.assemble((f" {mark.shape} {lamp.word} ", mark.style), (clean(lamp.title), f"bold {look.STRONG}")),
        Text.assemble(
            "   ", (clean(lamp.value), mark.style), "  ", (clean(lamp.want), look.QUIET), "  ", (age, look.QUIET)
        ),
        Text.assemble("   ", trail(lamp, max(4, min(24, width - 4)))),
    ]
    for row in rows:
        row.truncate(width, overflow="ellipsis", pad=True)
    return rows


def not_well(lamps: Sequence[Lamp]) -> list[Lamp]:
    return sorted((lamp for lamp in lamps if lamp.word != "OK"), key=lambda lamp: (ORDER.index(lamp.word), lamp.title))


def well_row(lamps: Sequence[Lamp], width: int) -> Text:
    """The quiet count of what is well."""
    well = [lamp for lamp in lamps if lamp.word == "OK"]
    if not well:
        return Text()
    mark = look.LAMPS["OK"]
    names = ", ".join(clean(lamp.title) for lamp in well)
    return Text.assemble((f" {mark.shape} {len(well)} ok  ", mark.style), (fit(names, max(1, width - 12)), look.QUIET))
