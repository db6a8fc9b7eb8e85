"""What makes an item the same item in an edited document: what it says and the headings it stands under, both without
the numbers that an insertion above would change."""

from __future__ import annotations

import re
from functools import lru_cache

from . import titles

_MARK = re.compile(r"^[ \t]*(?:(?:[-*+]|\(?\d{1,3}(?:\.\d{1,3})*[.)])[ \t]+)?(?:\[[ xX]?\][ \t]+)?", re.M)


def normal(command: str, text: str) -> str:
    """A command as it is, words without their list marks and boxes; blanks folded."""
    return " ".join((command or _MARK.sub("", text)).split())


@lru_cache(maxsize=4096)
def heading(title: str) -> str:
    """A heading without its number: "3. Restart" and "Step 3: Restart" are "Restart"."""
    return titles.short(title) or title
