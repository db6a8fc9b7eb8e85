"""How things look: one table of words, shapes and colours.

A status is always a word, a shape and a colour, so that any one of them may be missing. The five status colours are
the xterm colours 31, 227, 202, 219 and 242, given as the exact RGB of those entries: they come out the same with and
without truecolor, and every pair stays apart in normal and colour-blind vision.
"""

from __future__ import annotations

from dataclasses import dataclass

OK = "#0087af"  # xterm 31
WARN = "#ffff5f"  # 227
CRIT = "#ff5f00"  # 202
UNKNOWN = "#ffafff"  # 219
STALE = "#6c6c6c"  # 242

BACKGROUND = "#0f1117"
SURFACE = "#1a1d27"
CURSOR = "#263047"
TEXT = "#c6ccd8"
STRONG = "#eceff5"
QUIET = "#8089a0"
FRAME = "#343a4c"
ACCENT = "#87afff"


@dataclass(frozen=True, slots=True)
class Mark:
    """How one word is drawn: `shape` in Unicode, `plain` in ASCII, and a Rich style."""

    shape: str
    plain: str
    style: str


LAMPS: dict[str, Mark] = {
    "CRIT": Mark("■", "XX", f"bold {CRIT}"),
    "HIGH": Mark("◆", "X", CRIT),
    "WARN": Mark("▲", "!", WARN),
    "NOTE": Mark("•", "n", f"bold {TEXT}"),
    "OK": Mark("●", "ok", OK),
    "UNKNOWN": Mark("?", "??", UNKNOWN),
    "STALE": Mark("◌", "~~", f"underline {STALE}"),
    "BLOCKED": Mark("└", "^", STALE),
    "EXPECTED": Mark("○", "-e", OK),
    "MUTED": Mark("‖", "--", STALE),
    "FLAPPING": Mark("≈", "%%", WARN),
}

ITEMS: dict[str, Mark] = {
    "open": Mark("○", "o", TEXT),
    "running": Mark("▶", ">", f"bold {ACCENT}"),
    "ran": Mark("•", "r", TEXT),
    "passed": Mark("✓", "ok", OK),
    "confirmed": Mark("●", "OK", OK),
    "ticked": Mark("√", "v", OK),
    "failed": Mark("✗", "X", f"bold {CRIT}"),
    "inconclusive": Mark("±", "+-", UNKNOWN),
    "unknown": Mark("?", "??", UNKNOWN),
    "lost": Mark("¿", "?!", UNKNOWN),
    "did not start": Mark("∅", "0", WARN),
    "stopped": Mark("□", "[]", WARN),
    "timed out": Mark("◔", "t", WARN),
    "skipped": Mark("»", ">>", STALE),
    "deferred": Mark("›", "l", WARN),
    "overridden": Mark("!", "!", WARN),
    "not applicable": Mark("–", "-", STALE),
}

# What kind of thing a step is, as drawn on every unfinished item.
RISKS: dict[str, tuple[str, str]] = {
    "read": ("reads", QUIET),
    "change": ("CHANGES", f"bold {WARN}"),
    "destructive": ("DESTROYS", f"bold {CRIT}"),
}

RANKS: dict[int, str] = {1: f"bold {CRIT}", 2: WARN, 3: TEXT, 4: QUIET}

BARS = "▁▂▃▄▅▆▇█"
# Where something changed that every chart shows.
TICK = "┆"


def level_style(rank: int) -> str:
    """The style of a severity tag: reversed for the ranks that page, so that it stands out without colour."""
    return {
        1: f"bold {BACKGROUND} on {CRIT}",
        2: f"bold {BACKGROUND} on {WARN}",
        3: f"bold {BACKGROUND} on {ACCENT}",
    }.get(rank, f"bold {TEXT} on {FRAME}")
