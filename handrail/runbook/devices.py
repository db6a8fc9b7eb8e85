"""Lines typed at the prompt of a switch, a router or a firewall: shown as things to do there, and never run here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from . import lines as look
from .draft import Draft
from .vocabulary import words

#: `core-sw1#`, `rtr1(config-if)#`, `admin@fw1>`. A shell's own prompts are told before.
PROMPT = re.compile(
    r"^\s*(?P<prompt>(?:[\w.-]+@)?[A-Za-z][\w.:/-]{1,40}(?P<mode>\([\w./-]+\))?[#>])\s?"
    r"(?P<said>[a-z?][\w./-]*(?:\s.*)?)$")
#: What such a device is told, and no program of a shell.
_WORDS = words("device_words")


def is_session(lines: Sequence[str]) -> bool:
    """Whether the lines are a session with a device: prompts of one, and words that only a device knows behind them."""
    typed = [match for line in lines if (match := PROMPT.match(line)) and not look.CLIENT_PROMPT.match(line)]
    if not typed:
        return False
    said = [match["said"].split()[0] for match in typed]
    known = sum(word in _WORDS for word in said)
    own = any(match["mode"] or match["prompt"].endswith(">") or not look.is_tool(word)
              for match, word in zip(typed, said, strict=True))
    return own and known * 2 >= len(said)


def steps(body: Sequence[str], first_line: int) -> list[Draft]:
    """Each line that is typed is something to do, named with its prompt; what comes back is what to expect."""
    made: list[Draft] = []
    for line, text in enumerate(body, first_line):
        typed = PROMPT.match(text)
        last = made[-1] if made else None
        if typed:
            said = f"{typed['prompt']} {typed['said'].strip()}"
            made.append(Draft("manual", line, line, title=said, text=text.strip()))
        elif last is not None and text.strip() and last.kind == "expected-output":
            last.last, last.text = line, f"{last.text}\n{text.strip()}"
        elif last is not None and text.strip():
            made.append(Draft("expected-output", line, line, text=text.strip(), title="Expected"))
    return made
