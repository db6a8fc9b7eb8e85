"""Where a step kills by a pattern."""

from __future__ import annotations

import os
import pwd
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from handrail.command_starts import command_starts

KILLS = frozenset({"pkill", "killall", "skill"})
# They only list, but what they list is killed where the step has a `kill` as well.
LISTS = frozenset({"pgrep", "pidof", "ps"})
# Programs that run the one behind them, as far as killing is concerned.
BEFORE = frozenset({"sudo", "doas", "env", "nohup", "time", "nice", "ionice", "timeout", "command", "exec", "xargs",
                    "setsid", "stdbuf"})
SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "su"})

WORD = re.compile(r"""[ \t]*((?:[^\s;&|()<>'"`\\]|\\.|'[^']*'|"(?:\\.|[^"\\])*")+)""", re.DOTALL)
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
NUMBER = re.compile(r"[\d.]+[smhd]?$")
FURTHEST = 10  # words to the program


@dataclass(frozen=True, slots=True)
class Killer:
    """A call that finds processes to kill. `at` is where its program stands in the text; `words` are what follows.

    `kept` says that the words are literal: nothing in them is known only when the step runs.
    """

    at: int
    program: str
    words: tuple[str, ...]
    kept: bool = True
    as_root: bool = False
    by_su: bool = False


def killers(text: str) -> list[Killer]:
    """Every call of `text` that kills by a pattern on this host, in order."""
    if not re.search(r"kill", text):
        return []
    found = list(_calls(text, 0))
    if not any(call.program == "kill" for call in found):
        found = [call for call in found if call.program not in LISTS]
    return [call for call in found if call.program != "kill"]


def _calls(text: str, offset: int) -> Iterator[Killer]:
    for start in command_starts(text):
        yield from _call(text, start, offset)


def _call(text: str, start: int, offset: int) -> Iterator[Killer]:
    at, before = start, ""
    root = bool(re.search(r"\b(?:sudo|doas)[ \t]+$", text[:start]))
    for _ in range(FURTHEST):
        match = WORD.match(text, at)
        if match is None:
            return
        raw, place, at = match[1], match.start(1), match.end()
        name = raw.strip("'\"\\").rpartition("/")[2]
        if name in KILLS | LISTS | {"kill"}:
            words, kept = _rest(text, at)
            yield Killer(offset + place, name, words, kept, root)
            return
        if name in SHELLS:
            yield from _inside(text, at, offset, su=name == "su")
            return
        if before in ("-u", "--user") and root and not _may_kill_us(raw):
            return
        is_value = before.startswith("-") or NUMBER.match(raw)
        if not (name in BEFORE or raw.startswith("-") or ASSIGNMENT.match(raw) or is_value):
            return
        root = root or name in ("sudo", "doas")
        before = raw


def _inside(text: str, at: int, offset: int, *, su: bool) -> Iterator[Killer]:
    """What a shell is given behind -c, where that can be read as it stands."""
    for _ in range(FURTHEST):
        match = WORD.match(text, at)
        if match is None:
            return
        raw, place, at = match[1], match.start(1), match.end()
        if re.fullmatch(r"'[^']*'|\"[^\"\\`]*\"", raw) and re.search(r"[ \t]-[a-z]*c[ \t]*$", text[:place]):
            for call in _calls(raw[1:-1], offset + place + 1):
                yield Killer(call.at, call.program, call.words, call.kept, call.as_root, su)
            return


def _rest(text: str, at: int) -> tuple[tuple[str, ...], bool]:
    words, kept = [], True
    while (match := WORD.match(text, at)) is not None:
        raw, at = match[1], match.end()
        kept = kept and not re.search(r"[$`*?{]", re.sub(r"'[^']*'|\"[^\"$`]*\"", "", raw))
        try:
            words += shlex.split(raw)
        except ValueError:
            return tuple(words), False
    return tuple(words), kept and not re.match(r"[ \t]+`|[ \t]*\(", text[at:])


def _may_kill_us(user: str) -> bool:
    """Whether this account may end what runs under ours."""
    return user in ("root", "0", "#0", str(os.getuid()), pwd.getpwuid(os.getuid()).pw_name)
