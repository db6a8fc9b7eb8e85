"""Lines for a terminal of a given width: prose broken between words, commands broken without losing a character."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from handrail.text import cells

NARROWEST = 20


@dataclass(frozen=True, slots=True)
class Piece:
    """Harmless text on one line, with one look. `colour` is of the 256."""

    text: str
    colour: int | None = None
    bold: bool = False
    dim: bool = False

    def styled(self, text: str) -> str:
        if not text or not (self.bold or self.dim or self.colour is not None):
            return text
        return click.style(text, fg=self.colour, bold=self.bold or None, dim=self.dim or None)


def wrapped(pieces: Sequence[Piece], width: int | None, first: str = "", rest: str = "") -> Iterator[str]:
    """The pieces two spaces apart, in lines of at most `width` cells that begin with `first`, then with `rest`.

    None for `width` makes it one line. A word that is longer than a line is broken.
    """
    pieces = [piece for piece in pieces if piece.text]
    if width is None:
        yield (first + "  ".join(piece.styled(piece.text) for piece in pieces)).rstrip()
        return
    width = max(width, NARROWEST)
    line, used, empty = first, cells(first), True
    for number, piece in enumerate(pieces):
        gap = "  " if number else ""
        run: list[str] = []  # words of this piece on this line
        for word in piece.text.split(" "):
            room = width - used - (0 if empty else cells(gap if not run else " "))
            if not empty and cells(word) > room:
                yield (line + gap * bool(run) + piece.styled(" ".join(run))).rstrip()
                line, used, empty, run, gap = rest, cells(rest), True, [], ""
                room = width - used
            while cells(word) > room:
                at = _fitting(word, room)
                yield line + piece.styled(word[:at])
                line, used, word, room = rest, cells(rest), word[at:], width - cells(rest)
            used += cells(word) + (0 if empty else cells(gap if not run else " "))
            run.append(word)
            empty = False
        line += gap * bool(run) + piece.styled(" ".join(run))
    yield line.rstrip()


def broken(piece: Piece, width: int | None, first: str = "", rest: str = "") -> Iterator[str]:
    """One line in as many as it needs, cut anywhere and to the letter; those that go on begin with `rest`."""
    text, lead = piece.text, first
    while width is not None and cells(text) > (room := max(width, NARROWEST) - len(lead)):
        at = _fitting(text, room)
        yield lead + piece.styled(text[:at])
        text, lead = text[at:], rest
    yield lead + piece.styled(text)


def _fitting(text: str, width: int) -> int:
    """How many characters fit into `width` cells; at least one."""
    at = min(len(text), max(1, width))
    while at > 1 and cells(text[:at]) > width:
        at -= 1
    return at
