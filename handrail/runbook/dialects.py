"""Ways of writing lists and code that CommonMark does not know, put into words that it does: line by line, so that
line numbers never move. `a.` and `1.a)` begin list items; Org's source blocks are fences and its stars headings."""

from __future__ import annotations

import re

from .tabs import AZURE

_LETTER = re.compile(r"^(?P<indent>\s*)(?P<mark>[a-z]|i{1,3}|iv|vi{0,3}|ix)(?P<stop>[.)])(?P<gap>\s+)(?=\S)")
_OUTLINE = re.compile(r"^(\s*)\d{1,2}(?:\.\w{1,4})*\.[a-z]{1,4}[.)]\s+(?=\S)")
_FENCE = re.compile(r"^\s*(?:>\s*)*(?:(?:[-*+]|\d+[.)])\s+)?(`{3,}|~{3,})")
_ORG_BEGIN = re.compile(r"^(\s*)#\+begin_(?:src|example)\b[ \t]*(\S*).*$", re.I)
_ORG_END = re.compile(r"^(\s*)#\+end_(?:src|example)\b.*$", re.I)
_ORG_HEAD = re.compile(r"^(\*{1,6})\s+(?:(?:TODO|DONE|NEXT|WAITING)\s+)?(?=\S)")
_ORG_LITERAL = re.compile(r"^(\s*): (?=\S)")
_COLONS = re.compile(
    r"^\s*:::+\s*\{?\.?(note|tip|info|warning|caution|danger|important|attention|hint)\b[^:]*$", re.I)
_ADOC = re.compile(r"^\[source(?:,\s*([\w-]+))?[^\]]*\]\s*$", re.I)
_ADOC_RULE = re.compile(r"^(?:-{4,}|\.{4,})\s*$")
_ADOC_HEAD = re.compile(r"^(={1,6})(?=\s+\S)")
_ADOC_STEP = re.compile(r"^(\.{1,4})\s+(?=\S)")
_ADOC_TITLE = re.compile(r"^\.([A-Z][\w ,'/()-]{2,80})$")
_ORDER = ("abcdefghijklmnopqrstuvwxyz", ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"))
#: The next letter of a list stands within so many lines.
_NEAR = 60


def mended(lines: list[str]) -> list[str]:
    """The lines as CommonMark would have them."""
    if any(_ORG_BEGIN.match(line) for line in lines):
        lines = _from_org(lines)
    if any(_COLONS.match(line) for line in lines):
        lines = _quoted_colons(lines)
    if any(_ADOC.match(line) for line in lines):
        lines = _from_asciidoc(lines)
    if any("](#tab/" in line for line in lines):
        lines = [f"**{tab[1]}**" if (tab := AZURE.match(line)) else line for line in lines]
    outside = _outside_fences(lines)
    return _numbered(lines, outside) if any(outside) else lines


def _from_org(lines: list[str]) -> list[str]:
    found = []
    inside = False
    for line in lines:
        if begin := _ORG_BEGIN.match(line):
            inside = True
            found.append(f"{begin[1]}```{begin[2]}")
        elif end := _ORG_END.match(line):
            inside = False
            found.append(f"{end[1]}```")
        elif inside:
            found.append(line)
        else:
            head = _ORG_HEAD.match(line)
            line = "#" * len(head[1]) + " " + line[head.end():] if head else line
            found.append(_ORG_LITERAL.sub(r"\1    ", line))
    return found


def _quoted_colons(lines: list[str]) -> list[str]:
    """`:::caution` up to `:::` is a remark, as `!!! caution` is."""
    found = list(lines)
    opened = -1
    for place, line in enumerate(lines):
        if begin := _COLONS.match(line):
            opened = place
            found[place] = f"> **{begin[1].capitalize()}**  "
        elif opened >= 0 and line.strip() == ":::":
            found[place] = ""
            for at in range(opened + 1, place):
                found[at] = f"> {lines[at]}" if lines[at].strip() else ">"
            opened = -1
    return found


def _from_asciidoc(lines: list[str]) -> list[str]:
    found = list(lines)
    place = 0
    while place + 1 < len(lines):
        begin = _ADOC.match(lines[place])
        if begin and _ADOC_RULE.match(lines[place + 1]):
            rule = lines[place + 1].strip()
            end = next((at for at in range(place + 2, len(lines)) if lines[at].strip() == rule), -1)
            if end > 0:
                found[place], found[place + 1], found[end] = "", f"```{begin[1] or ''}", "```"
                place = end
        place += 1
    outside = _outside_fences(found)
    return [_adoc_line(line) if outside[at] else line for at, line in enumerate(found)]


def _adoc_line(line: str) -> str:
    """`== Title`, `. step`, `.. step of a step` and `.Procedure`."""
    if head := _ADOC_HEAD.match(line):
        return "#" * len(head[1]) + line[head.end(1):]
    if step := _ADOC_STEP.match(line):
        return "   " * (len(step[1]) - 1) + "1. " + line[step.end():]
    title = _ADOC_TITLE.match(line)
    return f"**{title[1]}**" if title else line


def _outside_fences(lines: list[str]) -> list[bool]:
    outside = []
    opened = ""
    for line in lines:
        fence = _FENCE.match(line)
        outside.append(not opened and fence is None)
        if fence and not opened:
            opened = fence[1]
        elif fence and fence[1].startswith(opened):
            opened = ""
    return outside


def _numbered(lines: list[str], outside: list[bool]) -> list[str]:
    found = list(lines)
    open_lists: dict[tuple[str, str, int], tuple[int, int]] = {}  # how far a list is, and its last line
    for place, line in enumerate(lines):
        if not outside[place]:
            continue
        if outline := _OUTLINE.match(line):
            found[place] = f"{outline[1]}1. {line[outline.end():]}"
            continue
        letter = _LETTER.match(line)
        if letter is None:
            continue
        for order, alphabet in enumerate(_ORDER):
            if letter["mark"] not in alphabet:
                continue
            at = alphabet.index(letter["mark"])
            key = (letter["indent"], letter["stop"], order)
            done, last = open_lists.get(key, (-1, place))
            goes_on = at == done + 1 and at > 0 and place - last <= _NEAR
            begins = at == 0 and _follows(lines, outside, place, letter, alphabet[1])
            if goes_on or begins:
                open_lists[key] = (at, place)
                mark = f"{at + 1}{letter['stop']}"
                found[place] = letter["indent"] + mark + letter["gap"] + line[letter.end():]
                break
    return found


def _follows(lines: list[str], outside: list[bool], place: int, first: re.Match[str], wanted: str) -> bool:
    """Whether the second item of the list comes: one letter alone is no list."""
    for at in range(place + 1, min(len(lines), place + _NEAR)):
        letter = _LETTER.match(lines[at]) if outside[at] else None
        if letter and (letter["indent"], letter["stop"]) == (first["indent"], first["stop"]):
            return letter["mark"] == wanted
    return False
