"""Tables whose rows are steps: a number in front, a column of commands, perhaps what each should give."""

from __future__ import annotations

import re

from . import expectations, syntax, titles
from . import lines as look
from .blocks import Block
from .draft import Draft
from .page import Page

_NUMBER = re.compile(r"#|no\.?|nr\.?|steps?|order", re.I)
_COMMAND = re.compile(r"(?:commands?|cmd|run|execute|shell)(?: to run)?", re.I)
_EXPECTED = re.compile(r"expected\b.*|(?:should )?(?:see|return|show)s?", re.I)
_CODE = re.compile(r"`+([^`]+)`+")


def steps(page: Page, table: Block) -> list[Draft]:
    """The rows as steps in their order; [] for any other table."""
    header = [titles.plain(cell).strip() for cell in table.rows[0]]
    column = next((at for at, title in enumerate(header) if _COMMAND.fullmatch(title)), -1)
    if column < 0 or not _numbers(header, table):
        return []
    wanted = next((at for at, title in enumerate(header) if _EXPECTED.fullmatch(title)), -1)
    words = next((at for at in range(len(header)) if at not in (0, column, wanted)), -1)
    if not any(_command(row, column) for row in table.rows[1:]):
        return []
    return [_step(page, line, row, column, wanted, words) for line, row in enumerate(table.rows[1:], table.first + 2)
            if any(cell.strip() for cell in row)]


def _numbers(header: list[str], table: Block) -> bool:
    if not header or not (_NUMBER.fullmatch(header[0]) or not header[0]):
        return False
    return all(re.fullmatch(r"\W*\d{0,3}[a-z]?\W*", row[0]) for row in table.rows[1:] if row)


def _command(row: tuple[str, ...], column: int) -> str:
    code = _CODE.fullmatch(row[column].strip()) if column < len(row) else None
    said = code[1].replace("\\|", "|").strip() if code else ""
    return said if said and look.is_command(said, True) else ""


def _step(page: Page, line: int, row: tuple[str, ...], column: int, wanted: int, words: int) -> Draft:
    told = titles.plain(row[words]) if 0 <= words < len(row) else ""
    command = _command(row, column)
    if not command:
        return page.draft("manual", (line, line), told or titles.plain(" ".join(row[1:])))
    draft = Draft("command", line, line, title=titles.short(told), text=page.source(line, line), command=command)
    draft.inline, draft.purpose, draft.commands = True, told, syntax.commands(command)
    if 0 <= wanted < len(row) and (said := titles.plain(row[wanted]).strip()):
        draft.expected = expectations.understood(said, (line, line))
    return draft
