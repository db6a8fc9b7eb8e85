"""Commands that stand as plain lines of text, without a fence and without backticks, as in pages pasted from a wiki."""

from __future__ import annotations

import re

from . import lines as look
from . import syntax, titles
from .draft import Draft
from .vocabulary import words

_SIGN = re.compile(r"(?:^|\s)--?[A-Za-z]|\s\|\s|://|\s/\w|\s~/|=\S|&&|\\$|\w:\d{2,5}\b")
_PROSE_MARK = re.compile(r"`|\*\*|\]\(|[.:!?…]$|,\s|\s[–—]\s|\s\(")
_ONLY_CODE = re.compile(r"`+([^`]+)`+[.;]?")
_MOST_LINES = 2000


def is_bare(line: str) -> bool:
    """Stricter than in a fence: a known program or sudo, something only commands have, and nothing only prose has."""
    text = line.strip()
    if not text or not text[0].islower():
        return False
    said = text.split()
    if len(said) < 2 or not look.is_command(text) or look.is_sentence(text):
        return False
    if said[0] in ("sudo", "doas"):
        return len(said) > 2 and not _PROSE_MARK.search(text)
    if not look.is_tool(said[0]) or said[0] in words("ordinary") | words("control"):
        return False
    return bool(_SIGN.search(text)) and not _PROSE_MARK.search(re.sub(r"'[^']*'|\"[^\"]*\"", "''", text))


def typed(text: str, first_line: int) -> list[Draft]:
    """The commands of a paragraph or quote that is nothing else: lines at a prompt, or code alone on its line. [] where
    none is."""
    rows = text.split("\n")[:_MOST_LINES]
    if any(is_prompted(row) for row in rows):
        return _prompted(rows, first_line)
    code = [_ONLY_CODE.fullmatch(row.strip()) for row in rows if row.strip()]
    if not code or not all(match and look.is_command(match[1].strip()) for match in code):
        return []
    return [_draft(match[1].strip(), first_line + place, first_line + place)
            for place, row in enumerate(rows) if (match := _ONLY_CODE.fullmatch(row.strip()))]


def is_session(text: str) -> bool:
    """Whether every line was typed at the prompt of a client, as in `mysql> STOP REPLICA;`. An arrow is no prompt."""
    rows = [look.CLIENT_PROMPT.match(row) for row in text.split("\n")[:_MOST_LINES]]
    return all(row and not row["prompt"].endswith("->") for row in rows)


def is_prompted(row: str) -> str:
    """What was typed at a prompt; "" for any other line."""
    match = look.PROMPT.match(row)
    said = row[match.end() :].strip() if match else ""
    return said if look.is_command(said) else ""


def _prompted(rows: list[str], first_line: int) -> list[Draft]:
    made = []
    for line, row in enumerate(rows, first_line):
        if said := is_prompted(row):
            draft = _draft(said, line, line)
            draft.language = "powershell" if row.lstrip().startswith("PS ") else ""
            made.append(draft)
    return made


def _draft(command: str, first: int, last: int) -> Draft:
    draft = Draft("command", first, last, text=command, command=command, inline=True)
    draft.commands = syntax.commands(command)
    return draft


def _all_typed(rows: list[str]) -> bool:
    """Whether every line is a command or a comment, and one of them nothing else could be: code without its indent."""
    typed = [row.strip() for row in rows if row.strip() and not row.lstrip().startswith("#")]
    return len(typed) > 1 and any(is_bare(row) for row in typed) and all(
        look.is_tool(row.removeprefix("sudo ").split()[0]) and row[0].islower() and look.is_command(row)
        and not _PROSE_MARK.search(row) and not look.is_sentence(row) for row in typed)


def commands(text: str, first_line: int) -> list[Draft]:
    """The commands among the lines of a paragraph; what stands before one is its title. [] where none is."""
    rows = text.split("\n")[:_MOST_LINES]
    made: list[Draft] = []
    said = ""
    place = 0
    every = _all_typed(rows)
    while place < len(rows):
        if not (is_bare(rows[place]) or (every and not rows[place].lstrip().startswith("#"))):
            said = rows[place].strip()
            place += 1
            continue
        last = place
        while rows[last].rstrip().endswith("\\") and last + 1 < len(rows):
            last += 1
        command = "\n".join(row.strip() for row in rows[place : last + 1]).rstrip("\\").rstrip()
        draft = _draft(command, first_line + place, first_line + last)
        draft.title = titles.short(said)
        draft.purpose = titles.plain(said)
        made.append(draft)
        said = ""
        place = last + 1
    return made
