"""Colour for plain commands: only on a terminal, and never with NO_COLOR."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from handrail.clock import short_duration

if TYPE_CHECKING:
    from handrail.text import Row, Style

# The same codes as on the screens: calm for what reads, loud for what destroys.
RISKS = {"read": 31, "change": 227, "destructive": 202}
RISK_WORDS = {"read": "reads", "change": "changes", "destructive": "DESTROYS"}


def took(seconds: float) -> str:
    """A duration as people say it; short ones in milliseconds."""
    return short_duration(seconds) if seconds >= 0.1 else f"{seconds * 1000:.0f}ms"


def coloured() -> bool:
    """Whether standard output is a terminal that wants colour."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def columns() -> int | None:
    """How wide lines may be (cells) on the terminal that standard output is; None where it is none."""
    try:
        return (os.get_terminal_size(sys.stdout.fileno()).columns or 80) if sys.stdout.isatty() else None
    except (OSError, ValueError):
        return None


def say(text: str = "") -> None:
    """One line of a command's answer."""
    click.echo(text, color=coloured())


def painted(row: Row) -> str:
    """A line of output, made harmless, with its own colours."""
    if not coloured():
        return row.text
    return "".join(f"\x1b[{codes}m{text}\x1b[0m" if (codes := _codes(style)) else text for text, style in row.spans)


def _codes(style: Style) -> str:
    codes = [code for on, code in ((style.bold, "1"), (style.dim, "2"), (style.italic, "3"), (style.underline, "4"),
                                   (style.reverse, "7")) if on]
    for ground, colour in (("38", style.fg), ("48", style.bg)):
        if isinstance(colour, int):
            codes.append(f"{ground};5;{colour}")
        elif colour is not None:
            codes.append(f"{ground};2;{colour[0]};{colour[1]};{colour[2]}")
    return ";".join(codes)
