"""What the strict reading of a step consists of: words in pieces, and commands in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias


class Undecidable(Exception):
    """This text cannot be judged before it runs. Its argument says why, as a sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class Text:
    """Characters as the command gets them."""

    text: str


@dataclass(frozen=True, slots=True)
class Glob:
    """A sign outside quotes that stands for parts of file names."""

    sign: str


@dataclass(frozen=True, slots=True)
class Choice:
    """`{a,b}`: one word for each."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """`$name` and its forms. `form` is "", ":?" (where it is empty the shell stops), "-" (else `other`), "+" (instead
    of it `other`), or "part"."""

    name: str
    form: str = ""
    other: Word = ()
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """`$(...)`: what these commands print."""

    commands: tuple[Command, ...]
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """`$((...))`, with the variables in it."""

    names: tuple[str, ...]


Piece: TypeAlias = Text | Glob | Choice | Use | Output | Number
Word: TypeAlias = tuple[Piece, ...]


@dataclass(slots=True, eq=False)
class Command:
    """One simple command. `kind` is "" for such, "for" for a variable and the words that a loop goes through, "case"
    for what is compared with its patterns.

    `sure` says that it runs before everything that follows it in the text. `raw` is how each word is written.
    """

    words: list[Word] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    assigns: list[tuple[str, Word]] = field(default_factory=list)
    redirects: list[tuple[str, Word]] = field(default_factory=list)
    bodies: list[Word] = field(default_factory=list)
    sure: bool = False
    kind: str = ""

    @property
    def name(self) -> str:
        """The program, "" for none. Raises Undecidable when it is not written out."""
        return plain(self.words[0], "What it starts is only known when it runs") if self.words else ""


def plain(word: Word, why: str) -> str:
    """The text of a word that consists of nothing else. Raises Undecidable with `why`."""
    if word == (Glob("["),):
        return "["
    if not all(isinstance(piece, Text) for piece in word):
        raise Undecidable(why)
    return "".join(piece.text for piece in word if isinstance(piece, Text))


def every(commands: list[Command]) -> Iterator[Command]:
    """All commands, those in substitutions too, each before the command that uses what it prints."""
    for command in commands:
        for word in (*(word for _, word in command.assigns), *command.words,
                     *(word for _, word in command.redirects), *command.bodies):
            yield from _within(word)
        yield command


def _within(word: Word) -> Iterator[Command]:
    for piece in word:
        if isinstance(piece, Output):
            yield from every(list(piece.commands))
        elif isinstance(piece, Use):
            yield from _within(piece.other)
