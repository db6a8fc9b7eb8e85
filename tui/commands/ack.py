"""Taking an incident from a script."""

from __future__ import annotations

import click

from tui.commands.given import Given, common_options, told


@click.command("ack")
@click.argument("id")
@common_options
@click.pass_obj
def command(given: Given, id: str) -> int:
    """Take incident ID: you hold it from now on."""
    from tui.commands.ids import resolve

    with given.operator() as operator:
        return told(operator, operator.acknowledge(resolve(operator.state, id)).result(), 1)
