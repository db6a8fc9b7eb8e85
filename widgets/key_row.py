"""The bottom row: what the keys do here. What cannot be done now keeps its place, dimmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from widgets import look
from widgets.line import Line

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Hint:
    """A key as written, what it does, and whether it would do it now."""

    key: str
    label: str
    enabled: bool = True


class KeyRow(Line):
    """Hints in one row; those that do not fit are left to the help page, whose key always stays."""

    DEFAULT_CSS = f"KeyRow {{ height: 1; background: {look.SURFACE}; }}"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._hints: tuple[Hint, ...] = ()
        self._drawn: tuple[tuple[Hint, ...], int] = ((), 0)

    def show_hints(self, hints: Sequence[Hint]) -> None:
        """Draw `hints`, in order; the last two (keys and all) are kept when room is short. Equal ones cost nothing."""
        self._hints = tuple(hints)
        if self._drawn != (wanted := (self._hints, self.size.width or 80)):
            self._drawn = wanted
            self.show(draw(*wanted))

    def on_resize(self) -> None:
        self.show_hints(self._hints)


def draw(hints: Sequence[Hint], width: int) -> Text:
    """The row for `width` cells."""
    tail = [_one(hint) for hint in hints[-2:]]
    room = width - sum(text.cell_len for text in tail) - 1
    row = Text(" ", no_wrap=True)
    shown = [(hint, _one(hint)) for hint in hints[:-2]]
    # What cannot be done now gives way first: the possible ones stay on the row.
    while sum(text.cell_len for _, text in shown) >= room:
        refused = next((at for at in range(len(shown) - 1, -1, -1) if not shown[at][0].enabled), None)
        if refused is None:
            break
        del shown[refused]
    for _, text in shown:
        if row.cell_len + text.cell_len <= room:
            row.append_text(text)
    for text in tail:
        row.append_text(text)
    return row


def _one(hint: Hint) -> Text:
    key, label = (f"bold {look.ACCENT}", look.TEXT) if hint.enabled else (look.STALE, look.STALE)
    return Text.assemble((hint.key, key), " ", (hint.label, label), "  ")
