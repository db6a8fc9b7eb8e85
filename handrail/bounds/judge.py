"""The first reason why a step would leave its practice world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from handrail.bounds import programs
from handrail.bounds.places import addressed, asked, file, named
from handrail.bounds.reader import read
from handrail.bounds.script import Command, Undecidable
from handrail.bounds.values import ANY, MOST, STEERING, WILD, Values
from handrail.pack.model import Bounds, Pack
from handrail.runbook.request_text import parts

# Their words hold patterns, which may look like paths, and are looked at by what they are.
PATTERNED = frozenset({"awk", "curl", "grep", "jq", "sed", "tr"})


def reason(command: str, kind: str, pack: Pack, around: Mapping[str, str]) -> str:
    """Why this command would leave the world of `pack`, as a sentence without its full stop; "" when it stays."""
    world = _bounds(pack)
    try:
        if kind == "http":
            address = parts(command).address
            return next(asked(address, address, world), "")
        return next(_reasons(command, world, around), "")
    except Undecidable as why:
        return str(why)
    except RecursionError:
        return "It is nested too deep to be judged"


def _bounds(pack: Pack) -> Bounds:
    world = pack.world
    return Bounds(folder=str(world.get("folder", "")), ports=tuple(world.get("ports", ())),
                  paths=tuple(world.get("paths", ())), programs=tuple(world.get("programs", ())))


def _reasons(text: str, world: Bounds, around: Mapping[str, str]) -> Iterator[str]:
    commands = read(text)
    # Names first: they say more than that something could not be told.
    values = Values(commands, around, world.folder)
    for command in values.order:
        yield from _steered(command, values)
        yield from _names(command, values, world)
        yield from _calls(command, values, world)


def _steered(command: Command, values: Values) -> Iterator[str]:
    for name in values.set_by(command):
        if STEERING.fullmatch(name):
            yield f"It sets {name}, which other programs obey"


def _names(command: Command, values: Values, world: Bounds) -> Iterator[str]:
    """What is named outside, wherever it stands; redirections always name files."""
    told = [(value, "") for _, value in command.assigns]
    if command.kind:
        told += [(word, "") for word in command.words]
    elif command.words and command.name not in PATTERNED:
        told += zip(command.words[1:], command.raw[1:], strict=True)
    for word, written in told:
        for text in sorted(values.of(word)):
            yield from named(text, written or text, world)
    for operator, word in command.redirects:
        for text in sorted(values.fields(word)) if operator not in (">&", "<&") else ():
            if WILD in text:
                yield "Where it writes is only known when it runs"
            yield from file(text, "a redirection" if ANY in text else text, world)
    for body in command.bodies:
        for text in values.of(body):
            yield from addressed(text, text[:40], world)


def _calls(command: Command, values: Values, world: Bounds) -> Iterator[str]:
    if command.kind or not command.words:
        return
    name = command.name
    if "/" in name or (name not in programs.BUILTINS and name not in world.programs):
        yield f"It starts {name}"
        return
    for words in _lines(command, values):
        yield from programs.leaves(name, words, world)


def _lines(command: Command, values: Values) -> Iterator[list[tuple[str, str]]]:
    """The words behind the name, in every way they may come out. Raises Undecidable for too many."""
    found = [[(text, raw) for text in sorted(values.fields(word))]
             for word, raw in zip(command.words[1:], command.raw[1:], strict=True)]
    count = 1
    for texts in found:
        count *= len(texts)
    if count > MOST:
        raise Undecidable("What it comes to is only known when it runs")
    for line in product(*found):
        yield list(line)
