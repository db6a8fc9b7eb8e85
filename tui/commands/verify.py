"""Whether the record is what was written."""

from __future__ import annotations

import click

from tui.commands.given import Given, common_options


@click.command("verify")
@click.argument("id", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@common_options
@click.pass_obj
def command(given: Given, id: str | None, as_json: bool) -> int:
    """Check the chain, the checksums and the frozen files of incident ID, or of all of them.

    Exit status 1 when anything does not fit; it is named with its file, event and field.
    """
    from handrail.incident.archive import Archive
    from handrail.text import clean
    from tui.commands.ids import resolve

    state = given.state()
    archive = Archive(state)
    ids = [resolve(state, id)] if id else sorted(
        file.stem for folder in (state.active, state.past) for file in folder.glob("*.json"))
    reports = [archive.verify(one) for one in ids]
    if as_json:
        import json

        click.echo(json.dumps({"state": str(state.root), "incidents": [{
            "id": report.id, "path": str(report.path), "ok": report.ok, "events": report.events, "head": report.head,
            "findings": [{"path": str(finding.path), "event": finding.event, "field": finding.field, "why": finding.why}
                         for finding in report.findings],
        } for report in reports]}, indent=2))
    else:
        for report in reports:
            told = f"ok, {report.events} events, head {report.head[:16]}" if report.ok else "DOES NOT FIT"
            click.echo(f"{report.id}  {told}")
            for finding in report.findings:
                click.echo(f"  {clean(str(finding))}")
        if not reports:
            click.echo(f"There is no record in {clean(str(state.root))}.")
    return 0 if all(report.ok for report in reports) else 1
