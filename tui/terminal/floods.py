"""Input that no hand types: a program at the other end that repeats one key without end, or a text pasted as keys."""

from __future__ import annotations

from tui.terminal.whole import Kind, Piece

SAME = 8  # times a control key counts in one reading; a held key repeats 30 times a second
FAST = 128  # keys in one reading that no hand types
RATE = 4000  # keys a second that are let through then
LASTS = 3.0  # s of them after which it is a fault and no paste
FEW = 32  # keys of one reading that are let through from then on
GASP = 0.5  # s to rest then
QUIET = 1.0  # s without one after which all is forgotten


class Floods:
    """Thins floods of keys. Neither the memory nor the time that they cost grows with them. Pastes are no keys."""

    def __init__(self) -> None:
        self._since = self._last = float("-inf")

    def admit(self, pieces: list[Piece], now: float) -> tuple[list[Piece], float]:
        """What is let through of a reading, and the seconds to rest before the next one."""
        keys = sum(len(piece.text) if piece.kind is Kind.TEXT else piece.kind is Kind.SEQUENCE for piece in pieces)
        if keys < FAST:
            return pieces, 0.0
        if now - self._last > QUIET:
            self._since = now
        self._last = now
        thinned = [piece._replace(text=_thin(piece.text)) if piece.kind is Kind.TEXT else piece for piece in pieces]
        if now - self._since <= LASTS:
            return thinned, min(GASP, keys / RATE)
        self._last += GASP
        return [piece._replace(text=piece.text[:FEW]) if piece.kind is Kind.TEXT else piece
                for piece in thinned[:FEW]], GASP


def _thin(text: str) -> str:
    """`text` with each control character at most SAME times in a row."""
    out: list[str] = []
    same, last = 0, ""
    for char in text:
        same = same + 1 if char == last else 1
        last = char
        if same <= SAME or char.isprintable():
            out.append(char)
    return "".join(out)
