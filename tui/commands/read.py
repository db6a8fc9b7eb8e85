"""How a runbook is understood."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.given import Given, common_options


@click.command("read")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every item.")
@common_options
@click.pass_obj
def command(given: Given, file: Path, as_json: bool) -> int:
    """Show how FILE is understood: every item in order, its kind, risk, blanks and expectation. Nothing runs."""
    from handrail.runbook.files import load
    from handrail.runbook.reader import as_json as printed
    from handrail.runbook.reader import read

    _, text = load(file)
    given.serve_tools()
    runbook = given.classes().on(read(text, str(file)))
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(printed(runbook)), indent=2).decode())
        return 0
    from tui.commands.look import columns, say
    from tui.commands.understood import lines

    for line in lines(runbook, columns()):
        say(line)
    return 0
