"""All that is known of one lamp, for its own screen: read from the files of whoever polls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from handrail.acts.sections import find
from handrail.clock import short_duration
from handrail.health import history, now
from handrail.health.answers import LastAnswer
from handrail.health.answers import read as last_answer
from handrail.health.judge import Judge
from handrail.health.meaning import WORDS, meaning
from handrail.health.states import Held, Memory
from handrail.pack.model import Pack, Probe
from handrail.paths import State
from handrail.text import clean, clean_block

# How much (B) of a history's end is read: some thousands of answers, in a few ms.
NEWEST = 384 << 10


@dataclass(frozen=True, slots=True)
class Point:
    """One answer: when (aware, UTC), the number that is drawn, and how bad it was (0 well, 1 worst)."""

    at: datetime
    number: float | None
    rank: int


@dataclass(frozen=True, slots=True)
class LevelNow:
    """One level and where it stands: `state` is "holds", "1 of 2 bad answers", "clearing" or "".

    `owner` and `channel` are whose it is, and where that is talked about.
    """

    word: str
    severity: str
    text: str
    state: str
    note: str = ""
    latch: bool = False
    owner: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A change that a probe of the pack told (`events`): when (aware, UTC), of what, from what to what."""

    at: datetime
    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Detail:
    """`meaning` is the probe in one sentence, `unit` that of the drawn number. `parents` are what it depends on,
    `children` what depends on it. `changes` are those of the whole pack, oldest first. Empty parts are not known."""

    probe: Probe | None = None
    meaning: str = ""
    unit: str = ""
    points: tuple[Point, ...] = ()
    answer: LastAnswer | None = None
    levels: tuple[LevelNow, ...] = ()
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    changes: tuple[Changed, ...] = ()


def detail(state: State, pack: Pack, lamp: str) -> Detail:
    """What the files say of this lamp. Never raises for what is missing or damaged."""
    id = lamp.partition("/")[0]
    probe = next((probe for probe in pack.probes if probe.id == id), None)
    if probe is None:
        return Detail()
    folder = state.health(pack.sha256)
    lines = history.read(history.file_of(folder, lamp), NEWEST)
    judge = Judge(probe, pack)
    told = _told(folder)
    memories = _memories(told, lamp)
    return Detail(
        probe=probe,
        meaning=meaning(probe, pack),
        unit="" if lamp == id and len(memories) > 1 else _unit(probe),
        points=tuple(Point(datetime.fromtimestamp(at, UTC), number, rank) for at, rank, number, _ in lines),
        answer=last_answer(folder, id),
        levels=_levels(judge, min(memories, key=_badness, default=Memory()), probe),
        parents=probe.depends_on,
        children=tuple(other.id for other in pack.probes if id in other.depends_on),
        changes=tuple(Changed(datetime.fromtimestamp(one.at, UTC), clean(f"{one.title} {one.name}", 80),
                              clean(one.old, 60), clean(one.new, 60)) for one in (told.changes if told else ())),
    )


def section(pack: Pack, link: str) -> tuple[str, str]:
    """(title, text) of the section that a lamp is linked to ("FILE.md#anchor", or "#anchor" in any runbook).

    Raises HandrailError when there is none.
    """
    from handrail.errors import UsageError
    from handrail.runbook.files import load
    from handrail.runbook.reader import read

    file, _, anchor = link.partition("#")
    for path in pack.runbooks:
        if file and path.relative_to(pack.folder).as_posix() != file:
            continue
        _, text = load(path)
        runbook = read(text, str(path))
        try:
            wanted = find(runbook, anchor.partition(":")[0])
        except UsageError:
            if file:
                raise
            continue
        chosen = next((one for one in runbook.sections if one.path == wanted), None)
        first, last = chosen.lines if chosen is not None else (1, len(text.splitlines()))
        return clean(f"{path.name}: {wanted[-1] if wanted else runbook.title}"), clean_block(
            "\n".join(text.splitlines()[first - 1:last]))
    raise UsageError(f"No runbook of this pack has {link!r}.", "", "Mend the probe's `runbook`.")


def _told(folder: Path) -> now.Now | None:
    try:
        return now.read(folder)
    except (ValueError, OSError):
        return None


def _memories(told: now.Now | None, lamp: str) -> list[Memory]:
    """What is remembered of a lamp, or of each part of one that has several."""
    return [memory for id, memory in told.memory.items() if id == lamp or id.startswith(f"{lamp}/")] if told else []


def _badness(memory: Memory) -> int:
    """The position of its worst level that holds, or is about to."""
    return min([*memory.active(), *memory.pending()], default=len(memory.levels))


def _levels(judge: Judge, memory: Memory, probe: Probe) -> tuple[LevelNow, ...]:
    found = []
    pending = memory.pending()
    for n, level in enumerate(judge.levels):
        counted = memory.levels[n] if n < len(memory.levels) else Held()
        state = ""
        if counted.active:
            state = "holds" if not counted.goods else f"clearing, {counted.goods} of {probe.confirm_good} good answers"
        elif n in pending:
            state = f"{counted.hits} of {probe.confirm_bad} bad answers" if counted.hits < probe.confirm_bad else (
                f"bad for {short_duration(counted.held)} of {short_duration(level.hold)}")
        found.append(LevelNow(WORDS[level.rank], level.severity, clean(level.text or level.note, 160), state,
                              clean(level.note, 120), level.latch, clean(level.owner or probe.owner, 60),
                              clean(level.channel or probe.channel, 60)))
    return tuple(found)


def _unit(probe: Probe) -> str:
    from handrail.pack.probe_names import names_of

    name = probe.graph or next(iter(_shown(probe)), "")
    found = names_of(probe).get(name, "")
    return found if found in ("ratio", "s", "B") else ""


def _shown(probe: Probe) -> list[str]:
    from handrail.health.telling import SHOWN
    from handrail.pack.probe_checks import BRACES

    return BRACES.findall(probe.show or SHOWN.get(probe.kind, ""))


