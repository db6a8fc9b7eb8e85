"""What the wall shows, as text: a verdict first, then the worst incident, then what is not well."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rich.text import Text

from handrail.clock import short_duration
from handrail.text import clean, fit
from handrail.wall_facts import STALE_AFTER, step_without_its_words, verdict
from widgets import look
from widgets.headings import tag, worst_clock
from widgets.health_panel import ORDER, coarse_age, counts, trail
from widgets.large import clock, large
from widgets.line import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handrail.health.monitor import Lamp
    from handrail.snapshot import Card, Snapshot

# Seconds in which the clocks of the incidents below the worst one go on.
STEP = 5.0
# From this width on they stand in columns, with who has each: cells of the column of clocks.
WIDE = 100
CLOCK = 24
# The colours of verdicts that are no lamp's word.
STYLES = {"nobody": look.WARN, "incidents": look.WARN, "none": look.QUIET, "OK": look.OK, "CRIT": look.CRIT,
          "HIGH": look.CRIT, "WARN": look.WARN, "FLAPPING": look.WARN, "UNKNOWN": look.UNKNOWN, "STALE": look.STALE,
          "BLOCKED": look.STALE}


def verdict_strip(snapshot: Snapshot, now: datetime, width: int) -> Text:
    """The strip at the top: verdict word first, then the counts and how long the picture is good."""
    said = verdict(snapshot, now)
    left = Text.assemble((f"  {said.words}  ", f"bold reverse {STYLES[said.kind]}"), "  ")
    lamps = [_count(word, count) for word, count in counts(snapshot.lamps).words]
    good_until = (now + timedelta(seconds=STALE_AFTER)).astimezone()
    there = now.astimezone()
    right = f"{there.day} {there:%b %H:%M:%S %Z}   good until {good_until:%H:%M:%S} "
    if left.cell_len + sum(lamp.cell_len for lamp in lamps) + len(right) >= width:
        right = f"{there:%H:%M:%S %Z}  good until {good_until:%H:%M:%S} "
    # A count gives way whole, the best one first.
    while lamps and left.cell_len + sum(lamp.cell_len for lamp in lamps) + len(right) >= width:
        lamps.pop()
    return spread(Text.assemble(left, *lamps), Text(right, look.TEXT), width)


def _count(word: str, count: int) -> Text:
    mark = look.LAMPS[word]
    return Text(f" {mark.shape} {count} {word if word != 'OK' else 'ok'} ", mark.style.replace("underline ", ""))


def big_incident(card: Card, now: datetime, width: int) -> list[Text]:
    """The worst incident, over several rows: level, title, status; how long; the clock, the steps, who has it."""
    incident = card.incident
    status = Text(f"{incident.status.upper()} ", f"bold {look.WARN}")
    first = spread(
        Text.assemble(" ", tag(incident.level), "  ", (clean(incident.title), f"bold {look.STRONG}")), status, width
    )
    facts = [
        Text.assemble(
            worst_clock(incident, now) or Text("no clock runs", look.QUIET),
            f"   {card.done}/{card.total} steps" if card.total else "   no checklist",
        ),
        Text(f"{clean(incident.holder)} has it", look.TEXT) if incident.holder else Text("nobody has it", look.WARN),
        Text(clean(incident.id), look.QUIET),
    ]
    rank = incident.level.rank if incident.level else 4
    digits = large(clock(incident.seconds_open(now)), look.RANKS.get(rank, look.TEXT))
    beside = zip(digits, facts, strict=True)
    lines = [first, *(Text.assemble("  ", digit, "    ", fact, no_wrap=True) for digit, fact in beside)]
    # What waits and what runs is said without the command and its output: a wall is a public place.
    if card.waits:
        lines.append(Text(" ■ a step waits for its operator", f"bold {look.CRIT}"))
    elif card.running:
        lines.append(Text(f" ▶ {clean(step_without_its_words(card.running[0]))}", look.ACCENT))
    lines += [
        Text(f" ■ {clean(condition.text)}", look.WARN)
        for condition in incident.conditions
        if condition.cleared_at is None
    ]
    return lines


def small_incident(card: Card, now: datetime, width: int) -> Text:
    """One row, which stands still between steps of five seconds: each second of each row is sent over the link."""
    incident = card.incident
    now -= timedelta(seconds=now.timestamp() % STEP)
    clock_now = worst_clock(incident, now)
    holder = Text()
    if width >= WIDE:
        clock_now.pad_right(max(0, CLOCK - clock_now.cell_len))
        held = incident.holder
        holder = Text(f"{fit(held or 'nobody', 10):<11}", look.TEXT if held else look.WARN)
    right = Text.assemble(
        (f"{incident.status.upper():<14}", look.TEXT),
        holder,
        (f"{card.done:>3}/{card.total:<4}", look.QUIET),
        (f"{short_duration(int(incident.seconds_open(now))):>7}  ", look.TEXT),
        clock_now,
        " ",
    )
    return spread(Text.assemble(" ", tag(incident.level), "  ", (clean(incident.title), look.STRONG)), right, width)


def tile(lamp: Lamp, width: int) -> list[Text]:
    """Three rows for a lamp that is not well: word and title, value with its limit, the trail."""
    mark = look.LAMPS[lamp.word]
    age = coarse_age(lamp)  # each tenth of a second would send the tile again
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
