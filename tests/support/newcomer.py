"""Somebody who has never seen Handrail: presses what the screen names, when the screen names it, and nothing else.

Each rule is a pattern on the screen and the keys that it tells a reader to press. The newest screen is read; a key is
pressed once for each screen, and again when nothing has come of it for a while, as people do; each press counts.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from support.terminal import Terminal

# A frame is read once nothing more has come for so long (s).
STILL = 0.08
# So long (s) a person waits before pressing the same key again.
AGAIN = 2.0


@dataclass(frozen=True, slots=True)
class Rule:
    """When the screen shows `sees` (a pattern over it), press `keys`; a group of the pattern is typed for `\\1`."""

    sees: str
    keys: tuple[str, ...]
    why: str


@dataclass
class Newcomer:
    """Walks a terminal by its rules. `pressed` holds (seconds since the start, key, why)."""

    terminal: Terminal
    rules: Sequence[Rule]
    pressed: list[tuple[float, str, str]] = field(default_factory=list)
    frames: int = 0

    def walk(self, until: str, seconds: float = 60.0) -> float:
        """Press until the screen shows `until`; answers the seconds since the program was started."""
        deadline = time.monotonic() + seconds
        answered, pressed = "", 0.0
        while True:
            text = self._settled()
            if re.search(until, text, re.M | re.S):
                return time.monotonic() - self.terminal.started
            if time.monotonic() > deadline:
                raise AssertionError(f"not there after {seconds} s.\n{self.report()}\n{text}")
            found = next(((rule, match) for rule in self.rules if (match := re.search(rule.sees, text, re.M | re.S))),
                         None)
            if found is None or (_without_clocks(text) == answered and time.monotonic() - pressed < AGAIN):
                continue
            rule, match = found
            self.frames += 1
            answered, pressed = _without_clocks(text), time.monotonic()
            for key in rule.keys:
                word = match.expand(key) if "\\" in key else key
                self.terminal.press(word)
                self.pressed.append((time.monotonic() - self.terminal.started, word, rule.why))

    def report(self) -> str:
        """The walk as lines: when, which key, what on the screen said so."""
        return "\n".join(f"{at:6.2f} s  {key:<8} {why}" for at, key, why in self.pressed)

    def _settled(self) -> str:
        before = None
        while (text := self.terminal.text()) != before:
            before = text
            until = time.monotonic() + STILL
            while time.monotonic() < until:
                self.terminal.read(STILL / 4)
        return text


def _without_clocks(text: str) -> str:
    """The screen without what ticks, so that a second that passes is no new screen."""
    return re.sub(r"\d+(\.\d+)?", "0", text)
