"""What a program sends to the terminal, taken apart: which sequences there are, and what is left as text."""

from __future__ import annotations

import re

SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P^_X][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]|[\x00-\x1f\x7f-\x9f]"
)
# Cursor addresses and colours; the modes and questions of Textual; where the cursor is; the title and the clipboard.
OWN = re.compile(
    r"\x1b\[[0-9;]*[Hm]"
    r"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]"
    r"|\x1b\[\?(?:2026|2048)\$p|\x1b\[>[0-9]+u|\x1b\[<u|\x1b\[6n"
    r"|\x1b\]22;[a-z-]*\x07|\x1b\]2;[ -~–…·]*\x07|\x1b\]52;c;[A-Za-z0-9+/=]*\x07"
    r"|[\r\n]"
)


def foreign(sent: str) -> list[str]:
    """The sequences and controls in `sent` that are none of Handrail's own; each once."""
    return sorted({found for found in SEQUENCE.findall(sent) if not OWN.fullmatch(found)})


def text_of(sent: str) -> str:
    """What is left without sequences: the letters on the screen, in the order they were sent."""
    return SEQUENCE.sub("", sent)
