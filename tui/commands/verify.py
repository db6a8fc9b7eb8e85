"""Whether the record is what was written."""

from __future__ import annotations

import click

from tui.commands.given import Given, common_options

# How long (s) --accept waits for another process that writes.
PATIENCE = 5.0


@click.command("verify")
@click.argument("id", required=False)
@click.option("--accept", "accepted", metavar="ID",
              help="Take the damaged file of this incident as it stands: it is backed up and sealed anew.")
@click.option("--reason", default="", metavar="TEXT", help="With --accept: why it may be taken as it stands.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@common_options
@click.pass_obj
def command(given: Given, id: str | None, accepted: str | None, reason: str, as_json: bool) -> int:
    """Check the chain, the checksums and the frozen files of incident ID, or of all of them.

    Exit status 1 when anything does not fit; it is named with its file, event and field. --accept records who took a
    damaged file as it stands, and what was wrong with it.
    """
    if accepted is not None:
        if id is not None and id != accepted:
            raise click.UsageError("Give one incident: --accept checks it again by itself.")
        _accept(given, accepted, reason)
        id = accepted
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


def _accept(given: Given, id: str, reason: str) -> None:
    """Raises Damaged when nothing can be read from the file."""
    from handrail.clock import SystemClock
    from handrail.incident.store import Store
    from tui.commands.ids import resolve

    state = given.state()
    store = Store(state, SystemClock(), patience=PATIENCE, unsafe_filesystem=given.unsafe)
    before = resolve(state, id)
    incident = store.accept(before, actor=given.actor()[0], reason=reason)
    last = incident.events[-1]
    if last.kind != "resealed":
        click.echo(f"{incident.id} is what was written: nothing had to be accepted.", err=True)
    else:
        found = len(last.data["findings"])
        click.echo(f"{incident.id} was taken as it stands, with {found} finding{'s' if found != 1 else ''} on record. "
                   f"What the file held is kept in {state.backups / str(last.data['backup'])}.", err=True)
