"""What exactly would run: the command with its values and rewrites, on what target, and whether it may."""

from __future__ import annotations

from dataclasses import dataclass

from handrail.errors import Refusal
from handrail.runbook.model import Expected, Risk


@dataclass(frozen=True, slots=True)
class Consent:
    """The exact command the operator saw, and for a destructive one the word that was typed.

    Under the lock it must still be what would run; else the answer is a Refusal with the code "changed".
    """

    command: str
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A step as it would run now.

    `command` has its values filled in and its rewrites applied, `original` is the document's text; `notes` say why they
    differ. `blanks` names what is still open: nothing runs while one is. `word` is what to type before a destructive
    step. `refused` says why it cannot run at all (a drill's limits), else None.
    """

    command: str
    original: str
    notes: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()
    user: str = ""
    host: str = ""
    cwd: str = ""
    risk: Risk = "change"
    risk_why: str = ""
    word: str = ""
    expected: Expected | None = None
    refused: Refusal | None = None
