"""Units as systemd sees them. Where there is no systemd nothing can be told, and nothing is down."""

from __future__ import annotations

import re
import time

import msgspec

from handrail.health.probes import command
from handrail.health.probes.reading import Hands, Reading
from handrail.kinds import Command, Systemd

PROPERTIES = "Id,LoadState,ActiveState,SubState,Result,NRestarts,StateChangeTimestampMonotonic"


async def ask(options: Systemd, hands: Hands) -> Reading:
    argv = ["systemctl", *(["--user"] if options.user else []), "show", "--no-pager", f"--property={PROPERTIES}",
            "--", *options.units]
    told = await command.ask(msgspec.convert({"argv": argv, "env": {"LC_ALL": "C"}}, Command), hands)
    if told.values["error"] == "not_found" or told.values.get("rc"):
        return Reading({"error": "unavailable"})
    if told.values["error"] != "none" or told.document is None:
        return Reading({"error": told.values["error"]})
    blocks = _blocks(told.document.decode("utf-8", "replace").strip(), len(options.units))
    if not blocks:
        return Reading({"error": "unavailable"})
    units = {unit: _unit(block) for unit, block in zip(options.units, blocks, strict=True)}
    if len(units) == 1:
        return Reading(next(iter(units.values())))
    return Reading({"error": "none"}, parts=units)


def _blocks(text: str, count: int) -> list[str]:
    """One block for each unit, in the order asked; [] when they cannot be told apart."""
    for between in (r"\n\s*\n", r"\n(?=Id=)"):
        if len(blocks := re.split(between, text)) == count:
            return blocks
    return []


def _unit(block: str) -> dict[str, object]:
    told = dict(line.partition("=")[::2] for line in block.splitlines())
    values: dict[str, object] = {"error": "none"}
    for name, key in (("load", "LoadState"), ("active", "ActiveState"), ("sub", "SubState"), ("result", "Result")):
        if told.get(key):
            values[name] = told[key]
    if told.get("NRestarts", "").isdecimal():
        values["restarts"] = int(told["NRestarts"])
    if (changed := told.get("StateChangeTimestampMonotonic", "")).isdecimal() and int(changed):
        values["since"] = time.monotonic() - int(changed) / 1e6
    if values.get("load") == "not-found":
        values["error"] = "missing"
    return values
