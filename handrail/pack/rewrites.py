"""A command adapted to where it is read: the built-in `wsl` rule, then the pack's. Whatever was changed is reported."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from handrail.command_starts import command_starts
from handrail.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What would run, what stood in the runbook, and why they differ: one note for each rule that applied."""

    command: str
    original: str
    notes: tuple[str, ...] = ()


def rewrite(command: str, pack: Pack | None) -> Rewritten:
    """Apply `wsl -d NAME -- CMD` -> `CMD` wherever a command starts, then the pack's own rules in their order.

    Everything that no rule names stays byte for byte.
    """
    text, notes = _inside(command, sys.platform, os.environ)
    for rule in pack.rewrites if pack else ():
        pattern = re.compile(rule.pattern)
        found = pattern.search(text)
        changed = pattern.sub(rule.replace, text)
        if found is not None and changed != text:
            notes.append(rule.note or f"from {found[0]}")
            text = changed
    return Rewritten(text, command, tuple(dict.fromkeys(notes)))


_WSL = re.compile(
    r"""wsl(?:\.exe)?[ \t]+
        (?:(?:-d|--distribution)(?:[ \t]+|=)(?:"(?P<d>[^"\n]*)"|'(?P<s>[^'\n]*)'|(?P<b>[^\s'"=-][^\s'"]*))[ \t]+)?
        (?:--|-e|--exec)(?:[ \t]+|(?=\\\r?\n))""",
    re.VERBOSE | re.IGNORECASE,
)


def _inside(command: str, platform: str, environment: Mapping[str, str]) -> tuple[str, list[str]]:
    """The command as the distribution itself would run it. Windows keeps its `wsl`, and so does another distribution:
    that would be another target."""
    if platform == "win32" or "wsl" not in command.lower():
        return command, []
    here = environment.get("WSL_DISTRO_NAME", "")
    kept, at, notes = [], 0, []
    for start in command_starts(command):
        if start < at:
            continue
        end = start
        while prefix := _WSL.match(command, end):
            name = prefix["d"] or prefix["s"] or prefix["b"] or here
            if here and name.lower() != here.lower():
                break
            notes.append(f"from {prefix[0].strip()} …")
            end = prefix.end()
        if end > start:
            kept.append(command[at:start])
            at = end
    return "".join((*kept, command[at:])), notes
