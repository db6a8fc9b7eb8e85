"""How a runbook is understood."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.given import Given, common_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handrail.runbook.model import Item, Runbook

MARKS = {"command": "$", "http": "$", "manual": "○", "decision": "?", "reference": "→", "template": "✎",
         "expected-output": "="}


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
    runbook = read(text, str(file))
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(printed(runbook)), indent=2).decode())
        return 0
    from tui.commands.look import say

    for line in _lines(runbook):
        say(line)
    return 0


def _lines(runbook: Runbook) -> Iterator[str]:
    from handrail.text import clean

    counted = [item for item in runbook.items if item.kind in ("command", "http", "manual", "decision")]
    yield click.style(clean(runbook.title or runbook.document), bold=True)
    yield click.style(f"{len(counted)} steps, sha256 {runbook.sha256[:12]}", dim=True)
    section: tuple[str, ...] = ()
    number = 0
    for item in runbook.items:
        if item.section != section:
            section = item.section
            yield ""
            yield click.style(clean(" > ".join(section)), bold=True) + _minutes(runbook, section)
        number += item in counted
        yield from _item(item, number if item in counted else None)


def _minutes(runbook: Runbook, path: tuple[str, ...]) -> str:
    minutes = next((one.minutes for one in runbook.sections if one.path == path), None)
    return click.style(f"  {minutes:g} min", dim=True) if minutes is not None else ""


def _item(item: Item, number: int | None) -> Iterator[str]:
    from handrail.text import clean, clean_block
    from tui.commands.look import RISK_WORDS, RISKS

    pad = " " * 6
    head = f"{number if number is not None else '':>3} {MARKS.get(item.kind, ' ')} {clean(item.title)}"
    risk = click.style(f"  {RISK_WORDS[item.risk]}", fg=RISKS[item.risk]) if item.runs else ""
    why = click.style(f"  {clean(item.risk_why)}", dim=True) if item.runs and item.risk_why else ""
    where = click.style(f"  line {item.lines[0]}", dim=True)
    yield f"{head}{risk}{why}{where}"
    if item.runs:
        for line in clean_block(item.command).splitlines():
            yield click.style(f"{pad}{line}", fg=117)
    if item.placeholders:
        yield f"{pad}blanks: {', '.join(clean(blank.name) for blank in item.placeholders)}"
    if item.expected:
        yield f"{pad}expects {item.expected.kind}: {clean(item.expected.value, 100)}"
    remarks = ((item.long_running, "does not end by itself"), (item.interactive, "needs the keyboard"),
               (bool(item.options), f"option of {item.options}"),
               (bool(item.inside), "belongs inside the program opened before"))
    marks = [words for holds, words in remarks if holds]
    if marks:
        yield click.style(f"{pad}{', '.join(clean(mark) for mark in marks)}", dim=True)
