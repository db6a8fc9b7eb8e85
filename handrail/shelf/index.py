"""Searching runbooks by their titles and all their words. Built once and kept in memory; quick enough for a key."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from handrail.runbook.files import LARGEST
from handrail.runbook.titles import plain
from handrail.shelf.places import Place

Signature = tuple[int, int, int]

# So many hits are looked up with the line that holds the words; more than a screen shows.
QUOTED = 60
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.+?)[ \t#]*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.M)


@dataclass(frozen=True, slots=True)
class Entry:
    """A runbook in the index: `names` is what is searched first (title, path), `headings` next, `text` last; all
    folded to lower case, as bytes, so that a thousand documents cost what their files do."""

    place: Place
    title: str
    names: bytes
    headings: bytes
    text: bytes
    signature: Signature


@dataclass(frozen=True, slots=True)
class Hit:
    """A runbook that shows every word. `line` and `quote` are where in its text, 0 and "" when the title says it."""

    entry: Entry
    line: int = 0
    quote: str = ""


def entry_of(place: Place, known: Entry | None = None) -> Entry | None:
    """Read one file; `known` again when it has not changed. None for what cannot be read."""
    try:
        with place.path.open("rb") as file:
            stat = place.path.stat()
            signature = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if known is not None and known.signature == signature and known.place == place:
                return known
            text = file.read(LARGEST).decode("utf-8", "replace")
    except OSError:
        return None
    title, headings = glance(text, place.path.stem)
    return Entry(place, title, _folded(f"{title}\n{place.source}/{place.shown}"), _folded("\n".join(headings)),
                 _folded(text), signature)


def search(entries: Iterable[Entry], query: str) -> tuple[Hit, ...]:
    """The runbooks that show every word of `query`, best first: by title, then headings, then text; all for none."""
    words = [_folded(word) for word in query.split()]
    ranked: list[tuple[int, int, Entry]] = []
    for at, entry in enumerate(entries):
        if (rank := _rank(entry, words)) is not None:
            ranked.append((rank, at, entry))
    ranked.sort(key=lambda one: one[:2])
    return tuple(_hit(entry, rank, words) if number < QUOTED else Hit(entry)
                 for number, (rank, _, entry) in enumerate(ranked))


def glance(text: str, name: str) -> tuple[str, list[str]]:
    """A document's title and its headings, without reading it as a runbook; `name` when it has neither."""
    headings: list[tuple[int, str]] = []
    fence = before = ""
    for line in text.splitlines():
        if fence:
            if line.lstrip().startswith(fence):
                fence = ""
        elif opened := _FENCE.match(line):
            fence = opened[1]
        elif line.lstrip(" ").startswith("#") and (heading := _HEADING.match(line)):
            headings.append((len(heading[1]), plain(heading[2])))
        elif line.startswith("==") and before.strip() and not line.strip("= "):
            headings.append((1, plain(before)))  # underlined
        before = line
    first = next((title for level, title in headings if level == 1), "")
    if not first and text.startswith("---") and (told := _TITLE.search(text[:4096])):
        first = told[1]
    title = first or (headings[0][1] if headings else "") or name
    return title, [heading for _, heading in headings]


def _rank(entry: Entry, words: list[bytes]) -> int | None:
    """0 for words at the title's start, then title or path, headings, text; None when a word is nowhere."""
    worst = 0
    for number, word in enumerate(words):
        if word in entry.names:
            rank = 0 if number == 0 and entry.names.startswith(word) else 1
        elif word in entry.headings:
            rank = 2
        elif word in entry.text:
            rank = 3
        else:
            return None
        worst = max(worst, rank)
    return worst


def _hit(entry: Entry, rank: int, words: list[bytes]) -> Hit:
    if rank < 2:
        return Hit(entry)
    # Where the words stand together, else the first that the title does not say.
    at = entry.text.find(b" ".join(words))
    if at < 0:
        at = entry.text.find(next((word for word in words if word not in entry.names), words[0]))
    if at < 0:
        return Hit(entry)
    line = entry.text.count(b"\n", 0, at) + 1
    return Hit(entry, line, quote(entry.place.path, line))


def quote(path: Path, line: int) -> str:
    """A line of a file as it is written; "" when it is not there any more."""
    try:
        with path.open("rb") as file:
            for number, text in enumerate(file, 1):
                if number == line:
                    return text[:400].decode("utf-8", "replace").strip()
    except OSError:
        return ""
    return ""


def _folded(text: str) -> bytes:
    return text.lower().encode("utf-8", "replace")
