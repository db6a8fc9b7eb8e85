"""What the attributes of a fence say about how it runs: where, by what, and whether with all others."""

from __future__ import annotations

import shlex
from pathlib import Path

from handrail.errors import Refusal
from handrail.runbook.model import Item

# The fence's own word for its language, where it names a shell that may be there.
SHELLS = {"bash": "bash", "sh": "sh", "zsh": "zsh", "dash": "dash", "shell": "", "console": ""}


def folder(item: Item, document: str) -> str:
    """The folder a command is to run in: as its fence says, from where the document lies; "" when it says none."""
    said = item.attributes.get("cwd")
    if item.kind != "command" or not isinstance(said, str) or not said.strip():
        return ""
    path = Path(said.strip())
    if said.startswith("~"):
        path = Path.home() / said[1:].lstrip("/")
    return str(path if path.is_absolute() else Path(document).parent / path)


def shell(item: Item) -> str:
    """The shell that runs it, "" for the usual one."""
    return SHELLS.get(_interpreter(item) or item.language.lower(), "")


def refusal(item: Item) -> Refusal | None:
    """Refuses what some other program than a shell is to run: as a shell script it would be another thing."""
    name = _interpreter(item)
    if not name or name in SHELLS:
        return None
    return Refusal("other-shell", f"Its fence says that {name} runs it, and here only a shell does.",
                   "e edits it into a command for one run, or do it by hand and skip this step.")


def runs_alone(item: Item) -> bool:
    """Whether it is left out where a whole section or document runs."""
    return item.attributes.get("excludeFromRunAll") is True


def _interpreter(item: Item) -> str:
    said = item.attributes.get("interpreter")
    try:
        words = shlex.split(said) if isinstance(said, str) else []
    except ValueError:
        return str(said)
    named = words[1:] if words[:1] and words[0].rpartition("/")[2] == "env" else words
    return named[0].rpartition("/")[2] if named else ""
