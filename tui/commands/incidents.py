"""The board as plain text, for screen readers, scripts and pipes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from handrail.clock import SystemClock, iso, short_duration
from handrail.incident.archive import Archive, BadFile
from handrail.incident.incident import Incident
from handrail.text import clean
from tui.commands.given import Given, common_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

HEAD = ("ID", "LEVEL", "STATUS", "HELD BY", "OPEN FOR", "RUNS", "CLOCK", "TITLE")


@click.command("incidents")
@click.option("--all", "everything", is_flag=True, help="Also checklists that were opened without an incident.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@common_options
@click.pass_obj
def command(given: Given, everything: bool, as_json: bool) -> int:
    """List what is open. Exit status 1 when a state file is damaged; the others are listed all the same."""
    state, now = given.state(), SystemClock().now()
    found = Archive(state).active()
    bad = [one for one in found if isinstance(one, BadFile)]
    shown = [one for one in found if isinstance(one, Incident) and (everything or one.kind == "incident")]
    shown.sort(key=lambda one: (one.level.rank if one.level else 9, one.id))
    if as_json:
        import json

        click.echo(json.dumps({
            "state": str(state.root), "at": iso(now), "incidents": [as_data(one, now) for one in shown],
            "bad": [{"id": one.id, "path": str(one.path), "why": one.why} for one in bad],
        }, indent=2))
    elif shown:
        click.echo(_table([HEAD, *(_row(one, now) for one in shown)]))
    else:
        click.echo(f"Nothing is open in {clean(str(state.root))}.")
    for one in bad:
        click.echo(f"handrail: {clean(one.why)}", err=True)
    return 1 if bad else 0


def as_data(incident: Incident, now: datetime) -> dict[str, Any]:
    """What scripts get of an incident. Times are ISO 8601 UTC, durations seconds."""
    level = incident.level
    return {
        "id": incident.id,
        "kind": incident.kind,
        "title": incident.title,
        "level": {"scheme": level.scheme, "name": level.name, "rank": level.rank} if level else None,
        "status": incident.status,
        "held_by": incident.holder or None,
        "declared_at": iso(incident.declared_at) if incident.declared_at else None,
        "acknowledged_at": iso(incident.acknowledged_at) if incident.acknowledged_at else None,
        "seconds_open": round(incident.seconds_open(now), 3),
        "scenario": incident.scenario or None,
        "deadlines": [{"id": one.id, "text": one.text, "due_at": iso(one.due_at), "state": one.state}
                      for one in incident.deadlines],
        "conditions": [{"name": one.name, "text": one.text, "since": iso(one.since)} for one in incident.standing],
        "running": [{"item": key, "run": attempt.run, "by": attempt.by, "started_at": iso(attempt.started_at)}
                    for key, attempt in incident.running()],
        "revision": incident.rev,
        "head": incident.head,
    }


def clock(incident: Incident, now: datetime) -> str:
    """The clock to look at: what is overdue first, then what is due next."""
    open_ = sorted((one for one in incident.deadlines if one.state in ("open", "breached") and one.met_at is None),
                   key=lambda one: one.due_at)
    if not open_ or incident.closed or incident.status == "resolved":
        return ""
    left = (open_[0].due_at - now).total_seconds()
    return f"{open_[0].id} {'in ' + short_duration(left) if left >= 0 else short_duration(-left) + ' late'}"


def _row(incident: Incident, now: datetime) -> tuple[str, ...]:
    return (
        incident.id, clean(str(incident.level or incident.kind)), clean(incident.status).upper(),
        clean(incident.holder) or "nobody", short_duration(incident.seconds_open(now)),
        str(len(incident.running()) or ""), clean(clock(incident, now)), clean(incident.title),
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD) - 1)]
    lines = ([cell.ljust(width) for cell, width in zip(row, widths, strict=False)] + [row[-1]] for row in rows)
    return "\n".join("  ".join(line).rstrip() for line in lines)
