"""An incident as one file, to hand on or to keep elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.given import Given, common_options

if TYPE_CHECKING:
    from handrail.export.archive import Exported
    from handrail.paths import State

# How long (s) the note in the record waits for another process that writes.
PATIENCE = 5.0


@click.command("export")
@click.argument("id")
@click.option("-o", "--output", "target", metavar="FILE", default=".",
              help="The new archive, .tar.gz or .tar; or a folder for ID.tar.gz. Here, if not given.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object about what was written.")
@common_options
@click.pass_obj
def command(given: Given, id: str, target: str, as_json: bool) -> int:
    """Write incident or checklist ID into one new file, with runbooks, outputs and evidence; prints the file's name.

    Unpacked it can be checked without this machine: `sha256sum -c SHA256SUMS`, `handrail --state FOLDER verify`.
    incident.md and timeline.csv in it are for reading. Once it is closed, output that an export holds goes
    from here after 90 days, or when more than 10 GB of it is kept; the timeline says so.

    Exit status 1 when the record or a file of it did not fit: it is in the export as it is, and nothing goes from here.
    """
    from handrail.clock import SystemClock
    from handrail.export.archive import export
    from handrail.text import clean
    from tui.commands.ids import resolve

    state = given.state()
    done = export(state, resolve(state, id), Path(target), SystemClock())
    unsaid = _note(given, state, done)
    if as_json:
        click.echo(_json(done))
    else:
        click.echo(clean(str(done.path)))
        click.echo(_summary(done), err=True)
    for finding in done.findings:
        click.echo(f"handrail: it did not fit: {clean(str(finding))}", err=True)
    if done.waiting:
        click.echo(f"handrail: {done.waiting} events are NOT ON DISK, and so not in it.", err=True)
    if unsaid:
        click.echo(f"handrail: {clean(unsaid)}", err=True)
    return 0 if done.whole else 1


def _note(given: Given, state: State, done: Exported) -> str:
    """Put it on record; why that could not be done, "" when it was. Output goes from here only if it was."""
    from handrail.clock import SystemClock
    from handrail.errors import HandrailError
    from handrail.incident.events import Draft
    from handrail.incident.store import Store
    from handrail.runs.prune import mark_exported

    draft = Draft("exported", {"file": done.path.name, "sha256": done.sha256, "bytes": done.bytes, "head": done.head,
                               "runs": list(done.runs)})
    try:
        store = Store(state, SystemClock(), patience=PATIENCE, unsafe_filesystem=given.unsafe)
        store.transact(done.id, lambda _: [draft], actor=given.actor()[0])
        if done.whole:
            mark_exported(state.runs(done.id), done.runs)
    except (HandrailError, OSError) as error:
        return f"The export is written, but the record does not say so: {error}"
    return ""


def _summary(done: Exported) -> str:
    from handrail.quantities import show

    runs = len(done.runs) + len(done.running)
    running = f", {len(done.running)} of them still running: their output so far" if done.running else ""
    return (f"{done.id}: {done.events} events, {runs} run{'' if runs == 1 else 's'}{running}, {show(done.bytes, 'B')}\n"
            f"  head {done.head}\n  sha256 {done.sha256}")


def _json(done: Exported) -> str:
    import json

    return json.dumps({"id": done.id, "path": str(done.path), "bytes": done.bytes, "sha256": done.sha256,
                       "head": done.head, "events": done.events, "runs": done.runs, "running": done.running,
                       "findings": [str(finding) for finding in done.findings], "not_on_disk": done.waiting}, indent=2)
