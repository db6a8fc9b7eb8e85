"""Incidents declared from a scenario of a pack, as the declare dialog fills them in."""

from __future__ import annotations

from support.desks import Desk, done

from handrail.incident.incident import Incident
from handrail.pack.pack import builtin

PACK = builtin("alwaysclaw")


def declared(desk: Desk, scenario: str) -> Incident:
    """Of the built-in pack, in the severity of the scenario."""
    severity = next(one.severity for one in PACK.scenarios if one.id == scenario)
    return done(desk.operator.declare("", PACK.id, severity, scenario))
