"""A note from a script."""

from __future__ import annotations

import sys

import click

from tui.commands.given import Given, common_options, settled


@click.command("note")
@click.argument("id")
@click.argument("text")
@common_options
@click.pass_obj
def command(given: Given, id: str, text: str) -> int:
    """Write TEXT to the timeline of incident ID; - reads it from standard input."""
    from tui.commands.ids import resolve

    words = sys.stdin.read() if text == "-" else text
    with given.operator() as operator:
        incident = settled(operator.note(resolve(operator.state, id), words).result())
    if incident is None:
        return 2
    click.echo(incident.id)
    return 0
