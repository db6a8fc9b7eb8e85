"""A chain: several steps that run one after another though nobody looks. Each is a run like any other.

A conductor of its own session launches them, waits for each and judges it; it ends with the first that fails. Its
folder holds `lock` (held for its life) and, at the end, `end.json`. Which runs there are says the record of its start.
"""

from __future__ import annotations

import fcntl
import json
import marshal
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from handrail.runs.control import leave_stop
from handrail.runs.launch import RunSpec, hand_over
from handrail.runs.record import STARTS_WITHIN
from handrail.runs.verdict import Verdict

CONDUCTOR = Path(__file__).with_name("conductor.py")

ChainWord = Literal["starting", "running", "ended", "lost", "did not start"]


# A person ended it, or nobody can say how it ended: no failure to be passed over, even where failures are.
NEVER_PASSED_OVER = frozenset({"stopped", "unknown"})


class Wanted(NamedTuple):
    """What a step should give: the kind and the value of an `Expected`, as plain data."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a chain: what to run, what the runbook expects of it, and its name for sentences."""

    spec: RunSpec
    wanted: Wanted | None = None
    name: str = "a step"


@dataclass(frozen=True, slots=True)
class ChainState:
    """What the folder of a chain says. `why` is set when it is over: which step ended it and how, or "all ran"."""

    word: ChainWord
    why: str = ""

    @property
    def over(self) -> bool:
        return self.word not in ("starting", "running")


def launch_chain(folder: Path, links: Sequence[Link], *, go_on: bool) -> None:
    """Start the conductor of `links` and return at once. With `go_on` a failure does not end the chain.

    The first step continues from its own `carry_from`, each later one from the last whose environment was captured.
    Raises RunError when no process can be started.
    """
    plan = (str(folder.absolute()), go_on, [_flat(link) for link in links])
    hand_over("The chain", lambda _: marshal.dumps(plan), CONDUCTOR, os.environ)


def stop_chain(folder: Path, by: str) -> None:
    """No step of this chain begins from now on. Raises OSError."""
    leave_stop(folder, by)


def read_plan(data: bytes) -> tuple[Path, bool, list[Link]]:
    """What `launch_chain` handed over: folder, `go_on` and links. Raises ValueError, EOFError on less."""
    folder, go_on, links = marshal.loads(data)
    return Path(folder), bool(go_on), [_link(flat) for flat in links]


def ends(verdict: Verdict, *, go_on: bool) -> bool:
    """Whether no step may begin after one that ended with `verdict`."""
    if verdict.word in ("passed", "ran"):
        return False
    return not go_on or verdict.word in NEVER_PASSED_OVER


def _flat(link: Link) -> dict[str, Any]:
    spec = {name: getattr(link.spec, name) for name in RunSpec.__dataclass_fields__}
    for name in ("folder", "cwd", "carry_from"):
        spec[name] = None if spec[name] is None else str(spec[name])
    return {"spec": {**spec, "env": dict(link.spec.env)}, "wanted": link.wanted and tuple(link.wanted),
            "name": link.name}


def _link(flat: dict[str, Any]) -> Link:
    spec = dict(flat["spec"])
    for name in ("folder", "cwd", "carry_from"):
        spec[name] = None if spec[name] is None else Path(spec[name])
    return Link(RunSpec(**spec), Wanted(*flat["wanted"]) if flat["wanted"] else None, flat["name"])


def chain_state(folder: Path, started: datetime, now: datetime) -> ChainState:
    """The state of the chain in `folder`, started at `started`; from files alone."""
    if not folder.exists():
        if (now - started).total_seconds() < STARTS_WITHIN:
            return ChainState("starting")
        return ChainState("did not start", "nobody came to run it within 10 s")
    end = _end(folder)
    if end is None and _is_locked(folder):
        return ChainState("running")
    end = end or _end(folder)  # it may have ended between the two looks
    if end is None:
        return ChainState("lost", "what ran it is gone; no further step begins")
    return ChainState("ended", str(end.get("why", "")))


def _end(folder: Path) -> dict[str, Any] | None:
    try:
        found = json.loads((folder / "end.json").read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _is_locked(folder: Path) -> bool:
    try:
        fd = os.open(folder / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(fd)
    return False
