"""Digits of three rows, to be read across a room."""

from __future__ import annotations

from rich.text import Text

GLYPHS = {
    "0": ("╭─╮", "│ │", "╰─╯"), "1": ("╶╮ ", " │ ", "╶┴╴"), "2": ("╶─╮", "┌─┘", "╰─╴"), "3": ("╶─╮", " ─┤", "╶─╯"),
    "4": ("╷ ╷", "╰─┤", "  ╵"), "5": ("╭─╴", "╰─╮", "╶─╯"), "6": ("╭─╴", "├─╮", "╰─╯"), "7": ("╶─╮", "  │", "  ╵"),
    "8": ("╭─╮", "├─┤", "╰─╯"), "9": ("╭─╮", "╰─┤", "╶─╯"), ":": ("   ", " : ", "   "),
}  # fmt: skip


def large(text: str, style: str) -> list[Text]:
    """Digits and colons in three rows; anything else is left out."""
    shapes = [GLYPHS[character] for character in text if character in GLYPHS]
    return [Text("".join(shape[row] for shape in shapes), style, no_wrap=True) for row in range(3)]


def clock(seconds: float) -> str:
    """How long, as large digits can say it: 19:11, 1:02:33, and whole hours from 100 on: 123:00:00."""
    whole = int(seconds)
    hours, minutes, left = whole // 3600, whole % 3600 // 60, whole % 60
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes:02d}:{left:02d}"
