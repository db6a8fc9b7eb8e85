"""The board as plain text, for screen readers, scripts and pipes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from handrail.clock import SystemClock, iso, short_duration
from handrail.incident.archive import Archive, BadFile
from handrail.incident.incident import Incident
from handrail.incident.waiting import Waiting
from handrail.text import clean
from tui.commands.given import Given, common_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handrail.incident.past import PastRow

HEAD = ("ID", "LEVEL", "STATUS", "HELD BY", "OPEN FOR", "RUNS", "CLOCK", "TITLE")
PAST_HEAD = ("ID", "LEVEL", "STATUS", "DECLARED", "WAS OPEN", "TITLE")


@click.command("incidents")
@click.option("--all", "everything", is_flag=True, help="Also what is over, and checklists without an incident.")
@click.option("--past", metavar="TEXT", help='Only what is over and shows every word of TEXT; "" for all of it.')
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@common_options
@click.pass_obj
def command(given: Given, everything: bool, past: str | None, as_json: bool) -> int:
    """List what is open. Exit status 1 when a state file is damaged; the others are listed all the same."""
    state, now = given.state(), SystemClock().now()
    archive, waiting = Archive(state), Waiting(state)
    found = archive.active() if past is None else ()
    bad = [one for one in found if isinstance(one, BadFile)]
    opened = [one for one in found if isinstance(one, Incident)]
    opened = list(waiting.board(opened, archive.read)) if past is None else []
    shown = [one for one in opened if everything or one.kind == "incident"]
    shown.sort(key=lambda one: (one.level.rank if one.level else 9, one.id))
    over: Sequence[PastRow] = ()
    if everything or past is not None:
        over = [one for one in archive.past(past or "") if everything or one.kind == "incident"]
        bad += archive.bad_past()
    if as_json:
        import json

        click.echo(json.dumps({
            "state": str(state.root), "at": iso(now), "incidents": [as_data(one, now) for one in shown],
            "past": [_past_data(one) for one in over],
            "bad": [{"id": one.id, "path": str(one.path), "why": one.why} for one in bad],
        }, indent=2))
    else:
        if shown:
            click.echo(_table([HEAD, *(_row(one, now) for one in shown)]))
        elif past is None:
            what = "Nothing that can be read" if bad else "Nothing"
            click.echo(f"{what} is open in {clean(str(state.root))}.")
        if over:
            click.echo(_table([PAST_HEAD, *(_past_row(one) for one in over)]))
        elif past is not None:
            click.echo(f"Nothing that is over shows {clean(past)!r} in {clean(str(state.root))}.")
    if any(one.unrecorded for one in opened):
        click.echo("handrail: NOT ON DISK: a part of this waits in memory until the disk is back.", err=True)
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
        "unrecorded": incident.unrecorded,
        "head": incident.head,
    }


def clock(incident: Incident, now: datetime) -> str:
    """The clock to look at: what is overdue first, then what is due next."""
    open_ = sorted((one for one in incident.deadlines if one.state in ("open", "breached") and one.met_at is None),
                   key=lambda one: one.due_at)
    if not open_ or incident.closed or incident.status == "resolved":
        return ""
    left = (open_[0].due_at - now).total_seconds()
    name = open_[0].id.partition(":")[0]
    return f"{name} {'in ' + short_duration(left) if left >= 0 else short_duration(-left) + ' late'}"


def _row(incident: Incident, now: datetime) -> tuple[str, ...]:
    return (
        incident.id, clean(str(incident.level or incident.kind)), clean(incident.status).upper(),
        clean(incident.holder) or "nobody", short_duration(incident.seconds_open(now)),
        str(len(incident.running()) or ""), clean(clock(incident, now)),
        clean(incident.title) + (f"  NOT ON DISK: {incident.unrecorded}" if incident.unrecorded else ""),
    )


def _past_row(row: PastRow) -> tuple[str, ...]:
    declared = row.declared_at.strftime("%Y-%m-%d %H:%MZ") if row.declared_at else ""
    return (row.id, clean(row.level or row.kind), clean(row.status).upper(), declared, short_duration(row.seconds),
            clean(row.title))


def _past_data(row: PastRow) -> dict[str, Any]:
    return {"id": row.id, "kind": row.kind, "title": row.title, "level": row.level or None, "status": row.status,
            "declared_at": iso(row.declared_at) if row.declared_at else None,
            "ended_at": iso(row.ended_at) if row.ended_at else None, "seconds_open": round(row.seconds, 3),
            "due": iso(row.due) if row.due else None}


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    lines = ([cell.ljust(width) for cell, width in zip(row, widths, strict=False)] + [row[-1]] for row in rows)
    return "\n".join("  ".join(line).rstrip() for line in lines)
