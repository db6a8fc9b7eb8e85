"""Declaring from a script or an alert hook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.commands.given import Given, common_options, moment, told

if TYPE_CHECKING:
    from datetime import datetime


@click.command("declare")
@click.argument("title")
@click.option("--severity", metavar="LEVEL", help="A level of the pack, such as P1; a scenario brings its own.")
@click.option("--scenario", metavar="ID", default="", help="Opens the scenario's section of the runbook.")
@click.option("--detected", metavar="TIME", callback=moment,
              help="When it was noticed, if not now (ISO 8601 with its zone).")
@common_options
@click.pass_obj
def command(given: Given, title: str, severity: str | None, scenario: str, detected: datetime | None) -> int:
    """Declare an incident. Its id is printed once it is on disk."""
    with given.operator() as operator:
        pack = operator.packs[0]
        for other in operator.packs:
            if any(known.id == scenario for known in other.scenarios):
                pack = other
        level = severity or next((known.severity for known in pack.scenarios if known.id == scenario), "")
        if not level:
            raise click.UsageError(f"--severity is needed: {', '.join(pack.scheme)}.")
        return told(operator, operator.declare(title, pack.id, level, scenario, detected).result(), 1)
