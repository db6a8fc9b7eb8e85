"""A step that kills by a pattern, led past Handrail's own processes."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from handrail.killing.killers import killers

SPARE = Path(__file__).with_name("bin") / "spare"
# Where a step finds it: a path as long as an installation's would hide the command on the screen.
VARIABLES = {"HANDRAIL_SPARE": str(SPARE), "HANDRAIL_PYTHON": sys.executable}
SPARES = "kills by pid and spares Handrail itself"


def spare(command: str) -> str:
    """`command` with every call that finds processes to kill made through `spare`; most commands stay as they are."""
    parts, at = [], 0
    for killer in killers(command):
        parts += [command[at:killer.at], _word(by_su=killer.by_su), " "]
        at = killer.at
        if found := re.compile(r"[\w./-]*/(?=\w+)").match(command, at):
            at = found.end()  # `spare` takes the name of a program, not its path
    return "".join((*parts, command[at:]))


def _word(*, by_su: bool) -> str:
    """su begins with an environment of its own, so it gets the path itself."""
    if by_su:
        return str(SPARE)
    return "$HANDRAIL_SPARE" if re.fullmatch(r"[\w./+@%-]+", str(SPARE)) else '"$HANDRAIL_SPARE"'
