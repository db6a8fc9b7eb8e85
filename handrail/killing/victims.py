"""Which processes a step would kill, if it ran now. Runs pgrep, so never on a loop that paints."""

from __future__ import annotations

import pwd
from dataclasses import dataclass
from pathlib import Path

from handrail.killing import program
from handrail.killing.killers import Killer, killers


@dataclass(frozen=True, slots=True)
class Victim:
    """A process that would be killed. `command` is foreign text."""

    pid: int
    user: str
    command: str


@dataclass(frozen=True, slots=True)
class Toll:
    """What a step would kill. `spared` counts Handrail's own among what its patterns match; `unclear` says what cannot
    be told before it runs, a sentence each."""

    victims: tuple[Victim, ...] = ()
    spared: int = 0
    unclear: tuple[str, ...] = ()


def toll(command: str) -> Toll | None:
    """The toll of a command before it was led past Handrail; None when it kills nothing by a pattern."""
    found = killers(command)
    if not found:
        return None
    victims: dict[int, Victim] = {}
    spared: set[int] = set()
    unclear: list[str] = []
    mine = program.ours()
    for killer in found:
        try:
            for pid in _matching(killer):
                if pid in mine:
                    spared.add(pid)
                elif (victim := _look(pid)) is not None:
                    victims[pid] = victim
        except (program.Unknown, OSError) as error:
            unclear.append(str(error))
    return Toll(tuple(victims.values()), len(spared), tuple(dict.fromkeys(unclear)))


def _matching(killer: Killer) -> list[int]:
    if killer.program == "ps":
        raise program.Unknown("what it picks from the list of ps is known only when it runs")
    if not killer.kept:
        raise program.Unknown(f"what {killer.program} looks for is known only when it runs")
    return list(program.matching(killer.program, list(program.without_signal(list(killer.words))[0])))


def _look(pid: int) -> Victim | None:
    words = program.arguments_of(pid)
    try:
        uid = Path(f"/proc/{pid}").stat().st_uid
    except OSError:
        return None
    try:
        user = pwd.getpwuid(uid).pw_name
    except KeyError:
        user = str(uid)
    return Victim(pid, user, " ".join(words) or f"[{program.name_of(pid)}]")
