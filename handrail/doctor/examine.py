"""All checks, and those few that a console looks at when it starts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from handrail.doctor import clock, logout, programs, storage, terminal
from handrail.doctor.finding import WORST, Finding, Word
from handrail.pack.model import Pack
from handrail.paths import State


def examine(state: State, packs: Sequence[Pack]) -> tuple[Finding, ...]:
    """Every check, in the order they are told. Takes a second or so: it starts a step."""
    return (
        terminal.terminal(os.environ), terminal.encoding(os.environ), terminal.size(), clock.clock(),
        *where_it_cannot_hold(state), storage.owner(state.root), programs.own(), programs.of_runbooks(packs),
        programs.starts(state),
    )


def where_it_cannot_hold(state: State) -> tuple[Finding, ...]:
    """What ends steps or loses the record by itself. Reads a few files, so never on a loop that paints."""
    return (
        logout.logout(), logout.idle(os.environ), storage.file_system(state.root), storage.executable(state.root),
        storage.home(Path.home()), storage.room(state.root),
    )


def worst(findings: Sequence[Finding]) -> Finding | None:
    """The first of the worst findings; None when all is well."""
    found = next(finding for word in WORST for finding in findings if finding.word == word)
    return None if found.word == "ok" else found


def worst_word(findings: Sequence[Finding]) -> Word:
    found = worst(findings)
    return found.word if found else "ok"
