"""A runbook's prose as people read it: links by their words, tables in columns, lines broken between words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.text import Text

from handrail.text import clean_block
from widgets import look
from widgets.wrap import by_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_INLINE = re.compile(
    r"!?\[(?P<link>[^\[\]\n]{1,300})\](?:\([^)\s]{0,400}(?:\s+\"[^\"\n]{0,200}\")?\)|\[[^\]\n]{0,200}\])"
    r"|\*\*(?P<bold>[^*\n]{1,400})\*\*|(?<!\w)__(?P<under>[^_\n]{1,400})__(?!\w)"
    r"|`(?P<code>[^`\n]{1,400})`"
)
_ITEM = re.compile(r"(?:[-*+•]|\(?\d{1,3}[.)])\s+(?:\[[ xX]?\]\s+)?")
_HEADING = re.compile(r"#{1,6}\s+")
_FENCE = re.compile(r"(?:```|~~~)")
_UNDER_HEAD = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$")
_BAR = re.compile(r"(?<!\\)\|")
# Cells that a column needs at least to be read, and between two columns.
NARROWEST = 8
GAP = 3


def rows(text: str, width: int) -> list[Text]:
    """`text`, Markdown of a runbook, in rows of at most `width` cells. The mark of the item itself is left out: the
    checklist numbers its steps."""
    found: list[Text] = []
    for index, block in enumerate(_blocks(clean_block(text).strip("\n"))):
        if len(block) > 1 and all(_is_row(line) for line in block):
            found += _table(block, width)
            continue
        line = " ".join(block)
        mark = _ITEM.match(line)
        lead = "• " if mark and index else ""
        found += _hanging(inline(line[mark.end() :] if mark else _HEADING.sub("", line, count=1)), lead, width)
    return found


def inline(text: str) -> Text:
    """One line with its links, bold words and code as styles instead of marks."""
    line, at = Text(style=look.TEXT), 0
    for match in _INLINE.finditer(text):
        line.append(text[at : match.start()])
        if match["link"] is not None:
            line.append(match["link"].replace("`", ""), look.ACCENT)
        elif match["code"] is not None:
            line.append(match["code"], f"bold {look.TEXT}")
        else:
            line.append(match["bold"] or match["under"], f"bold {look.STRONG}")
        at = match.end()
    line.append(text[at:])
    return line


def _blocks(text: str) -> Iterator[list[str]]:
    """Lines that belong together: a paragraph, an item of a list, a table, one line of a fenced block."""
    block: list[str] = []
    fenced = False
    for raw in text.split("\n"):
        line = raw.strip()
        if fenced or _FENCE.match(line):
            fence = bool(_FENCE.match(line))
            fenced = fenced != fence
            new = True
        else:
            fence = False
            new = not line or bool(_ITEM.match(line) or _HEADING.match(line))
            new = new or (bool(block) and _is_row(line) != _is_row(block[-1]))
        if new and block:
            yield block
            block = []
        if line and not fence:
            block.append(line)
        if fenced and block:
            yield block
            block = []
    if block:
        yield block


def _is_row(line: str) -> bool:
    return line.startswith("|") and line.count("|") > 1


def _hanging(line: Text, lead: str, width: int) -> list[Text]:
    """By words; what goes on stands below the first word, not below the mark."""
    parts = by_words(line, max(1, width - len(lead)))
    return [Text.assemble(" " * len(lead) if at else (lead, look.QUIET), part) for at, part in enumerate(parts)]


def _table(lines: Sequence[str], width: int) -> list[Text]:
    """Columns under their heads where they have room, else each row as its cells one below the other."""
    cells = [[inline(cell.strip().replace(r"\|", "|")) for cell in _BAR.split(line.strip().strip("|"))]
             for line in lines if not _UNDER_HEAD.match(line)]
    headed = len(cells) > 1 and bool(_UNDER_HEAD.match(lines[1]))
    columns = max(len(row) for row in cells) if cells else 0
    if not columns:
        return []
    cells = [row + [Text()] * (columns - len(row)) for row in cells]
    room = width - GAP * (columns - 1)
    wanted = [max(row[at].cell_len for row in cells) for at in range(columns)]
    if sum(wanted) > room and room < NARROWEST * columns:
        return _stacked(cells, width, headed=headed)
    widths = _share(wanted, room)
    found: list[Text] = []
    for index, row in enumerate(cells):
        broken = [by_words(cell, widths[at]) or [Text()] for at, cell in enumerate(row)]
        for at in range(max(map(len, broken))):
            line = Text()
            for column, parts in enumerate(broken):
                part = parts[at] if at < len(parts) else Text()
                line.append_text(part)
                if column < columns - 1:
                    line.append(" " * (widths[column] - part.cell_len + GAP))
            if headed and index == 0:
                line = Text(line.plain, look.QUIET)
            line.rstrip()
            found.append(line)
    return found


def _share(wanted: list[int], room: int) -> list[int]:
    """What each column gets: all it wants while there is room; the widest give way."""
    widths = [max(1, each) for each in wanted]
    while sum(widths) > room:
        widths[widths.index(max(widths))] -= 1
    return widths


def _stacked(cells: Sequence[Sequence[Text]], width: int, *, headed: bool) -> list[Text]:
    heads = cells[0] if headed else ()
    found: list[Text] = []
    for row in cells[1:] if headed else cells:
        for at, cell in enumerate(row):
            if cell.plain:
                head = Text(f"{heads[at].plain}: ", look.QUIET) if headed and heads[at].plain else Text()
                found += _hanging(Text.assemble(head, cell), "• " if not at else "  ", width)
    return found
