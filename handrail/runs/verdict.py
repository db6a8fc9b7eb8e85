"""What a run proved. Exit 0 is not success when the runbook says what to expect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VerdictWord = Literal[
    "passed", "ran", "failed", "inconclusive", "stopped", "timed out", "unknown", "did not start", "lost",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A word and the reason in a short sentence: ("failed", 'connected is true, expected false')."""

    word: VerdictWord
    why: str
