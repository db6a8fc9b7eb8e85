"""What is known of a lamp, in words: why it is so, its levels, what it is linked to, what it answered last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from handrail.clock import short_duration
from handrail.text import clean, fit
from widgets import look
from widgets.health_panel import clock_of
from widgets.row_list import Row
from widgets.wrap import by_words, exactly

if TYPE_CHECKING:
    from datetime import datetime

    from handrail.health.monitor import Lamp
    from handrail.lamp_detail import Detail, LevelNow

# So many changes of the pack are listed.
NEWEST = 4


def facts(lamp: Lamp, detail: Detail, now: datetime, width: int, linked: Sequence[str]) -> list[Row]:
    """Rows of at most `width` cells; a part's has its id as key. `linked` are incidents that have to do with it."""
    below = _rows((*_levels(detail.levels), *_links(lamp, detail, linked), *_changes(detail), *_probe(detail)), width)
    return [*_rows(list(_why(lamp, now)), width, "w"), *_parts(lamp.parts, width), *below]


def answer(detail: Detail, now: datetime, width: int) -> list[Row]:
    """The last answer: what was read by name, then the body; both without secrets."""
    last = detail.answer
    if last is None:
        nothing = "No answer is kept yet." if detail.probe is not None else "No probe is behind it: there is no answer."
        return _rows([Text(nothing, look.QUIET)], width)
    asked = detail.probe.values if detail.probe is not None else {}
    own = {name: value for name, value in last.values.items() if name in asked}
    lines = [_pairs(own)] if own else []
    lines.append(_pairs({name: value for name, value in last.values.items() if name not in own}))
    lines += [Text.assemble((f"{clean(name) or 'probe'} ", look.QUIET), (clean(why), look.UNKNOWN))
              for name, why in last.why.items()]
    if last.body:
        lines.append(Text())
        rows = _rows(lines, width)
        body = [part for line in last.body.split("\n") for part in exactly(Text(line, look.TEXT), max(8, width - 2))]
        rows += [Row(f"b{n}", (Text.assemble(" ", line),)) for n, line in enumerate(body)]
        return [*rows, Row("cut", (Text(" … the answer was longer", look.QUIET),))] if last.cut else rows
    return _rows(lines, width)


def _pairs(values: Mapping[str, str]) -> Text:
    """Names and values in one line, which wraps between them."""
    return Text("   ").join(
        Text.assemble((f"{clean(name)} ", look.QUIET), (clean(value), look.TEXT)) for name, value in values.items())


def _why(lamp: Lamp, now: datetime) -> Iterator[Text]:
    mark = look.LAMPS[lamp.word]
    since = f" for {short_duration(int((now - lamp.since).total_seconds()))}" if lamp.since else ""
    said = f": {clean(lamp.why).rstrip('.')}" if lamp.why else ": no level holds" if lamp.word == "OK" else ""
    yield Text.assemble((f"{mark.shape} {lamp.word}", mark.style), (f"{since}{said}.", look.STRONG))
    if lamp.latched:
        yield Text("It stays so until a person clears it: l.", look.WARN)
    if lamp.left is not None:
        label = clean(lamp.left_label) or "countdown"
        end = f"in {clock_of(lamp.left)}" if lamp.left > 0 else f"was due {short_duration(-lamp.left)} ago"
        yield Text.assemble((f"{label} ", look.STRONG), (end, look.WARN if lamp.word != "OK" else look.TEXT))


def _parts(parts: Sequence[Lamp], width: int) -> list[Row]:
    """One row for each thing under it, worst first: they are opened as lamps of their own."""
    if not parts:
        return []
    names = min(max(len(clean(part.title)) for part in parts), max(8, width // 3))
    rows = [Row("parts", (Text(),), selectable=False)]
    for part in parts:
        mark = look.LAMPS[part.word]
        ok = part.word == "OK"
        text = Text.assemble(
            (f" {mark.shape} {'ok' if ok else part.word:<9}", mark.style),
            (f"{fit(part.title, names):<{names}}  ", look.TEXT if ok else f"bold {look.STRONG}"),
            (clean(part.value), look.TEXT if ok else mark.style),
            (f"  {clean(part.why)}" if part.why and not ok else "", look.QUIET),
        )
        text.truncate(width - 1, overflow="ellipsis")
        rows.append(Row(part.id, (text,)))
    return rows


def _levels(levels: Sequence[LevelNow]) -> Iterator[Text]:
    if levels:
        yield Text()
    for level in levels:
        mark = look.LAMPS[level.word]
        holds = level.state == "holds"
        text = Text.assemble(
            ("▶ " if holds else "  ", look.ACCENT), (f"{mark.shape} {level.word:<5}", mark.style if level.state else
                                                     look.QUIET),
            (f"{clean(level.severity)}  ", look.TEXT if level.state else look.QUIET),
            (level.text, look.STRONG if level.state else look.TEXT),
        )
        if level.note:
            text.append(f"  {level.note}", look.QUIET)
        if level.state and not holds:
            text.append(f"  {level.state}", look.WARN)
        if level.latch:
            text.append("  latch", look.QUIET)
        if level.state and (whose := " ".join(filter(None, (clean(level.owner), clean(level.channel))))):
            text.append(f"  {whose}", look.TEXT)
        yield text


def _links(lamp: Lamp, detail: Detail, linked: Sequence[str]) -> Iterator[Text]:
    rows = [("runbook", clean(lamp.runbook)), ("depends on", clean(", ".join(detail.parents))),
            ("blocks", clean(", ".join(detail.children))), ("incident", clean(", ".join(linked)))]
    if any(text for _, text in rows):
        yield Text()
    for name, text in rows:
        if text:
            yield Text.assemble((f"{name:<11}", look.QUIET), (text, look.TEXT))


def _changes(detail: Detail) -> Iterator[Text]:
    """What changed in this pack lately, the newest first: the lines on the charts."""
    if detail.changes:
        yield Text()
    for change in reversed(detail.changes[-NEWEST:]):
        yield Text.assemble((f"{look.TICK} {change.at.astimezone():%H:%M:%S}  ", look.ACCENT), (change.what, look.TEXT),
                            (f"  {change.old} → {change.new}", look.STRONG))


def _probe(detail: Detail) -> Iterator[Text]:
    if detail.meaning:
        yield Text()
        yield Text(detail.meaning, look.QUIET)


def _rows(lines: Sequence[Text], width: int, key: str = "") -> list[Row]:
    parts = [part for line in lines for part in by_words(line, max(8, width - 2)) or [line]]
    return [Row(f"{key}{n}", (Text.assemble(" ", part),)) for n, part in enumerate(parts)]
