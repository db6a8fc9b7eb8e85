"""Values of shell text taken apart: simple commands, and how each stretch of the text is quoted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

#: Text behind this many characters of one piece is not looked into.
LONGEST = 40_000
#: A blank such as `<pod>`: a word, where a shell would see two redirections.
ANGLE_BLANK = re.compile(r"<(?:[\"']?[^\W\d][^<>\n;\\`]{0,100}[\w.'})\]?!]|[A-Za-z])>")

#: One of several words to choose: `[staging|production]`, `{start|stop}`. To a shell the bars would be pipes.
CHOICE = re.compile(r"\[[\w./:-]+(?:\|[\w./:-]+)+\]|\{[\w./:-]+(?:\|[\w./:-]+)+\}")


@dataclass(slots=True, eq=False)
class Simple:
    """One command with its words (quotes removed, expansions as written). `depth` > 0 stands inside `$(...)`."""

    words: list[str] = field(default_factory=list)
    assigns: list[tuple[str, str]] = field(default_factory=list)
    redirects: list[tuple[str, str]] = field(default_factory=list)
    fed: list[str] = field(default_factory=list)
    upstream: Simple | None = None
    background: bool = False
    depth: int = 0
    looped: bool = False

    @property
    def name(self) -> str:
        return self.words[0] if self.words else ""


class Region(NamedTuple):
    """A stretch of text and how the shell reads it: single, double, ansi, heredoc, raw, comment, code, backticks.

    A here-document also knows where its mark is opened and where it ends.
    """

    start: int
    end: int
    kind: str
    opened: tuple[int, int] = (0, 0)
    closed: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Unit:
    """One complete piece of shell text at the outermost level: offsets of its text, and the commands in it."""

    start: int
    end: int
    commands: list[Simple]
    complete: bool
