"""From whole pieces of input to keys, mouse and pastes, by Textual's own tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual._parser import Parser
from textual._xterm_parser import XTermParser

from tui.terminal.whole import Kind, Piece

if TYPE_CHECKING:
    from textual.message import Message


class Understanding(XTermParser):
    """Textual's parser, given whole pieces only: what it does not understand of one is forgotten, never typed."""

    def whole(self, piece: Piece) -> list[Message]:
        """The messages in `piece`."""
        if piece.kind is Kind.ESCAPE:
            return [events.Key("escape", "\x1b")]
        if piece.kind is Kind.PASTE:
            return [events.Paste(piece.text)]
        if piece.kind is Kind.TEXT:
            return list(self.feed(piece.text))
        if len(piece.text) == 2 and piece.text[1].isprintable():
            # Where no key says that alt was held, an esc and the key behind it that came in one packet look like this.
            # Nothing here is bound to alt, and both keys count.
            return [events.Key("escape", "\x1b"), *self.feed(piece.text[1])]
        try:
            messages = list(self.feed(piece.text))
        except (ValueError, OverflowError):  # numbers no terminal means
            messages = []
            self._timeout_time = 0.0
        if self._timeout_time is not None:
            if len(piece.text) == 2:  # alt and such a key as backspace: only a pause tells it from a sequence's start
                self._timeout_time = 0.0
                return list(self.tick())
            self._forget()
        return messages

    def _forget(self) -> None:
        debug, x, y = self._debug_log_file, self.last_x, self.last_y
        Parser.__init__(self)
        self._debug_log_file, self.last_x, self.last_y = debug, x, y


def is_report(piece: Piece) -> bool:
    """Whether it tells where the cursor is, or looks like it: shift+F3 does."""
    return piece.kind is Kind.SEQUENCE and piece.text.endswith("R") and piece.text[2:3].isdigit()
