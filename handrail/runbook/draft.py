"""An item while it is being made. The reader turns drafts into items when the whole document is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .model import Expected, Kind
from .syntax import Simple


@dataclass(slots=True, eq=False)
class Draft:
    """`first` and `last` are 1-based lines of the document. `purpose` is what title and comment say it is for,
    `lead` the sentence that introduces it, `told` all that was said right before it.
    """

    kind: Kind
    first: int
    last: int
    title: str = ""
    text: str = ""
    language: str = ""
    command: str = ""
    commands: list[Simple] = field(default_factory=list)
    inline: bool = False
    expected: Expected | None = None
    purpose: str = ""
    script: bool = False
    client: str = ""
    choice: int = 0
    lead: str = ""
    told: str = ""
    section: tuple[str, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)
