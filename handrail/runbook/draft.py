"""An item while it is being made. The reader turns drafts into items when the whole document is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from . import expectations
from .model import Expected, Kind
from .syntax import Simple


@dataclass(slots=True, eq=False)
class Draft:
    """`first` and `last` are 1-based lines of the document. `purpose` is what title and comment say it is for,
    `lead` the sentence that introduces it, `told` all that was said right before it. `client` is a database prompt.
    `at_shell` says that it was typed at the prompt of a shell, which ends a client that was open. `governs` is
    the last line that hangs on a decision, `choices` are its answers. `body_below` says that the body of a request
    stands in the fence that follows.
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
    body_below: bool = False
    expected: Expected | None = None
    purpose: str = ""
    script: bool = False
    client: str = ""
    at_shell: bool = False
    choice: int = 0
    choices: Sequence[str] = ()
    governs: int = 0
    lead: str = ""
    told: str = ""
    section: tuple[str, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)


def joined(body: Sequence[str], first: int, last: int) -> str:
    """Lines of a fence, each trimmed."""
    return "\n".join(line.strip() for line in body[first : last + 1])


def output(body: Sequence[str], first: int, end: int, first_line: int, owner: Draft) -> list[Draft]:
    """The output shown behind a command, if there is any; the command is told to expect it."""
    while first < end and not body[first].strip():
        first += 1
    while end > first and not body[end - 1].strip():
        end -= 1
    if first >= end:
        return []
    span = (first_line + first, first_line + end - 1)
    if owner.expected is None:
        owner.expected = expectations.understood("\n".join(body[first:end]), span, promised=False)
    return [Draft("expected-output", *span, text=joined(body, first, end - 1), title="Expected")]
