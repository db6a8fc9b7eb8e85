"""Each probe once, here and now; and what is wrong with the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.commands.given import Given, common_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handrail.errors import PackError
    from handrail.health.monitor import Lamp
    from handrail.pack.model import Pack
    from handrail.paths import State
    from handrail.runbook.model import Finding


@click.command("check")
@click.option("--config", "config_only", is_flag=True, help="Only read the configuration; ask nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@common_options
@click.pass_obj
def command(given: Given, config_only: bool, as_json: bool) -> int:
    """Ask each probe once and say what it means.

    Exit status as monitoring systems have it: 0 ok, 1 warning (also: slips in the configuration), 2 critical, 3 unknown
    (also: a configuration that cannot be used).
    """
    from handrail.errors import PackError
    from handrail.health.lint import findings
    from handrail.pack_links import broken_links
    from tui.commands.lamp_lines import STATUSES, UNKNOWN, WARNING, status_of

    try:
        packs = given.packs()
    except PackError as error:
        return _unusable(error, as_json=as_json)
    slips = {pack.sha256: (*findings(pack.folder), *broken_links(pack)) for pack in packs}
    lamps = {pack.sha256: () if config_only else _ask(pack, given.state()) for pack in packs}
    status = status_of(lamp for found in lamps.values() for lamp in found) or (WARNING if any(slips.values()) else 0)
    if not config_only and not any(pack.probes for pack in packs):
        status = status or UNKNOWN  # nothing was measured: that is no good news
    if as_json:
        import json

        click.echo(json.dumps({
            "status": STATUSES[status],
            "packs": [_data(pack, slips[pack.sha256], None if config_only else lamps[pack.sha256]) for pack in packs],
        }, indent=2))
        return status
    from tui.commands.look import say

    for pack in packs:
        for text in _lines(pack, slips[pack.sha256], None if config_only else lamps[pack.sha256]):
            say(text)
    return status


def _ask(pack: Pack, state: State) -> tuple[Lamp, ...]:
    from handrail.clock import SystemClock
    from handrail.health.monitor import check
    from handrail.incident.archive import Archive
    from handrail.incident.incident import Incident
    from handrail.operator.polling import engaged

    thrown = engaged(pack, [one for one in Archive(state).active() if isinstance(one, Incident)])
    return check(pack, SystemClock(), lambda: thrown)


def _unusable(error: PackError, *, as_json: bool) -> int:
    from tui.cli import explain
    from tui.commands.lamp_lines import STATUSES, UNKNOWN

    if as_json:
        import json

        click.echo(json.dumps({
            "status": STATUSES[UNKNOWN], "packs": [],
            "error": {"title": error.title, "detail": error.detail, "remedy": error.remedy},
        }, indent=2))
    else:
        explain(error)
    return UNKNOWN


def _lines(pack: Pack, slips: Sequence[Finding], lamps: Sequence[Lamp] | None) -> Iterator[str]:
    from handrail.health.meaning import meaning
    from handrail.pack.pack import FILE
    from handrail.text import clean
    from tui.commands.lamp_lines import lines

    file = pack.folder / FILE
    yield click.style(clean(pack.name), bold=True) + click.style(f"  {clean(str(file))}", dim=True)
    for slip in slips:
        yield click.style("▲ SLIP", fg=227) + f"  line {slip.line}: {clean(slip.message)} {clean(slip.remedy)}"
    by_probe: dict[str, list[Lamp]] = {}
    for lamp in lamps or ():
        by_probe.setdefault(lamp.id.partition("/")[0], []).append(lamp)
    place = {id: n for n, id in enumerate(by_probe)}  # worst first, then those that were not asked
    for probe in sorted(pack.probes, key=lambda probe: place.get(probe.id, len(place))):
        for lamp in by_probe.get(probe.id, ()):
            yield from lines(lamp)
        if lamps is None or probe.id not in by_probe:
            why = "" if lamps is None else "  not asked, " + (
                "only by hand" if probe.when_run == "manual" else f"this host has no {clean(probe.requires)}")
            yield f"- {clean(probe.title or probe.id)}{why}"
        yield click.style(f"    {meaning(probe, pack)}", dim=True)
    if not pack.probes:
        yield "  This pack has no probes."


def _data(pack: Pack, slips: Sequence[Finding], lamps: Sequence[Lamp] | None) -> dict[str, Any]:
    from handrail.health.meaning import meaning
    from handrail.pack.pack import FILE
    from tui.commands.lamp_lines import as_data

    return {
        "id": pack.id, "name": pack.name, "file": str(pack.folder / FILE), "sha256": pack.sha256,
        "slips": [{"line": slip.line, "code": slip.code, "message": slip.message, "remedy": slip.remedy}
                  for slip in slips],
        "probes": [{
            "id": probe.id, "kind": probe.kind, "title": probe.title or probe.id, "meaning": meaning(probe, pack),
            "lamps": [as_data(lamp) for lamp in lamps or () if lamp.id.partition("/")[0] == probe.id],
        } for probe in pack.probes],
    }
