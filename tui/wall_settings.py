"""`[wall]` in config.toml, and --screen and --distance over it: how long a page stays, and how far away it is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from handrail.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KNOWN = ("dwell", "screen", "distance")
SHORTEST_DWELL = 2.0


@dataclass(frozen=True, slots=True)
class WallSettings:
    """`dwell` is how long a page stays (s); `screen` is the diagonal (inches) and `distance` how far away people stand
    (m), 0 where nobody said."""

    dwell: float = 20.0
    screen: float = 0.0
    distance: float = 0.0

    def seen_from(self, screen: str | None, distance: str | None) -> WallSettings:
        """With what the command line says instead. Raises UsageError."""
        found = self
        if screen is not None:
            found = replace(found, screen=_inches(screen, "--screen"))
        if distance is not None:
            found = replace(found, distance=_metres(distance, "--distance"))
        return found

    @property
    def legible(self) -> int:
        """The most rows that can be read from there; 0 where nobody said how far away that is."""
        from widgets.legible import legible_rows

        return legible_rows(self.screen, self.distance) if self.screen and self.distance else 0


def wall_settings(table: Mapping[str, Any], path: Path) -> WallSettings:
    """The checked table. Raises UsageError naming the file and the key."""
    for name in table:
        if name not in KNOWN:
            raise UsageError("The settings cannot be used.", f"{path}: there is no setting wall.{name}.",
                             f"Known: {', '.join(f'wall.{known}' for known in KNOWN)}.")
    found = WallSettings()
    if "dwell" in table:
        found = replace(found, dwell=_seconds(table["dwell"], f"{path}: wall.dwell"))
    if "screen" in table:
        found = replace(found, screen=_inches(table["screen"], f"{path}: wall.screen"))
    if "distance" in table:
        found = replace(found, distance=_metres(table["distance"], f"{path}: wall.distance"))
    return found


def _seconds(value: object, where: str) -> float:
    from handrail.quantities import seconds

    found = seconds(value) if isinstance(value, str) else None
    if found is None or found < SHORTEST_DWELL:
        raise _slip(where, f'a time such as "20s", {SHORTEST_DWELL:.0f}s at least')
    return found


def _inches(value: object, where: str) -> float:
    return _measure(value, where, r'(\d+(?:\.\d+)?)\s*(?:in|inch|inches|")?', 'a diagonal such as "55in"')


def _metres(value: object, where: str) -> float:
    return _measure(value, where, r"(\d+(?:\.\d+)?)\s*m", 'a distance such as "4m"')


def _measure(value: object, where: str, pattern: str, wanted: str) -> float:
    found = re.fullmatch(pattern, value.strip()) if isinstance(value, str) else None
    if found is None or not float(found[1]):
        raise _slip(where, wanted)
    return float(found[1])


def _slip(where: str, wanted: str) -> UsageError:
    return UsageError("The settings of the wall cannot be used.", f"{where} is {wanted}.", "")
