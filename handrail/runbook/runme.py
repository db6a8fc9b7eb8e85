"""What a document written for runme says once for all its fences, and which of their variables it wants asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .model import Placeholder

_ANY_SHELL = frozenset({"", "sh", "shell", "console", "shellscript"})
_ASKS = frozenset({"always", "yes", "1"})
_EXPORT = re.compile(
    r"^\s*export\s+(?P<name>[A-Za-z_]\w*)=(?:\"(?P<double>[^\"$`\n]+)\"|'(?P<single>[^'\n]+)'|(?P<plain>[^\s\"'$`;&|<>()]+))"
    r"\s*(?:#.*)?$", re.M
)


def attributes(front_matter: Mapping[str, Any], own: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The attributes of a fence, with the folder and the shell that the front matter gives to those that name none."""
    given: dict[str, Any] = {}
    if isinstance(cwd := front_matter.get("cwd"), str) and cwd:
        given["cwd"] = cwd
    if isinstance(shell := front_matter.get("shell"), str) and shell and language.lower() in _ANY_SHELL:
        given["interpreter"] = shell
    return {**given, **own}


def asked(command: str, own: Mapping[str, Any]) -> tuple[Placeholder, ...]:
    """The values that a fence exports, where its promptEnv says that they are asked for and not taken as they stand."""
    told = own.get("promptEnv")
    if told is not True and str(told).lower() not in _ASKS:
        return ()
    found = []
    for match in _EXPORT.finditer(command):
        value = match["double"] or match["single"] or match["plain"]
        if command.count(value) == 1:  # a value is put where it stands, and nowhere else
            found.append(Placeholder(spelling=value, name=match["name"]))
    return tuple(found)
