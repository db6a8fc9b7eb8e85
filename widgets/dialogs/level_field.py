"""The severity in the declare dialog: one of the pack's, with the runbook's own examples below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.widget import Widget

from handrail.text import clean
from widgets import look
from widgets.wrap import by_words

if TYPE_CHECKING:
    from textual import events

    from handrail.pack.model import LevelRule, Pack


class LevelField(Widget, can_focus=True):
    """The severity: digits or the arrows change it, the runbook's own examples stand below."""

    DEFAULT_CSS = f"LevelField {{ width: 1fr; }} LevelField:focus {{ background: {look.CURSOR}; }}"

    def __init__(self) -> None:
        super().__init__()
        self._levels: list[tuple[str, LevelRule]] = []
        self._short = ""
        self.at = 0

    def offer(self, pack: Pack, level: str) -> None:
        """Show the scheme of `pack` with `level` chosen."""
        self._levels = sorted(pack.scheme.items(), key=lambda pair: pair[1].rank)
        self._short = pack.short
        self.at = next((i for i, (name, _) in enumerate(self._levels) if name == level), len(self._levels) - 1)
        self.refresh()

    @property
    def level(self) -> str:
        return self._levels[self.at][0] if self._levels else ""

    @property
    def count(self) -> int:
        """How many severities there are to choose from."""
        return len(self._levels)

    def take(self, character: str) -> bool:
        """Choose by digit; whether it was one of them."""
        if not (character.isascii() and character.isdigit() and 1 <= int(character) <= len(self._levels)):
            return False
        self.at = int(character) - 1
        self.refresh()
        return True

    def on_key(self, event: events.Key) -> None:
        step = {"left": -1, "right": 1}.get(event.key)
        if step is not None:
            self.at = min(max(self.at + step, 0), len(self._levels) - 1)
            self.refresh()
        elif not self.take(event.character or ""):
            return
        event.stop()
        event.prevent_default()

    def render(self) -> Text:
        row = Text(no_wrap=True)
        for index, (name, level) in enumerate(self._levels):
            label = f" {clean(f'{self._short} {name}'.strip())} "
            row.append(label, look.level_style(level.rank) if index == self.at else look.QUIET)
            row.append(" ")
        if not self._levels:
            return row
        chosen = self._levels[self.at][1]
        facts = [clean(chosen.title)]
        facts += [
            f"{word} {clean(value)}"
            for word, value in (("respond", chosen.respond), ("resolve", chosen.resolve))
            if value
        ]
        row.append("\n" + ", ".join(fact for fact in facts if fact), look.TEXT)
        examples = Text("; ".join(map(clean, chosen.examples)), look.QUIET)
        lines = by_words(examples, max(20, self.size.width - 2))
        room = max(1, self.size.height - 2)
        if len(lines) > room:
            lines[room - 1].truncate(max(1, self.size.width - 4))
            lines[room - 1].append(" …", look.QUIET)
        for line in lines[:room]:
            row.append("\n")
            row.append_text(line)
        return row
