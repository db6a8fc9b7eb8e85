"""A runbook as plain lines for a person: each item with what it does, what it asks for and what it should give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from handrail.clock import short_duration
from handrail.incident.prepare import reclassed
from handrail.text import clean, literal
from tui.commands.look import RISK_WORDS, RISKS
from tui.commands.wrapping import Piece, broken, wrapped

if TYPE_CHECKING:
    from handrail.runbook.model import Item, Runbook

MARKS = {"command": "$", "http": "$", "manual": "○", "decision": "?", "reference": "→", "template": "✎",
         "expected-output": "="}
STEPS = ("command", "http", "manual", "decision")
COMMAND = 117  # the colour of what would run
PAD = " " * 6


def lines(runbook: Runbook, width: int | None) -> Iterator[str]:
    """The lines to print, with colour, each at most `width` cells; None breaks none."""
    steps = [item for item in runbook.items if item.kind in STEPS]
    numbers = {item.id: number for number, item in enumerate(steps, 1)}
    groups = Counter(item.options for item in runbook.items if item.options)
    met: Counter[str] = Counter()
    yield from wrapped([Piece(clean(runbook.title or runbook.document), bold=True)], width)
    yield from wrapped([Piece(f"{_summary(steps)}, sha256 {runbook.sha256[:12]}", dim=True)], width)
    section: tuple[str, ...] = ()
    for item in runbook.items:
        if item.section != section:
            section = item.section
            yield ""
            yield from wrapped([Piece(clean(" > ".join(section)), bold=True), *_minutes(runbook, section)], width)
        met[item.options] += 1
        option = f"option {met[item.options]} of {groups[item.options]}" if groups[item.options] > 1 else ""
        yield from _item(item, numbers, option, width)


def _summary(steps: Sequence[Item]) -> str:
    """As in "4 steps: 2 read, 1 DESTROYS, 1 by hand"."""
    found = Counter(RISK_WORDS[item.risk] if item.runs else "asks" if item.kind == "decision" else "by hand"
                    for item in steps)
    counts = [f"{found[word]} {_verb(word, found[word])}" for word in (*RISK_WORDS.values(), "by hand", "asks")
              if found[word]]
    whole = f"{len(steps)} step{'' if len(steps) == 1 else 's'}"
    return f"{whole}: {', '.join(counts)}" if counts else whole


def _verb(word: str, count: int) -> str:
    """One step reads, two read."""
    return word if count == 1 or word == "by hand" else word[:-1]


def _minutes(runbook: Runbook, path: tuple[str, ...]) -> list[Piece]:
    minutes = next((one.minutes for one in runbook.sections if one.path == path), None)
    return [Piece(f"{minutes:g} min", dim=True)] if minutes is not None else []


def _item(item: Item, numbers: dict[str, int], option: str, width: int | None) -> Iterator[str]:
    head = [Piece(clean(item.title))]
    if item.runs:
        head.append(Piece(RISK_WORDS[item.risk], colour=RISKS[item.risk]))
        head.append(Piece(clean(item.risk_why), dim=True))
    if item.by_hand is not None:
        head.append(Piece(clean(reclassed(item.by_hand)), dim=True))
    at = f"line {item.lines[0]}" if item.lines[0] == item.lines[1] else f"lines {item.lines[0]} to {item.lines[1]}"
    head.append(Piece(at, dim=True))
    lead = f"{numbers.get(item.id, '')!s:>3} {MARKS.get(item.kind, ' ')} "
    yield from wrapped(head, width, lead, PAD)
    if item.runs:
        for line in literal(item.command).split("\n"):
            yield from broken(Piece(line, colour=COMMAND), width, PAD, PAD + "    ")
    if item.placeholders:
        names = ", ".join(clean(blank.name) for blank in item.placeholders)
        yield from wrapped([Piece(f"blank{'' if len(item.placeholders) == 1 else 's'}: {names}")], width, PAD, PAD)
    if item.expected:
        how = {"steady": "for", "retry": "within"}.get(item.expected.kind)
        time = f" {how} {short_duration(item.expected.seconds)}" if how and item.expected.seconds else ""
        said = f"expects {item.expected.kind}: {clean(item.expected.value, 100)}{time}"
        yield from wrapped([Piece(said)], width, PAD, PAD)
    if marks := _remarks(item, numbers, option):
        yield from wrapped([Piece(marks, dim=True)], width, PAD, PAD)


def _remarks(item: Item, numbers: dict[str, int], option: str) -> str:
    opener = numbers.get(item.inside or "")
    within = f"step {opener}" if opener else "the program opened before"
    said = ((item.long_running, "does not end by itself"), (item.interactive, "needs the keyboard"),
            (bool(option), option), (bool(item.inside), f"belongs inside {within}"),
            (item.when in numbers, f"if step {numbers.get(item.when or '')} says so"))
    return ", ".join(words for holds, words in said if holds)
