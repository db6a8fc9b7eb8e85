"""How each kind is measured: one module per kind, found by its name and imported when it is first needed."""

from __future__ import annotations

from importlib import import_module
from typing import cast

import msgspec

from handrail.health.probes.reading import Ask, Hands, Reading
from handrail.kinds import KINDS, Options
from handrail.pack.model import Probe

__all__ = ["Ask", "Hands", "Reading", "options_of", "way_to_ask"]

# Kinds that share a module with another.
_MODULES = {"nagios": "command", "self": "myself"}


def way_to_ask(kind: str) -> Ask:
    """The `ask(options, hands)` of a kind."""
    name = _MODULES.get(kind, kind.replace("-", "_"))
    return cast(Ask, import_module(f"handrail.health.probes.{name}").ask)


def options_of(probe: Probe) -> Options:
    """The probe's keys of its kind, typed. They were checked when the pack was loaded."""
    return msgspec.convert(probe.options, KINDS[probe.kind].options)
