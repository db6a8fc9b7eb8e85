"""Tables whose rows are steps: a number in front, a column of commands, perhaps what each should give."""

from __future__ import annotations

import re

from . import expectations, syntax, titles
from . import lines as look
from .blocks import Block
from .draft import Draft
from .page import Page

_NUMBER = re.compile(r"#|no\.?|nr\.?|steps?|order", re.I)
_COMMAND = re.compile(
    r"(?:commands?|cmd|run|execute|shell)(?: to run)?|do(?: this)?|actions?|what(?: to do)?|how(?: to)?|tasks?"
    r"|operations?", re.I)
_EXPECTED = re.compile(r"expect(?:s|ed)?\b.*|results?|outcomes?|(?:should )?(?:see|return|show)s?", re.I)
_PLACE = re.compile(r"where|hosts?|servers?|nodes?|machines?|on|systems?|place|target", re.I)
_CODE = re.compile(
    r"`+(?P<code>[^`]+)`+"
    r"(?:\s*(?:→|->|=>|[–—-]|,)\s*(?:(?:should|must) (?:be|return|show|print)|expect(?:ed)?:?)?\s*(?P<told>.+))?")


def steps(page: Page, table: Block) -> list[Draft]:
    """The rows as steps in their order; [] for any other table."""
    header = [titles.plain(cell).strip() for cell in table.rows[0]]
    column = next((at for at, title in enumerate(header) if at and _COMMAND.fullmatch(title)
                   and any(_command(row, at) for row in table.rows[1:])), -1)
    if column < 0 or not _numbers(header, table):
        return []
    wanted = next((at for at, title in enumerate(header) if _EXPECTED.fullmatch(title)), -1)
    words = next((at for at in range(len(header)) if at not in (0, column, wanted)), -1)
    if words >= 0 and _PLACE.fullmatch(header[words]):
        other = next((at for at in range(len(header)) if at not in (0, column, wanted, words)), -1)
        return [_at(page, line, row, (column, wanted, other), words) for line, row in enumerate(
            table.rows[1:], table.first + 2) if any(cell.strip() for cell in row)]
    return [_step(page, line, row, column, wanted, words) for line, row in enumerate(table.rows[1:], table.first + 2)
            if any(cell.strip() for cell in row)]


def _numbers(header: list[str], table: Block) -> bool:
    if not header or not (_NUMBER.fullmatch(header[0]) or not header[0]):
        return False
    return all(re.fullmatch(r"\W*\d{0,3}[a-z]?\W*", row[0]) for row in table.rows[1:] if row)


def _command(row: tuple[str, ...], column: int) -> str:
    code = _CODE.fullmatch(row[column].strip()) if column < len(row) else None
    said = code["code"].replace("\\|", "|").strip() if code else ""
    return said if said and look.is_command(said, True) else ""


def _at(page: Page, line: int, row: tuple[str, ...], columns: tuple[int, int, int], place: int) -> Draft:
    """A row that says where it is done: that is part of its title."""
    column, wanted, words = columns
    draft = _step(page, line, row, column, wanted, words)
    where = titles.plain(row[place]) if place < len(row) else ""
    if where and (draft.kind == "command" or words >= 0):
        draft.title = titles.short(f"{where}: {draft.title or draft.command}")
    return draft


def _step(page: Page, line: int, row: tuple[str, ...], column: int, wanted: int, words: int) -> Draft:
    told = titles.plain(row[words]) if 0 <= words < len(row) else ""
    command = _command(row, column)
    if not command:
        return page.draft("manual", (line, line), told or titles.plain(" ".join(row[1:])))
    draft = Draft("command", line, line, title=titles.short(told), text=page.source(line, line), command=command)
    draft.inline, draft.purpose, draft.commands = True, told, syntax.commands(command)
    told_beside = _CODE.fullmatch(row[column].strip())
    if told_beside and told_beside["told"]:
        draft.expected = expectations.understood(titles.plain(told_beside["told"]), (line, line))
    elif 0 <= wanted < len(row) and (said := titles.plain(row[wanted]).strip()):
        draft.expected = expectations.understood(said, (line, line))
    return draft
