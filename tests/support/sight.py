"""How colours look to eyes that see them otherwise, and how far apart two of them are.

The matrices are those of Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision
Deficiency" (IEEE TVCG 15, 2009), at full severity, applied to linear RGB. Distances are CIE 1976 in CIELAB (D65).
"""

from __future__ import annotations

from itertools import combinations

Rgb = tuple[float, float, float]

EYES: dict[str, tuple[Rgb, Rgb, Rgb]] = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def rgb(text: str) -> Rgb:
    """`#0087af` as linear RGB, 0 to 1."""
    parts = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def seen(color: str, eyes: str) -> Rgb:
    """A colour as linear RGB, as these eyes see it."""
    source = rgb(color)
    red, green, blue = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, source, strict=True)))) for row in EYES[eyes])
    return red, green, blue


def distance(one: str, other: str, eyes: str = "normal") -> float:
    """The difference of two colours to these eyes; about 2 is the least that is noticed side by side."""
    a, b = _lab(seen(one, eyes)), _lab(seen(other, eyes))
    return float(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5)


def nearest(colors: dict[str, str]) -> tuple[float, str, str, str]:
    """The two of these named colours that are hardest to tell apart, to any eyes: distance, names, eyes."""
    return min((distance(colors[a], colors[b], eyes), a, b, eyes) for a, b in combinations(colors, 2) for eyes in EYES)


def contrast(one: str, other: str) -> float:
    """The contrast of WCAG 2: 1 for equal colours, 21 for black on white."""
    lights = sorted((0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (rgb(one), rgb(other))), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _lab(color: Rgb) -> Rgb:
    red, green, blue = color
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)
