"""R12: the rules of the house that a document states: severity levels, escalation, cadence, roles, alerts.

They are offered to somebody who writes a pack; nothing acts on them. Every entry names its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from . import prose, titles
from .blocks import Block
from .page import Page

_LEVEL = re.compile(
    r"^\W{0,6}((?:sev(?:erity)?|p|s|priority|level|tier)[- ]?[0-5]|[A-Z][A-Za-z]+)\b[\s*]*(?:[-–—:(]\s*(.*))?$", re.I
)
_LABELLED = re.compile(r"^\W{0,6}(?:\*\*)?([A-Za-z][\w /-]{2,40}?)(?:\*\*)?:(?:\*\*)?\s*(.+)$")
_KEYS = (
    (re.compile(r"resol", re.I), "resolution"),
    (re.compile(r"respon[sd]e? (?:time|target)|respond|response", re.I), "response"),
    (re.compile(r"escalat", re.I), "escalation"),
    (re.compile(r"team|owner|who", re.I), "team"),
    (re.compile(r"example|impact|criteria|description", re.I), "examples"),
)
_LADDER_LINE = re.compile(
    r"^\s*(?:level\s+\d+\s*:?\s*(?P<name>[^(]*)\((?P<span>[^)]*)\)"
    r"|(?P<after>\d+\s*(?:-\s*\d+|\+)?\s*[a-z]+)\s*:\s*(?P<who>.+))$", re.I
)
_EVERY = re.compile(r"\b(?:every|each)\s+(\d+\s*\w+)|\bas needed\b", re.I)
_UPDATES = re.compile(
    r"\b(?:updates?|status page|communicat\w+)\b[^.;]{0,80}?"
    r"\bevery\s+(\d+(?:\s*[-–]\s*\d+)?\s*(?:min(?:ute)?|hour)s?)\b",
    re.I,
)
_WISHED = re.compile(r"\b(?:want|wants|wanted|would like|too often|anti-?pattern)\b", re.I)
_LEVEL_NAMED = re.compile(r"\b(?:P[0-5]|SEV-?[0-5]|Critical|High|Medium|Low)\b")


def found(page: Page) -> dict[str, Any]:
    """Whatever a document states; empty where it states nothing."""
    rules = _Rules(page)
    named = {
        "severity": list(rules.levels()),
        "escalation": list(rules.escalation()),
        "cadence": list(rules.cadence()),
        "roles": list(rules.rows(re.compile(r"^role", re.I))),
        "alerts": list(rules.rows(re.compile(r"^alert(?: name)?$", re.I))),
    }
    return {key: value for key, value in named.items() if value}


class _Rules:
    def __init__(self, page: Page) -> None:
        self.page = page

    def levels(self) -> Iterator[dict[str, Any]]:
        """Severity levels: rows of a table, headings, bold lines or list items under a heading that says so."""
        for place, block in enumerate(self.page.blocks):
            if block.kind == "table":
                yield from self._level_rows(block)
            elif block.kind == "html" or not self._in_levels(place):
                continue
            elif block.kind == "heading" or block.text.lstrip().startswith(("**", "__")):
                text = titles.plain(block.text)
                if prose.is_level(text) and "\n" not in block.text and not prose.is_procedure(text):
                    yield self._level(text, block, place)

    def _in_levels(self, place: int) -> bool:
        spot = self.page.spots[place]
        near = (*(spot.heading.path[-2:] if spot.heading else ()), spot.label)
        return any(prose.is_levels_section(title) for title in near)

    def _level_rows(self, table: Block) -> Iterator[dict[str, Any]]:
        header = [titles.plain(cell) for cell in table.rows[0]]
        if not header or not re.match(r"(?:sev|level|priority)", header[0], re.I):
            return
        for line, row in enumerate(table.rows[1:], table.first + 2):
            cells = [titles.plain(cell) for cell in row]
            if not cells or not prose.is_level(cells[0]):
                continue
            level: dict[str, Any] = {"name": cells[0], "lines": [line, line]}
            for title, cell in zip(header[1:], cells[1:], strict=False):
                key = next((name for pattern, name in _KEYS if pattern.search(title)), title.lower())
                level.setdefault(key, cell)
            yield level

    def _level(self, text: str, block: Block, place: int) -> dict[str, Any]:
        match = _LEVEL.match(text)
        title = (match[2] if match else "") or text
        if title.count(")") > title.count("("):
            title = title.replace(")", "", 1)  # P1 (Critical) - ...
        level: dict[str, Any] = {"name": match[1] if match else text, "title": title}
        end = block.last
        examples = []
        for following in self.page.blocks[place + 1 : place + 60]:
            told = titles.plain(following.text)
            if following.kind == "heading" or (
                following.kind == "paragraph" and following.text.lstrip().startswith("**") and prose.is_level(told)
            ):
                break
            end = following.last
            for line in following.text.split("\n") if following.kind == "paragraph" else ():
                labelled = _LABELLED.match(line)
                key = next((name for p, name in _KEYS if labelled and p.search(labelled[1])), "") if labelled else ""
                if labelled and key and key != "examples":
                    level.setdefault(key, titles.plain(labelled[2]))
                elif following.item is not None:
                    examples.append(titles.plain(line))
        level["lines"] = [block.first, end]
        if examples:
            level["examples"] = examples
        return level

    def escalation(self) -> Iterator[dict[str, Any]]:
        """Ladders: a table with a column of escalation, or lines with a time and who is told."""
        for place, block in enumerate(self.page.blocks):
            spot = self.page.spots[place]
            title = spot.heading.title if spot.heading else self.page.title
            if block.kind == "table" and any(re.search(r"escalat", cell, re.I) for cell in block.rows[0]):
                yield {"title": title, "lines": [block.first, block.last], "steps": list(_records(block))}
            elif block.kind == "fence" and block.role == "reference":
                steps = [match.groupdict() for line in block.body if (match := _LADDER_LINE.match(line))]
                told = [{key: value.strip() for key, value in step.items() if value} for step in steps]
                if told:
                    yield {"title": title, "lines": [block.body_first, block.last], "steps": told}

            elif block.kind == "paragraph" and re.search(r"escalat", title, re.I):
                yield from self._told_ladder(place, block, title)

    def _told_ladder(self, place: int, block: Block, title: str) -> Iterator[dict[str, Any]]:
        """Lines of a paragraph, or the items of a list: the first one tells for all."""
        item = block.item
        siblings = self.page.siblings(item) if item is not None else []
        if item is not None and (siblings[0] is not item or not item.blocks or item.blocks[0] is not block):
            return
        told = [one.blocks[0].text for one in siblings if one.blocks] if siblings else block.text.split("\n")
        found = [match.groupdict() for line in told if (match := _LADDER_LINE.match(titles.plain(line)))]
        steps = [{key: value.strip() for key, value in step.items() if value} for step in found]
        if len(steps) > 1:
            last = siblings[-1].last if siblings else block.last
            yield {"title": title, "lines": [block.first, self.page.trim(last, block.first)], "steps": steps}

    def cadence(self) -> Iterator[dict[str, Any]]:
        """Lines such as "Critical: every 5 minutes" under a heading or label about updates."""
        for place, block in enumerate(self.page.blocks):
            spot = self.page.spots[place]
            about = f"{spot.label} {spot.heading.title if spot.heading else ''}"
            if block.kind != "paragraph":
                continue
            if block.item is None or not re.search(r"updat|cadence|frequen", about, re.I):
                yield from self._told_cadence(block)
                continue
            match = _LABELLED.match(block.text)
            every = _EVERY.search(match[2]) if match else None
            if not (match and every):
                yield from self._told_cadence(block)
            else:
                yield {"level": match[1], "every": every[1] or "as needed", "lines": [block.first, block.last]}

    def _told_cadence(self, block: Block) -> Iterator[dict[str, Any]]:
        """ "Post updates every 10 minutes until resolved": a sentence that tells somebody how often."""
        if "every" not in block.text or len(block.text) > 4000:
            return
        for start, end, sentence in prose.sentences(block.text):
            told = _UPDATES.search(titles.plain(sentence))
            if told and not _WISHED.search(sentence):
                level = _LEVEL_NAMED.search(sentence)
                first = block.first + block.text.count("\n", 0, start)
                last = block.first + block.text.count("\n", 0, max(start, end - 1))
                yield {"level": level[0] if level else "", "every": told[1], "lines": [first, last]}

    def rows(self, first: re.Pattern[str]) -> Iterator[dict[str, Any]]:
        """The rows of tables whose first column has this title, with the links of their first cell."""
        for block in self.page.blocks:
            if block.kind == "table" and block.rows and block.rows[0] and first.match(titles.plain(block.rows[0][0])):
                yield from _records(block)


def _records(table: Block) -> Iterator[dict[str, Any]]:
    header = [titles.plain(cell).lower() for cell in table.rows[0]]
    for line, row in enumerate(table.rows[1:], table.first + 2):
        record: dict[str, Any] = {key: titles.plain(cell) for key, cell in zip(header, row, strict=False) if key}
        target = re.search(r"\]\(([^)\s]{1,300})\)", " ".join(row))
        if target:
            record["target"] = target[1]
        yield {**record, "lines": [line, line]}
