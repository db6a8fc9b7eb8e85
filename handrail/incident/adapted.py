"""What operators put in place of the runbook's words: replacements for a whole incident, an edit for one run."""

from __future__ import annotations

import re
from collections.abc import Iterable

from handrail.incident.incident import Replacement

# What stands together as one name: web-1, 10.0.0.7, gmail_tokens.json.
NAME = re.compile(r"([\w.-]+)")
SHORTEST = 2  # characters of what may be replaced elsewhere


def replaced(command: str, replacements: Iterable[Replacement]) -> tuple[str, tuple[str, ...]]:
    """`command` with the replacements of its incident, and a note for each that changed it."""
    notes = []
    for each in replacements:
        changed = swapped(command, each.old, each.new)
        if changed != command:
            notes.append(f"from {each.old}, by {each.by} for this incident")
            command = changed
    return command, tuple(notes)


def swapped(command: str, old: str, new: str) -> str:
    """`command` with `new` for every whole `old`: web-1 is no part of web-10."""
    return re.sub(rf"(?<![\w.-]){re.escape(old)}(?![\w-]|\.\w)", lambda _: new, command)


def same_elsewhere(before: str, after: str) -> tuple[str, str] | None:
    """The one name that an edit put in place of another, wherever it stands in the command; None for any other edit."""
    old, new = NAME.split(before), NAME.split(after)
    if len(old) != len(new):
        return None
    pairs = {(was, now) for was, now in zip(old, new, strict=True) if was != now}
    if len(pairs) != 1:
        return None
    was, now = pairs.pop()
    return (was, now) if NAME.fullmatch(was) and NAME.fullmatch(now) and len(was) >= SHORTEST else None
