"""Shell text taken apart, tolerantly: simple commands with their words, redirections and here-documents.

It reads what people paste into runbooks, so it never raises and never gives up: a blank such as `<pod>` is a word and
not a redirection, an open quote ends where the text ends. Nothing is expanded; `$(...)` is looked into.
"""

from __future__ import annotations

from .parser import Parser
from .shell_text import ANGLE_BLANK, LONGEST, Region, Simple, Unit

__all__ = ["ANGLE_BLANK", "LONGEST", "Region", "Simple", "Unit", "anatomy", "commands", "unit", "units"]


def unit(text: str, start: int = 0) -> Unit:
    """The piece that starts at `start`: up to the newline at which the shell would run it."""
    parser = Parser(text, start, alone=True)
    complete = parser.commands_until("")
    return Unit(start, parser.at, parser.found, complete)


def commands(text: str) -> list[Simple]:
    """Every simple command in the text, those inside substitutions and control flow included."""
    parser = Parser(text, 0, alone=False)
    parser.commands_until("")
    return parser.found


def anatomy(text: str) -> tuple[list[Simple], list[Region]]:
    """The commands of a text and how each stretch of it is quoted."""
    parser = Parser(text, 0, alone=False)
    parser.commands_until("")
    return parser.found, parser.regions


def units(text: str) -> list[Unit]:
    """The text as a row of complete pieces. A quote that is never closed ends with its own line."""
    found = []
    at = 0
    while at < len(text):
        piece = unit(text, at)
        if not piece.complete:
            line_end = text.find("\n", at)
            if 0 <= line_end < piece.end:
                piece = Unit(at, line_end + 1, commands(text[at:line_end]), False)
        found.append(piece)
        at = max(piece.end, at + 1)
    return found
