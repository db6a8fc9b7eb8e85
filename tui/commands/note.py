"""A note from a script."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from tui.commands.given import Given, common_options, moment, told

if TYPE_CHECKING:
    from datetime import datetime


@click.command("note")
@click.argument("id")
@click.argument("text")
@click.option("--at", metavar="TIME", callback=moment, help="When it happened, if not now (ISO 8601 with its zone).")
@common_options
@click.pass_obj
def command(given: Given, id: str, text: str, at: datetime | None) -> int:
    """Write TEXT to the timeline of incident ID; - reads it from standard input."""
    from tui.commands.ids import resolve

    words = sys.stdin.read() if text == "-" else text
    with given.operator() as operator:
        return told(operator, operator.note(resolve(operator.state, id), words, at).result(), 2)
