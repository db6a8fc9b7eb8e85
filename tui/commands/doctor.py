"""What this host can and cannot hold, and the command that mends it."""

from __future__ import annotations

import click

from tui.commands.given import Given, common_options

SHAPES = {"ok": ("ok  ", 31), "warn": ("WARN", 227), "bad": ("BAD ", 202)}
STATUS = {"ok": 0, "warn": 0, "bad": 1}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--strict", is_flag=True, help="Exit status 1 for a warning too.")
@common_options
@click.pass_obj
def command(given: Given, as_json: bool, strict: bool) -> int:
    """Look at this terminal, host and state folder: what would keep steps or the record from holding.

    Exit status 1 when something is bad. Nothing is changed; a step that does nothing is started and removed.
    """
    from handrail.doctor.examine import examine, worst_word
    from handrail.errors import PackError
    from handrail.text import clean

    trouble = ""
    try:
        packs = given.packs()
    except PackError as error:
        packs, trouble = (), str(error)
    state = given.state()
    findings = examine(state, packs)
    if trouble:
        from handrail.doctor.finding import Finding

        findings = (*findings, Finding("pack", "bad", trouble))
    word = worst_word(findings)
    if as_json:
        import json

        click.echo(json.dumps({"state": str(state.root), "word": word, "checks": [
            {"check": one.check, "word": one.word, "says": one.says, "mend": one.mend or None} for one in findings]},
            indent=2))
    else:
        from tui.commands.look import coloured

        colour = coloured()
        for one in findings:
            shape, code = SHAPES[one.word]
            shape = f"\x1b[38;5;{code}m{shape}\x1b[0m" if colour else shape
            click.echo(f"{shape}  {one.check:<13} {clean(one.says)}", color=colour)
            if one.mend:
                click.echo(f"{'':21}{clean(one.mend)}")
    return max(STATUS[word], int(strict and word == "warn"))
