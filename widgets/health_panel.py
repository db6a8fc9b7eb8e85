"""Lamps: what needs a person is drawn out, what is well is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from handrail.clock import short_duration
from handrail.text import clean, fit
from widgets import look
from widgets.headings import Counts
from widgets.line import spread
from widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handrail.health.monitor import Lamp, Poll

# The key of the row that counts the lamps that are well.
WELL = "well"
# Cells of the trail in a row of its own.
TRAIL = 10
# A countdown (s) is shown this long before it ends, and of a lamp that is not well this long before and after.
SOON, LONG = 3600.0, 86_400.0
# Cells from which on a lamp's row has room for everything.
ROOMY = 74

ORDER = ("CRIT", "HIGH", "WARN", "NOTE", "FLAPPING", "UNKNOWN", "STALE", "BLOCKED", "EXPECTED", "MUTED", "OK")


class HealthPanel(RowList):
    """One row per lamp, worst first; two lines each where there is room, one quiet row for those that are well."""

    _unfolded = False

    def unfold(self) -> None:
        """Give each lamp that is well a row of its own, or fold them again, when it is drawn next."""
        self._unfolded = not self._unfolded

    def show_lamps(self, lamps: Sequence[Lamp], *, wide: bool) -> None:
        """Draw `lamps`; `wide` gives each two lines and a trail below, else one line."""
        ordered = sorted(lamps, key=lambda lamp: (ORDER.index(lamp.word), lamp.rank, lamp.title))
        width = (self.size.width or 78) - 1
        if not ordered:
            self.show([])
            return
        if wide and len(ordered) * 3 <= max(self.size.height, 1):
            self.show([_panel(lamp, width) for lamp in ordered])
            return
        bad = [lamp for lamp in ordered if lamp.word != "OK"]
        well = [lamp for lamp in ordered if lamp.word == "OK"]
        room = self.size.height - len(bad) * 3
        if wide and room > 1:
            rows = [_panel(lamp, width) for lamp in bad]
            shown = len(well) if len(well) <= room else room - 1
            rows += [_line(lamp, width) for lamp in well[:shown]]
            if well[shown:]:
                rows.append(_well(well[shown:], width))
        else:
            rows = [_line(lamp, width) for lamp in bad]
            if well:
                rows.append(_well(well, width))
        if self._unfolded:
            rows += [_line(lamp, width) for lamp in well if all(row.key != lamp.id for row in rows)]
        self.show(rows)


def counts(lamps: Sequence[Lamp]) -> Counts:
    """How many lamps are in which word, worst first."""
    found: dict[str, int] = {}
    for lamp in lamps:
        found[lamp.word] = found.get(lamp.word, 0) + 1
    return Counts(tuple((word, found[word]) for word in ORDER if word in found))


def poll_remark(polls: Sequence[Poll], lamps: int) -> Text:
    """Who keeps the lamps fresh, or that nobody does."""
    if not lamps:
        return Text("no probes in this pack", look.QUIET)
    if broken := next((poll for poll in polls if poll.error), None):
        return Text(clean(broken.error), look.CRIT)
    known = [poll for poll in polls if poll.by and poll.age is not None]
    if not known:
        return Text("nobody polls", look.WARN)
    oldest = max(known, key=lambda poll: poll.age or 0)
    age = "" if (oldest.age or 0) < 5 else f", {short_duration(oldest.age or 0)} ago"
    return Text(f"polled by {clean(oldest.by)}{age}", look.QUIET)


def trail(lamp: Lamp, cells: int = 24) -> Text:
    """The newest samples as bars; a gap where nothing was measured, a line where something of the pack changed."""
    text = Text()
    shown = lamp.trail[-cells:] if cells else ()
    for back, (value, rank) in zip(range(len(shown) - 1, -1, -1), shown, strict=True):
        if lamp.ticks >> back & 1:
            text.append(look.TICK, look.ACCENT)
        elif value is None:
            text.append("·", look.FRAME)
        else:
            bar = look.BARS[min(len(look.BARS) - 1, max(0, int(value * len(look.BARS))))]
            text.append(bar, look.CRIT if rank in (1, 2) else look.WARN if rank == 3 else look.OK)
    return text


def countdown(lamp: Lamp) -> str:
    """What its countdown says where it matters: soon, or while the lamp is not well; "" else."""
    if lamp.left is None or not (0 <= lamp.left < SOON or (lamp.word != "OK" and abs(lamp.left) < LONG)):
        return ""
    label = f"{clean(lamp.left_label)} " if lamp.left_label else ""
    return f"{label}in {clock_of(lamp.left)}" if lamp.left > 0 else f"{label}due"


def clock_of(seconds: float) -> str:
    """m:ss below an hour, which is when a person waits for it; else in words."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}" if whole < 3600 else short_duration(whole // 60 * 60)


def coarse_age(lamp: Lamp) -> str:
    """In coarse steps, so that an idle screen stays still."""
    if lamp.age is None:
        return "-"
    if lamp.age < 5:
        return "now"
    if lamp.age < 60:
        return f"{int(lamp.age // 5 * 5)}s"
    return short_duration(lamp.age // 60 * 60 if lamp.age < 3600 else lamp.age)


def _head(lamp: Lamp) -> Text:
    mark = look.LAMPS[lamp.word]
    return Text.assemble(f" {mark.shape} ", style=mark.style.replace("underline ", ""))


def _panel(lamp: Lamp, width: int) -> Row:
    mark = look.LAMPS[lamp.word]
    word = "" if lamp.word == "OK" else f" {lamp.word}"
    first = spread(
        Text.assemble(_head(lamp), (clean(lamp.title), f"bold {look.STRONG}"), (word, mark.style)),
        Text(clean(lamp.value), mark.style if lamp.word != "OK" else look.TEXT),
        width,
    )
    counts_down = countdown(lamp)
    limit = Text.assemble((counts_down or clean(lamp.want), look.WARN if counts_down else look.QUIET),
                          (f"  {coarse_age(lamp)}", look.QUIET))
    bars = trail(lamp, max(0, min(24, width - limit.cell_len - 5)))
    second = spread(Text.assemble("   ", bars), limit, width)
    return Row(lamp.id, (first, second, Text()))


def _line(lamp: Lamp, width: int) -> Row:
    """One row: in a narrow pane what it is and what it says, with room also the word, the limit and the trail."""
    mark = look.LAMPS[lamp.word]
    ok = lamp.word == "OK"
    value_style = look.TEXT if ok else mark.style
    age = Text(f"{coarse_age(lamp):>5} ", look.QUIET)
    counts_down = countdown(lamp)
    if width < ROOMY:
        word = "" if ok else f" {lamp.word}"
        left = Text.assemble(
            _head(lamp), (clean(lamp.title), look.TEXT if ok else f"bold {look.STRONG}"), (word, mark.style)
        )
        said = (f"{fit(counts_down, 24)} ", look.WARN) if counts_down and not ok else (fit(lamp.value, 16), value_style)
        return Row(lamp.id, (spread(left, Text.assemble(said, age), width),))
    # A countdown takes what it needs of the room that value and limit have together.
    room = max(6, 30 - len(counts_down) - 1) if len(counts_down) > 15 else 14
    left = Text.assemble(
        _head(lamp),
        (f"{'ok' if ok else lamp.word:<9}", mark.style),
        (_pad(lamp.title, 18), f"bold {look.STRONG}"),
        (_pad(lamp.value, room), value_style),
        (_pad(counts_down or lamp.want, 30 - room), look.WARN if counts_down else look.QUIET),
    )
    bars = trail(lamp, TRAIL)
    return Row(lamp.id, (spread(left, Text.assemble(age, " " * (1 + TRAIL - bars.cell_len), bars), width),))


def _well(lamps: Sequence[Lamp], width: int) -> Row:
    names: list[str] = []
    room = width - 12
    for lamp in lamps:
        title = clean(lamp.title)
        if room < len(title) + 10:
            break
        names.append(title)
        room -= len(title) + 2
    more = f", {len(lamps) - len(names)} more" if len(names) < len(lamps) else ""
    mark = look.LAMPS["OK"]
    return Row(
        WELL,
        (Text.assemble((f" {mark.shape} {len(lamps)} ok  ", mark.style), (", ".join(names) + more, look.QUIET)),),
    )


def _pad(text: str, width: int) -> str:
    return f"{fit(text, width - 1):<{width}}"
