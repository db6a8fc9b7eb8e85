"""The names a probe's conditions may use, and what each holds."""

from __future__ import annotations

import re

from handrail.kinds import KINDS, NameType
from handrail.pack.model import Probe
from handrail.quantities import SCALES

_COLUMN = re.compile(r"\bAS\s+(\w+)", re.IGNORECASE)


def names_of(probe: Probe) -> dict[str, NameType]:
    """The built-in names of its kind, its values, its columns; `item` where it has sub-lamps."""
    names: dict[str, NameType] = dict(KINDS[probe.kind].names)
    for name in own_names(probe):
        names[name] = type_of(probe, name)
    if probe.each is not None:
        names["item"] = "any"
        names |= {name: type_of(probe, name) for name in _units(probe) if name.startswith("item.")}
    return names


def own_names(probe: Probe) -> tuple[str, ...]:
    """The names this probe gives itself: values, SQL columns, the value of a metric."""
    columns = _COLUMN.findall(probe.options.get("sql", "")) if probe.kind == "sqlite" else []
    value = ["value"] if probe.kind == "prometheus-text" else []
    return (*probe.values, *columns, *value)


def type_of(probe: Probe, name: str) -> NameType:
    """What the number of this name is once its unit was applied; "any" without one."""
    spelled = unit_of(probe, name)
    return SCALES[spelled][0] or "number" if spelled in SCALES else "any"


def unit_of(probe: Probe, name: str) -> str:
    """The unit as the pack spells it ("ms"), "" without one."""
    return probe.unit if isinstance(probe.unit, str) else probe.unit.get(name, "")


def factor_of(probe: Probe, name: str) -> float | None:
    """What turns this name's number into the base unit; None where no unit is given."""
    spelled = unit_of(probe, name)
    return SCALES[spelled][1] if spelled in SCALES else None


def _units(probe: Probe) -> dict[str, str]:
    return {} if isinstance(probe.unit, str) else probe.unit
