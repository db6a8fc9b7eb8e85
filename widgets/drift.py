"""What changed in a runbook's file since a checklist froze it: one calm line, and all of it on request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from handrail.runbook.differences import text
from handrail.text import clean, clean_block, literal
from widgets import look

if TYPE_CHECKING:
    from handrail.drift import Drifted, News
    from handrail.incident.checklist import Checklist
    from handrail.runbook.differences import Change, Differences
    from handrail.runbook.model import Item


def row(drifted: Sequence[Drifted]) -> Text:
    """The line of the incident's screen; empty while every file is what was frozen."""
    if not drifted:
        return Text()
    how = "is gone" if drifted[0].how == "gone" else "has changed since"
    more = f" and {len(drifted) - 1} more" if drifted[1:] else ""
    return Text.assemble(
        (f" {clean(drifted[0].name)} {how}{more}; this checklist keeps its copy", look.QUIET), "   ",
        ("D", f"bold {look.ACCENT}"), (" what changed", look.QUIET), no_wrap=True)


def title(news: Sequence[News]) -> Text:
    names = ", ".join(clean(one.drifted.name) for one in news)
    return Text.assemble((f" {names}", f"bold {look.STRONG}"), ("  as it is now, beside the copy here", look.QUIET))


def draw(news: Sequence[News], checklist: Checklist) -> Text:
    """All of it. `checklist` knows the numbers of the steps here."""
    numbers = {row.key: row.number for row in checklist.rows}
    lines: list[Text] = []
    for one in news:
        lines += [Text(clean(one.drifted.call.document), look.QUIET)]
        lines += [Text(clean(one.trouble), look.WARN)] if one.trouble else _steps(one, numbers)
    lines += [Text(), Text("What is shown and run here stays the copy. 3 opens the file as it is now.", look.QUIET)]
    return Text("\n").join(lines)


def _steps(news: News, numbers: dict[str, int | None]) -> list[Text]:
    lines = [Text(_sum(news.differences), look.TEXT)]
    for change in news.differences.changes:
        lines += [Text(), *_change(change, numbers.get(f"{news.drifted.call.id}:{change.old.id}")
                                   if change.old is not None else None)]
    return lines


def _sum(found: Differences) -> str:
    added = sum(change.old is None for change in found.changes)
    removed = sum(change.new is None for change in found.changes)
    counts = ((added, "added"), (removed, "removed"), (len(found.changes) - added - removed, "changed"),
              (found.moved, "moved"))
    said = ", ".join(f"{count} {word}" for count, word in counts if count)
    if not said:
        return "No step differs; only what stands around them does."
    rest = found.same - found.moved
    return f"{said}; {rest} other {'step is as it was' if rest == 1 else 'steps are as they were'}"


def _change(change: Change, number: int | None) -> Iterator[Text]:
    item = change.new or change.old
    assert item is not None
    word, style = ("added", look.OK) if change.old is None else ("removed", look.CRIT) if change.new is None else (
        "changed", look.WARN)
    step = f"step {number} here  " if number is not None else ""
    where = f"line {item.lines[0]} {'there' if change.new is not None else 'of the copy'}"
    yield Text.assemble((f"{word}  ", style), (f"{step}", look.QUIET), (clean(item.title), look.STRONG),
                        (f"  {where}", look.QUIET))
    if change.old is not None:
        yield from _body(change.old, "- ", look.QUIET)
    if change.new is not None:
        yield from _body(change.new, "+ ", look.TEXT)
    if change.old is not None and change.new is not None and change.old.risk != change.new.risk:
        old, new = look.RISKS[change.old.risk], look.RISKS[change.new.risk]
        yield Text.assemble("  ", old, " then, ", new, " now")


def _body(item: Item, mark: str, style: str) -> Iterator[Text]:
    shown = literal(item.command) if item.command else clean_block(text(item))
    yield from (Text(f"  {mark}{line}", style) for line in shown.split("\n"))
