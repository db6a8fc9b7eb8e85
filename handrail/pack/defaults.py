"""What every pack starts from: packs/common/defaults.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from handrail.pack.model import Calendar

SHIPPED = Path(__file__).parent.parent / "packs"


@cache
def common() -> Mapping[str, Mapping[str, Any]]:
    """The tables `defaults` and `calendar` as they stand in the file."""
    return tomllib.loads((SHIPPED / "common" / "defaults.toml").read_text("utf-8"))


@cache
def usual_calendar() -> Calendar:
    return msgspec.convert(common()["calendar"], Calendar)
