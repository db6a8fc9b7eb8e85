"""What a task written for xc says of itself above its script: directory, inputs, what must run before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from .blocks import Block

_LINE = re.compile(
    r"^\s*(?P<key>requires|req|directory|dir|env|environment|inputs|interactive|run|rundeps)\s*:\s*(?P<value>.+)$", re.I
)
_NAMES = {"req": "requires", "directory": "cwd", "dir": "cwd", "environment": "env", "rundeps": "run_deps"}


def is_task(path: Sequence[str]) -> bool:
    """Whether a section is a task: a heading below one that is named Tasks."""
    return "tasks" in (title.lower() for title in path[:-1])


def attributes(blocks: Sequence[Block], place: int) -> dict[str, Any]:
    """The attributes of the fence at `place`, in runme's spellings where it has one; {} where none are told."""
    found: dict[str, Any] = {}
    for block in reversed(blocks[max(0, place - 8) : place]):
        if block.kind not in ("paragraph", "html"):
            break
        for line in block.text.split("\n")[:50]:
            if told := _LINE.match(line):
                key = told["key"].lower()
                value = told["value"].strip()
                found[_NAMES.get(key, key)] = value.lower() == "true" if key == "interactive" else value
    return found
