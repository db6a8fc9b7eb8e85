"""How many rows of text can be read on a screen from a distance: cap height against the eye's angle."""

from __future__ import annotations

# A 16:9 screen is so high for each unit of its diagonal; a capital takes so much of a row.
HEIGHT_OF_DIAGONAL = 9 / (16**2 + 9**2) ** 0.5
CAP = 0.58
# 20 arc minutes: what ISO 9241 prefers for a capital; in radians.
ANGLE = 20 / 60 * 3.141592653589793 / 180
METRES_PER_INCH = 0.0254


def legible_rows(inches: float, metres: float) -> int:
    """The most rows of a screen of `inches` (diagonal, 16:9) that can be read from `metres` away; at least 1."""
    return max(1, round(CAP * inches * METRES_PER_INCH * HEIGHT_OF_DIAGONAL / (ANGLE * metres)))
