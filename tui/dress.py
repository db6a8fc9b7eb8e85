"""What the screen wears: dark, light or high contrast, no colour at all, and ASCII where the shapes are missing.

Every widget draws in the colours and shapes of `widgets.look`. Another palette takes the place of those very colours on
their way to the terminal, so that no widget knows of it and a new one cannot forget it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.color import Color, ColorType
from rich.segment import Segment
from rich.style import Style
from textual.filter import LineFilter, Monochrome

from tui.settings import Settings
from widgets import look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.color import Color as Background

NAMES = (
    "OK", "WARN", "CRIT", "UNKNOWN", "STALE",
    "BACKGROUND", "SURFACE", "CURSOR", "TEXT", "STRONG", "QUIET", "FRAME", "ACCENT",
)  # fmt: skip
DARK = {name: str(getattr(look, name)) for name in NAMES}

# As in `widgets.look` the five status colours are entries of the xterm palette.
LIGHT = {
    "OK": "#0087af", "WARN": "#af5f00", "CRIT": "#870000", "UNKNOWN": "#af00d7", "STALE": "#949494",
    "BACKGROUND": "#f7f8fb", "SURFACE": "#e6e9f1", "CURSOR": "#cfdbf2", "TEXT": "#2b3242", "STRONG": "#0b0e14",
    "QUIET": "#5d6679", "FRAME": "#b9c0cf", "ACCENT": "#1f4fbf",
}  # fmt: skip
CONTRAST = {
    "OK": "#0087ff", "WARN": "#ffff00", "CRIT": "#ff5f00", "UNKNOWN": "#ffafff", "STALE": "#808080",
    "BACKGROUND": "#000000", "SURFACE": "#1c1c1c", "CURSOR": "#303080", "TEXT": "#ffffff", "STRONG": "#ffffff",
    "QUIET": "#c6c6c6", "FRAME": "#8a8a8a", "ACCENT": "#87d7ff",
}  # fmt: skip
THEMES = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST}

# One cell for one cell, so that nothing moves. The words beside the shapes say the same.
ASCII = str.maketrans({
    "■": "#", "◆": "H", "▲": "!", "•": "*", "●": "o", "◌": "~", "└": "`", "○": ".", "‖": "=", "≈": "%",
    "▶": ">", "✓": "v", "√": "+", "✗": "X", "±": "&", "¿": "?", "∅": "0", "□": "[", "◔": "t", "»": "}", "›": "l",
    "–": "-", "▸": ">", "→": ">", "✎": "m", "·": ".", "◷": "@", "▌": "|", "…": ">", "≤": "<", "─": "-", "│": "|",
    "╭": ".", "╮": ".", "╰": "'", "╯": "'", "┌": ".", "┐": ".", "┘": "'", "├": "|", "┤": "|", "┴": "+", "╶": "-",
    "╴": "-", "╷": "|", "╵": "|", "╔": ".", "═": "=", "▰": "#", "▱": "-", "▁": "_", "▂": "_", "▃": ".", "▄": ":",
    "▅": ":", "▆": "|", "▇": "|", "█": "#", "▔": "-", "▎": "|", "▊": "|", "┆": "*",
})  # fmt: skip

# On these a word stands reversed where there is no colour.
LOUD = frozenset(DARK[name] for name in ("CRIT", "WARN", "ACCENT"))


@dataclass(frozen=True, slots=True)
class Wardrobe:
    """How one style is replaced: by the colours of a theme, or by none."""

    theme: str
    colorless: bool


class Dress(LineFilter):
    """The last thing that happens to a line before it is sent."""

    def __init__(self, settings: Settings, *, colorless: bool) -> None:
        super().__init__(enabled=settings.theme != "dark" or settings.ascii or colorless)
        self._wardrobe = Wardrobe(settings.theme, colorless)
        self._ascii = settings.ascii
        self._restyle = settings.theme != "dark" or colorless

    def apply(self, segments: list[Segment], background: Background) -> list[Segment]:
        return [self._dressed(segment) for segment in segments]

    def _dressed(self, segment: Segment) -> Segment:
        text, style, control = segment
        if control:
            return segment
        if self._ascii and not text.isascii():
            text = text.translate(ASCII)
        return Segment(text, _worn(style, self._wardrobe) if self._restyle and style else style, None)


def dressed(filters: Sequence[LineFilter], dress: Dress) -> Sequence[LineFilter]:
    """The filters of an app with its dress last. Where colours are unwanted Textual would send greys: it does not."""
    kept = [one for one in filters if not isinstance(one, Monochrome)]
    return [*kept, dress] if dress.enabled else kept


@lru_cache(4096)
def _worn(style: Style, wardrobe: Wardrobe) -> Style:
    if wardrobe.colorless:
        loud = style.bgcolor is not None and style.bgcolor.triplet is not None and style.bgcolor.triplet.hex in LOUD
        return Style(bold=style.bold, italic=style.italic, underline=style.underline, reverse=style.reverse or loud)
    swap = _swap(wardrobe.theme)
    return style + Style.from_color(_other(style.color, swap), _other(style.bgcolor, swap))


def _other(color: Color | None, swap: dict[tuple[int, int, int], Color]) -> Color | None:
    if color is None or color.type != ColorType.TRUECOLOR or color.triplet is None:
        return color
    red, green, blue = color.triplet
    return swap.get((red, green, blue), color)


@lru_cache(4)
def _swap(theme: str) -> dict[tuple[int, int, int], Color]:
    there = THEMES[theme]
    return {_triple(DARK[name]): Color.parse(there[name]) for name in NAMES}


def _triple(color: str) -> tuple[int, int, int]:
    red, green, blue = Color.parse(color).get_truecolor()
    return red, green, blue

