"""Options that stand beside one another outside of a fence: headings and bold labels that are numbered as a choice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from . import titles
from .draft import Draft
from .page import Page

_OPTION = re.compile(
    r"^\W{0,6}(?:option|alternative|approach|method|choice|variant|möglichkeit|opción|opcion|opzione)"
    r"\s*#?(?P<mark>\d{1,2}|[A-Z])\b", re.I)
_LETTER = re.compile(r"^\W{0,6}(?P<mark>[A-D])\s*[.):]")
_LABEL = re.compile(r"^\W{0,4}(?:\*\*|__)(?P<text>[^*_\n]{1,120})(?:\*\*|__)")
_CHOOSE = re.compile(
    r"\b(?:choose|pick|select|do|use|try|take|follow)\b[^.\n]{0,60}\b(?:one|either|any)\b"
    r"|\beither\b|\bone of\b|\bwählen\b|\bau choix\b", re.I)


class _Option(NamedTuple):
    mark: str
    title: str
    first: int
    last: int


def mark(page: Page, drafts: list[Draft]) -> None:
    """Give options that hold one command each a common number: one of them is chosen, the others are passed over."""
    asked: set[int] = set()
    for group in [*_headings(page), *_labels(page)]:
        inside = [[draft for draft in drafts if draft.kind in ("command", "http")
                   and one.first <= draft.first <= one.last] for one in group]
        if any(len(found) != 1 or found[0].choice for found in inside):
            continue
        for one, (draft,) in zip(group, inside, strict=True):
            draft.choice = inside[0][0].first
            draft.title = draft.title or titles.short(one.title)
        asked.add(group[0].first)
    if not asked:
        return
    leads = {before.first for before, block in pairwise(page.blocks)
             if block.first in asked and before.text.rstrip().endswith(":") and _CHOOSE.search(before.text)}
    drafts[:] = [draft for draft in drafts if draft.kind != "manual" or draft.first not in leads]


def _headings(page: Page) -> Iterator[list[_Option]]:
    """`### Option A: ...` beside `### Option B: ...` in one section."""
    found: dict[tuple[str, ...], list[_Option]] = {}
    for heading in page.headings:
        if match := _OPTION.match(heading.title):
            one = _Option(match["mark"].upper(), heading.title, heading.first, heading.last)
            found.setdefault((*heading.path[:-1], str(heading.level)), []).append(one)
    for group in found.values():
        yield from _rows(group)


def _labels(page: Page) -> Iterator[list[_Option]]:
    """`**Option 1**: ...` beside `**Option 2**: ...`; letters alone only behind "choose one"."""
    labels = [label["text"] for block in page.blocks if block.text.startswith(("**", "__")) and (
        label := _LABEL.match(block.text))]
    if sum(bool(_OPTION.match(label) or _LETTER.match(label)) for label in labels) < 2:
        return
    row: list[_Option] = []
    chosen = False
    for place, block in enumerate(page.blocks):
        if block.kind == "heading":
            yield from _rows(row)
            row, chosen = [], False
            continue
        if block.kind != "paragraph" or block.quoted:
            continue
        label = _LABEL.match(block.text)
        match = (_OPTION.match(label["text"]) or (_LETTER.match(label["text"]) if chosen else None)) if label else None
        if match is None:
            chosen = chosen or bool(_CHOOSE.search(block.text[:400]))
            continue
        if row:
            row[-1] = row[-1]._replace(last=block.first - 1)
        title = titles.plain(block.text.split("\n")[0])
        row.append(_Option(match["mark"].upper(), title, block.first, _end(page, place)))
    yield from _rows(row)


def _end(page: Page, place: int) -> int:
    """The last line under a label: up to the next heading, or the next label."""
    end = page.blocks[place].last
    for block in page.blocks[place + 1 :]:
        if block.kind == "heading" or (block.kind == "paragraph" and not block.item and _LABEL.match(block.text)):
            break
        end = block.last
    return end


def _rows(options: Iterable[_Option]) -> Iterator[list[_Option]]:
    """Runs of options that count on: A, B, C or 1, 2. A new A begins another choice."""
    row: list[_Option] = []
    for one in options:
        if row and ord(one.mark[-1]) != ord(row[-1].mark[-1]) + 1:
            if len(row) > 1:
                yield row
            row = []
        row.append(one)
    if len(row) > 1:
        yield row
