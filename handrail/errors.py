"""What goes wrong, in words for an operator: a title, what happened, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


class HandrailError(Exception):
    """An error that a person can act on. Screens and commands show it as it is; nothing else reaches them.

    `title` is a short sentence, `detail` names file, line and key where there are any, `remedy` says what to do.
    `exit_status` is what a command ends with: 1 the answer is no, 2 wrong usage, 3 could not tell.
    """

    exit_status = 2

    def __init__(self, title: str, detail: str = "", remedy: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.detail = detail
        self.remedy = remedy

    def __str__(self) -> str:
        return " ".join(part for part in (self.title, self.detail, self.remedy) if part)


class UsageError(HandrailError):
    """The request itself is off: an unknown id, a missing value, two options that exclude each other."""


class RunbookError(HandrailError):
    """A runbook that cannot be opened as text. Markdown itself is never an error."""


class PackError(HandrailError):
    """A handrail.toml that does not say what it must; detail names file, line and key."""


class StateError(HandrailError):
    """The state folder cannot be used: not writable, wrong file system, full."""

    exit_status = 3


class Damaged(HandrailError):
    """A state file whose bytes are not what was written. It is left untouched."""

    exit_status = 1


class NewerSchema(Damaged):
    """A state file written by a newer Handrail. Readable by that one only."""


class RunError(HandrailError):
    """A step could not be started or reached."""

    exit_status = 3


@dataclass(frozen=True, slots=True)
class Refusal:
    """An act that was not done, and why. Not an exception: a refused key is an ordinary answer.

    `sentence` is shown as it is; `remedy` says what would make the act possible, if anything would.
    `code` is a stable word for tests and scripts, such as "already-running".
    """

    code: str
    sentence: str
    remedy: str = ""
