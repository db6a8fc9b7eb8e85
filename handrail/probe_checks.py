"""What must be true of one probe beyond its shape: its kind's options, its texts, its conditions."""

from __future__ import annotations

from handrail.pack_model import Pack, Probe
from handrail.tables import Source
from handrail.toml_lines import Key


def check_options(pack: Pack, probe: Probe, key: Key, source: Source) -> None:
    pass


def check_conditions(probe: Probe, key: Key, source: Source) -> None:
    pass
