"""What was found, in a sentence, with the command that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Word = Literal["ok", "warn", "bad"]
WORST: tuple[Word, ...] = ("bad", "warn", "ok")


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `says` is a sentence; `mend` is one command for a shell, "" when nothing has to be done or no command
    can do it."""

    check: str
    word: Word
    says: str
    mend: str = ""
