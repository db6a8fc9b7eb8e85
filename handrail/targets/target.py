"""A target as a value, and the surroundings that decide it."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# A configuration larger than this (B) is not read: nobody wrote it by hand.
LARGEST = 4 * 1024 * 1024
LATER = "known only when the step runs"
# Signs of it: a variable, a substitution or a blank in an option.
EXPANDS = ("$", "`", "{", "<")


@dataclass(frozen=True, slots=True)
class Target:
    """What one kind of program reaches.

    `key` names what is pinned: the kind ("kube"), with what the command itself chooses behind it ("kube --context eu").
    `text` says what that is now ("context prod-eu, namespace web"); when it changes, it is another target. `chosen` is
    what the command names itself beside it ("namespace payments"): shown, and not pinned.
    """

    key: str
    text: str
    chosen: str = ""

    def __str__(self) -> str:
        return f"{self.key}: " + (f"{self.chosen} in " if self.chosen else "") + self.text


@dataclass(frozen=True, slots=True)
class Use:
    """One call of a program: its words without redirections, and the environment it is called in."""

    program: str
    words: Sequence[str]
    environ: Mapping[str, str]

    @property
    def home(self) -> Path:
        return Path(self.environ.get("HOME") or pwd.getpwuid(os.getuid()).pw_dir)

    def path(self, text: str) -> Path:
        """A path as the program would understand it."""
        return self.home / text[2:] if text.startswith("~/") else self.home / text

    def option(self, *names: str) -> str:
        """The value of the last of these options, given as `--name value`, `--name=value` or `-nvalue`; else ""."""
        found = ""
        for at, word in enumerate(self.words):
            name, equals, value = word.partition("=")
            if word in names and at + 1 < len(self.words):
                found = self.words[at + 1]
            elif equals and name in names and name.startswith("-"):
                found = value
            elif len(word) > 2 and word[:2] in names and word[1] != "-":
                found = word[2:]
        return found


def is_open(text: str) -> bool:
    """Whether only the running step will know what this is."""
    return any(mark in text for mark in EXPANDS)


def read(path: Path) -> str | None:
    """A small text file; None when it is not there. Raises OSError when it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if len(data) > LARGEST:
        raise OSError(27, "too large to be a configuration")
    return data.decode("utf-8-sig", "replace")


def told(*parts: str) -> str:
    """The parts that say something, as one text."""
    return ", ".join(part for part in parts if part)
