"""Colours of foreign text: what is kept of an SGR sequence, and colours that would hide the text put right."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

RGB = tuple[int, int, int]
Color = int | RGB | None  # palette index 0 to 255, a true colour, or the default


class Style(NamedTuple):
    fg: Color = None
    bg: Color = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False


PLAIN = Style()

_ON = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse", 21: "underline"}
_OFF = {22: ("bold", "dim"), 23: ("italic",), 24: ("underline",), 27: ("reverse",)}


@lru_cache(maxsize=512)
def apply(style: Style, parameters: str) -> Style:
    """`style` after CSI `parameters` m. Conceal, blink and whatever is unknown change nothing. Never raises."""
    codes = parameters.split(";")
    index = 0
    while index < len(codes):
        code, *sub = codes[index].split(":")
        number = _number(code) or 0
        index += 1
        if number in (38, 48, 58):
            if sub:
                color = _color(sub[:1] + sub[-3:] if sub[0] == "2" else sub)
            else:
                taken = {"5": 2, "2": 4}.get(codes[index] if index < len(codes) else "", 1)
                color = _color(codes[index : index + taken])
                index += taken
            if color is not None and number != 58:  # 58 colours the underline
                style = style._replace(fg=color) if number == 38 else style._replace(bg=color)
        else:
            style = _simple(style, number, off=number == 4 and sub[:1] == ["0"])
    return style


def _simple(style: Style, number: int, *, off: bool) -> Style:
    if number == 0:
        return PLAIN
    if number in _ON:
        return style._replace(**{_ON[number]: not off})
    if number in _OFF:
        return style._replace(**dict.fromkeys(_OFF[number], False))
    match number // 10, number % 10:
        case (3, shade) if shade < 8:
            return style._replace(fg=shade)
        case (4, shade) if shade < 8:
            return style._replace(bg=shade)
        case (9, shade) if shade < 8:
            return style._replace(fg=shade + 8)
        case (10, shade) if shade < 8:
            return style._replace(bg=shade + 8)
        case (3, 9):
            return style._replace(fg=None)
        case (4, 9):
            return style._replace(bg=None)
    return style


def _number(digits: str) -> int | None:
    return int(digits) if 0 < len(digits) < 5 and digits.isdecimal() else None


def _color(parts: list[str]) -> Color:
    """A colour from 5;N or 2;R;G;B; None when it is not one."""
    values = [_number(part) if part else 0 for part in parts[1:]]
    if any(value is None or value > 255 for value in values):
        return None
    match parts[:1], values:
        case ["5"], [int(index)]:
            return index
        case ["2"], [int(red), int(green), int(blue)]:
            return red, green, blue
    return None


# -- nothing may hide ---------------------------------------------------------------------------------------------

_HIDDEN = 1.5  # contrast below which a person sees no text; plain blue on black has 2.4


@lru_cache(maxsize=512)
def legible(style: Style, ink: RGB | None = None, paper: RGB | None = None) -> Style:
    """`style` with another foreground where its own could not be told from its background.

    `ink` and `paper` are what the default foreground and background look like where it is shown; unknown, only colours
    that the style names itself are compared.
    """
    front, back = _rgb(style.fg) or ink, _rgb(style.bg) or paper
    if front is None or back is None or (style.fg is None and style.bg is None):
        return style
    dark, light = sorted((_luminance(front), _luminance(back)))
    if (light + 0.05) / (dark + 0.05) >= _HIDDEN:
        return style
    return style._replace(fg=0 if _luminance(back) > 0.18 else 15)


def _rgb(color: Color) -> RGB | None:
    if not isinstance(color, int):
        return color
    if color < 16:
        return _SIXTEEN[color]
    if color < 232:
        red, rest = divmod(color - 16, 36)
        green, blue = divmod(rest, 6)
        return _CUBE[red], _CUBE[green], _CUBE[blue]
    grey = 8 + 10 * (color - 232)
    return grey, grey, grey


_CUBE = (0, 95, 135, 175, 215, 255)
_SIXTEEN: tuple[RGB, ...] = (
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
    (255, 255, 255),
)


def _luminance(color: RGB) -> float:
    weights = (0.2126, 0.7152, 0.0722)
    return sum(weight * float((part / 255) ** 2.2) for weight, part in zip(weights, color, strict=True))
