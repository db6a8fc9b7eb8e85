"""What a terminal sends, cut into whole pieces however a bad link tore it.

Textual takes an escape sequence that pauses for 100 ms for keys pressed one by one: half an answer or half a paste
would then press keys. Here only a lone ESC may time out, since that is a key. An open sequence is held for what is
missing, and dropped when that does not come. A paste is one piece however long it takes.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

ESC = "\x1b"
LONE = 0.1  # s after which an ESC is the key
LONE_AWAITED = 1.0  # s while an answer is awaited that begins with one, or where the key sends a sequence of its own
ANSWERS = ("[", "O", ESC)  # what may follow an ESC that was read alone: the rest of an answer or of a key
LATE = 1.0  # s after a timed out ESC in which the rest of a sequence is still known for one
OPEN = 10.0  # s to wait for the rest of a sequence or a paste
PASTED = 1024 * 1024  # characters of one paste that are kept
STRING = 4096  # characters of a string (OSC, DCS and their like), which are all dropped

PASTE_START, PASTE_END = "\x1b[200~", "\x1b[201~"
_CSI = re.compile(r"\x1b\[(?:\[.|M...|[0-?]*[ -/]*[@-LN-Z\\-~]|[0-?]+[ -/]*M)", re.DOTALL)
_OPEN_CSI = re.compile(r"\x1b\[(?:\[|M.{0,2}|[0-?]*[ -/]*)\Z", re.DOTALL)
_REST = re.compile(r"(?:\[[0-?]*[ -/]*[@-~]|O[A-Za-z])\Z")


class Kind(Enum):
    """What a piece is."""

    TEXT = "characters, each a key"
    SEQUENCE = "one whole escape sequence"
    ESCAPE = "the key"
    PASTE = "pasted text"


class Piece(NamedTuple):
    kind: Kind
    text: str


class Whole:
    """Put in what was read, take out whole pieces. Times are in seconds of any steady clock."""

    def __init__(self) -> None:
        self._held = ""
        self._since = 0.0
        self._pasting = False
        self._pasted: list[str] = []
        self._pasted_size = 0
        self._timed_out = float("-inf")
        self._keys_are_sequences = False

    @property
    def open(self) -> bool:
        """Whether something waits for its rest, so that `tick` has to be called."""
        return bool(self._held) or self._pasting

    def feed(self, data: str, now: float) -> list[Piece]:
        """The pieces that `data` completes."""
        if not self._held and not self._pasting and now - self._timed_out < LATE and _REST.match(data):
            data = ESC + data  # the ESC before it was taken for the key; the rest at least presses none
        self._timed_out = float("-inf")
        pieces: list[Piece] = []
        if self._held == ESC and now - self._since >= LONE and not self._pasting and data[:1] not in ANSWERS:
            pieces, self._held = [Piece(Kind.ESCAPE, ESC)], ""  # nothing that is awaited goes on like this
        text, self._held = self._held + data, ""
        self._since = now
        at = 0
        while at < len(text):
            at = self._paste(text, at, pieces) if self._pasting else self._next(text, at, pieces)
            if at < 0:
                break
        return pieces

    def tick(self, now: float, *, awaited: bool = False) -> list[Piece]:
        """What time alone decides. `awaited`: an answer of the terminal is, so an ESC is more likely its beginning."""
        waited = now - self._since
        if self._held == ESC and not self._pasting:
            if waited >= (LONE_AWAITED if awaited or self._keys_are_sequences else LONE):
                self._held = ""
                self._timed_out = now
                return [Piece(Kind.ESCAPE, ESC)]
        elif self.open and waited >= OPEN:
            self._held = ""
            if self._pasting:
                return [self._whole_paste()]
        return []

    def _next(self, text: str, at: int, pieces: list[Piece]) -> int:
        """Take one piece off `text` at `at`; the place after it, or -1 when the rest is held."""
        start = text.find(ESC, at)
        if start < 0:
            start = len(text)
        if start > at:
            pieces.append(Piece(Kind.TEXT, text[at:start]))
            return start
        rest = text[at:]
        second = rest[1:2]
        if not second or (second == "O" and len(rest) < 3):
            return self._hold(rest)
        if second == ESC:
            pieces.append(Piece(Kind.ESCAPE, ESC))
            return at + 1
        if second == "[":
            return self._control(text, at, pieces)
        if second in "]PX^_":
            return self._string(text, at)
        length = 3 if second == "O" else 2
        pieces.append(Piece(Kind.SEQUENCE, rest[:length]))
        return at + length

    def _control(self, text: str, at: int, pieces: list[Piece]) -> int:
        if text.startswith(PASTE_START, at):
            self._pasting = True
            return at + len(PASTE_START)
        if (found := _CSI.match(text, at)) is not None:
            sequence = found.group()
            self._keys_are_sequences = self._keys_are_sequences or sequence.endswith("u")
            if sequence != PASTE_END:
                pieces.append(Piece(Kind.SEQUENCE, sequence))
            return found.end()
        if _OPEN_CSI.match(text, at) and len(text) - at < STRING:
            return self._hold(text[at:])
        # Not a sequence: what was of one is dropped, and what broke it off begins anew.
        end = at + 2
        while end < len(text) and " " <= text[end] <= "?":
            end += 1
        return end

    def _string(self, text: str, at: int) -> int:
        """A string is no key and was not asked for: dropped whole."""
        for end in range(at + 2, len(text)):
            if text[end] in "\x07\x18\x1a\x9c":
                return end + 1
            if text[end] == ESC:
                if end + 1 == len(text):
                    return self._hold(text[at:])
                return end + 2 if text[end + 1] == "\\" else end
        return self._hold(text[at : at + 2] + text[-1:] if len(text) - at > STRING else text[at:])

    def _paste(self, text: str, at: int, pieces: list[Piece]) -> int:
        end = text.find(PASTE_END, at)
        if end >= 0:
            self._keep(text[at:end])
            pieces.append(self._whole_paste())
            return end + len(PASTE_END)
        torn = next((n for n in range(len(PASTE_END) - 1, 0, -1) if text.endswith(PASTE_END[:n], at)), 0)
        self._keep(text[at : len(text) - torn])
        return self._hold(text[len(text) - torn :])

    def _keep(self, text: str) -> None:
        kept = text[: max(0, PASTED - self._pasted_size)]
        self._pasted_size += len(kept)
        if kept:
            self._pasted.append(kept)

    def _whole_paste(self) -> Piece:
        text = "".join(self._pasted).replace("\x00", "")
        self._pasting, self._pasted, self._pasted_size = False, [], 0
        return Piece(Kind.PASTE, text)

    def _hold(self, rest: str) -> int:
        self._held = rest
        return -1
