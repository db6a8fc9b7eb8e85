"""One incident as plain text: where it stands, its checklist, its timeline."""

from __future__ import annotations

import click

from tui.commands.given import Given, common_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from handrail.incident.checklist import Checklist, Row
    from handrail.incident.incident import Incident
    from handrail.paths import State
    from handrail.runs.record import RunState


@click.command("show")
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every event.")
@common_options
@click.pass_obj
def command(given: Given, id: str, as_json: bool) -> int:
    """Show incident ID; any ending of an id that only one incident has will do."""
    from handrail.clock import SystemClock
    from handrail.incident.archive import Archive
    from handrail.incident.waiting import Waiting
    from handrail.library import Library
    from tui.commands.ids import resolve

    state, now = given.state(), SystemClock().now()
    incident = Waiting(state).read(resolve(state, id), Archive(state).read)
    checklist = Library(state).checklist(incident)
    runs = _runs(state, incident, now)
    if as_json:
        click.echo(_json(incident, checklist, runs, now))
    else:
        click.echo("\n".join(_text(incident, checklist, runs, now)))
    return 0


def _runs(state: State, incident: Incident, now: datetime) -> dict[str, RunState]:
    from handrail.runs.record import RunFiles

    return {attempt.run: RunFiles(state.run(incident.id, attempt.run)).state(attempt.started_at, now)
            for _, attempt in incident.running()}


def _json(incident: Incident, checklist: Checklist, runs: dict[str, RunState], now: datetime) -> str:
    import msgspec

    from tui.commands.incidents import as_data

    data = as_data(incident, now)
    data["done"], data["total"], data["next"] = checklist.done, checklist.total, checklist.next
    data["checklist"] = [
        {"key": row.key, "kind": row.kind, "depth": row.depth, "title": row.title, "number": row.number,
         "state": row.state.word, "done": row.done, "total": row.total, "attempts": row.state.attempts}
        for row in checklist.rows]
    data["runs"] = runs
    data["events"] = incident.events
    text = msgspec.json.encode(data, enc_hook=str)
    return msgspec.json.format(text, indent=2).decode()


def _text(incident: Incident, checklist: Checklist, runs: dict[str, RunState], now: datetime) -> Iterator[str]:
    from handrail.activity import line
    from handrail.board import names
    from handrail.clock import iso, short_duration
    from handrail.text import clean

    yield f"{incident.id}  {clean(incident.title)}"
    held = f"held by {clean(incident.holder)}" if incident.holder else "held by nobody"
    yield (f"{clean(str(incident.level or incident.kind))}  {clean(incident.status).upper()}  {held}"
           f"  open for {short_duration(incident.seconds_open(now))}")
    if incident.unrecorded:
        yield f"NOT ON DISK: {incident.unrecorded} of these events wait in memory until the disk is back"
    for one in incident.deadlines:
        yield f"{clean(one.text)}: due {iso(one.due_at)}, {one.state}"
    for condition in incident.standing:
        yield f"{clean(condition.text or condition.name)}: since {iso(condition.since)}"
    if checklist.rows:
        yield f"\nChecklist, {checklist.done} of {checklist.total} done"
    for row in checklist.rows:
        yield _row(row, runs)
    yield f"\nTimeline, {len(incident.events)} events"
    name = names(checklist)
    for event in incident.events:
        said = line(incident.id, event, name)
        claimed = f" (recorded {iso(event.recorded_at)})" if event.recorded_at != event.occurred_at else ""
        claimed = claimed if event.h else " (NOT ON DISK)"
        claimed += " (taken back or corrected)" if event.id in incident.corrected else ""
        yield f"{iso(event.occurred_at)}  {said.by:<12}  {said.text}{claimed}"


def _row(row: Row, runs: dict[str, RunState]) -> str:
    from handrail.text import clean
    from tui.commands.look import took

    pad = "  " * row.depth
    if row.kind != "item":
        counts = f"  {row.done} of {row.total}" if row.total else ""
        return f"{pad}{clean(row.title)}{counts}"
    number = f"{row.number:>3} " if row.number is not None else "    "
    last = row.state.last
    detail = ""
    if last is not None and not last.verdict and (live := runs.get(last.run)) is not None:
        # Nobody recorded the end yet: say what the run's own files say, not what was believed last.
        detail = f", {live.word}" if live.word != "running" else f" for {took(live.seconds)}, {last.by}"
        detail += f", waits: {clean(live.waits, 60)}" if live.waits else ""
    elif last is not None:
        detail = f" after {took(last.seconds)}" if last.seconds is not None else ""
        detail += (f", {clean(last.why)}" if last.why else "")
        detail += "".join(f"; {clean(remark)}" for remark in last.remarks)
    return f"{pad}{number}{row.state.word:<12} {clean(row.title)}{clean(detail)}"
