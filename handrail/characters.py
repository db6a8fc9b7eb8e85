"""Single characters made harmless, and how many cells they take."""

from __future__ import annotations

import unicodedata

REPLACEMENT = "\ufffd"
MARKS = 3  # combining marks one character may carry


def _harmless(code: int) -> str | None:
    """What stands for one character, None for nothing."""
    char = chr(code)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if unicodedata.category(char) == "Zs":
        return " "
    if not char.isprintable() or code in _INVISIBLE:
        return REPLACEMENT
    return None if code in _CHOOSERS else char


# Letters and marks that print as nothing.
_INVISIBLE = frozenset((0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0))
# They only choose a glyph for the character before, and may change its width: variation selectors, skin tones.
_CHOOSERS = frozenset((0x180B, 0x180C, 0x180D, 0x180F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0),
                       *range(0x1F3FB, 0x1F400)))
_KNOWN = 8192  # characters remembered per table, far more than one screen shows


class Harmless(dict[int, str | None]):
    """A table for str.translate that fills itself."""

    def __missing__(self, code: int) -> str | None:
        if len(self) > _KNOWN:
            self.clear()
            self.update(self.fixed)
        self[code] = answer = self.answer(code)
        return answer

    def __init__(self, fixed: dict[int, str], drop: bool = True) -> None:
        super().__init__(fixed)
        self.fixed = fixed
        self.drop = drop

    def answer(self, code: int) -> str | None:
        return _harmless(code) if self.drop else _harmless(code) or REPLACEMENT


SAFE = Harmless({})
ON_ONE_LINE = Harmless({9: " ", 10: " ", 13: " "})
BUT_TABS = Harmless({9: "\t"})
TO_THE_LETTER = Harmless({9: "\t"}, drop=False)


class _Widths(dict[str, int]):
    """Cells of a clean character."""

    def __missing__(self, char: str) -> int:
        if len(self) > _KNOWN:
            self.clear()
        self[char] = width = _width(char)
        return width


WIDTHS = _Widths()


def _width(char: str) -> int:
    """As Unicode 16 and the layout of Textual have it, whatever version this Python knows."""
    code = ord(char)
    if unicodedata.category(char) in ("Mn", "Me", "Mc") or 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF:
        return 0
    if unicodedata.east_asian_width(char) in "WF" or any(first <= code <= last for first, last in _WIDE_SINCE_16):
        return 2
    return 1


_WIDE_SINCE_16 = ((0x2630, 0x2637), (0x268A, 0x268F), (0x4DC0, 0x4DFF), (0x1D300, 0x1D356), (0x1D360, 0x1D376))


def capped(text: str) -> str:
    """`text` with at most MARKS combining marks in a row, and none at the start of a line."""
    if text.isascii() or 0 not in map(WIDTHS.__getitem__, text):
        return text
    out: list[str] = []
    marks = MARKS  # none may stand at the start
    for char in text:
        marks = marks + 1 if WIDTHS[char] == 0 else 0
        if marks <= MARKS:
            out.append(char)
        elif marks == MARKS + 1:
            out.append(REPLACEMENT)
    return "".join(out)
