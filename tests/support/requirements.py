"""What a row of a requirements table says of a pack, held against it: each artefact is there and states its facts.

`untrue` answers what is not so, in words; nothing when all of it is. A fact that nobody knows how to check is untrue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from handrail.acts.sections import anchor, bare, find
from handrail.errors import UsageError
from handrail.health.meaning import asked
from handrail.pack.model import LevelRule, Pack, Probe, Scenario, StandingRule
from handrail.runbook.model import Item, Runbook, Section
from handrail.runbook.reader import read

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """A section of a runbook, found by FILE#ANCHOR; the whole file without an anchor."""

    pack: Pack
    name: str

    @property
    def file(self) -> str:
        return self.name.partition("#")[0]

    @cached_property
    def whole(self) -> str:
        return next(path.read_text("utf-8") for path in self.pack.runbooks if path.name == self.file)

    @cached_property
    def runbook(self) -> Runbook:
        return read(self.whole, self.file)

    @cached_property
    def path(self) -> tuple[str, ...]:
        return find(self.runbook, self.name.partition("#")[2])

    @cached_property
    def section(self) -> Section | None:
        return next((one for one in self.runbook.sections if self.path and one.path == self.path), None)

    @cached_property
    def text(self) -> str:
        first, last = self.section.lines if self.section else (1, len(self.whole.splitlines()))
        return "\n".join(self.whole.splitlines()[first - 1:last])

    @property
    def words(self) -> str:
        """The text as one line, so that a sentence may be broken anywhere."""
        return " ".join(self.text.split())

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return self.runbook.under(self.path)

    @property
    def commands(self) -> list[str]:
        return [item.command for item in self.items if item.runs]


def untrue(pack: Pack, has: Facts) -> list[str]:
    """What this artefact of a row does not keep."""
    kind = next((kind for kind in _FIND if kind in has), "")
    if not kind:
        return [f"no artefact is named in {dict(has)}"]
    try:
        thing = _FIND[kind](pack, has[kind])
    except (StopIteration, KeyError, UsageError):
        return [f"there is no {kind} {has[kind]!r}"]
    facts = {name: wanted for name, wanted in has.items() if name != kind}
    return [why for name, wanted in facts.items() for why in _held(kind, thing, name, wanted, facts)]


def _held(kind: str, thing: Any, name: str, wanted: Any, facts: Facts) -> Iterator[str]:
    check = _CHECKS[kind].get(name)
    if check is None:
        yield f"{kind}: nobody knows what {name} means"
    elif not check(thing, wanted, facts):
        yield f"{kind}: {name} is not {wanted!r}"


def _message(pack: Pack, level: str) -> Place:
    runbook = Place(pack, "messages.md").runbook
    title = next(one.title for one in runbook.sections if one.title.startswith(f"{level} message"))
    return Place(pack, f"messages.md#{anchor(title)}")


def _place(pack: Pack, name: str) -> Place:
    place = Place(pack, name)
    assert place.text  # raises where there is no such file or section
    return place


# A key that is a fact of another kind too comes last.
_FIND: Mapping[str, Callable[[Pack, str], Any]] = {
    "level": lambda pack, name: pack.scheme[name],
    "probe": lambda pack, id: next(_Of(pack, one) for one in pack.probes if one.id == id),
    "section": _place,
    "condition": lambda pack, id: next(_Of(pack, one) for one in pack.conditions if one.id == id),
    "message": _message,
    "scenario": lambda pack, id: next(_Of(pack, one) for one in pack.scenarios if one.id == id),
}


@dataclass(frozen=True)
class _Of:
    pack: Pack
    it: Any


def _same(field: str) -> Callable[[LevelRule, Any, Facts], bool]:
    return lambda level, wanted, _: getattr(level, field) == wanted


def _opens(found: _Of, wanted: str, _: Facts) -> bool:
    scenario: Scenario = found.it
    return _leads(found.pack, f"{scenario.runbook}#{anchor(bare(scenario.section))}", wanted)


def _rule(field: str) -> Callable[[_Of, str, Facts], bool]:
    def check(found: _Of, wanted: str, _: Facts) -> bool:
        rule: StandingRule = found.it
        return getattr(rule, field) == wanted and (field == "text" or _leads(found.pack, wanted, wanted))
    return check


def _leads(pack: Pack, link: str, wanted: str) -> bool:
    """Whether both names mean one section, and it is there."""
    return Place(pack, link).path == Place(pack, wanted).path != ()


def _bad(found: _Of, wanted: str, facts: Facts) -> bool:
    """A level "P2: CONDITION", and what it looks like where that is said; its lamp leads to a section that is there."""
    probe: Probe = found.it
    severity, _, when = wanted.partition(": ")
    level = next((one for one in probe.level if (one.severity, one.when) == (severity, when)), None)
    linked = Place(found.pack, probe.runbook).path != ()
    return level is not None and linked and level.scenario == facts.get("scenario", level.scenario)


def _in_order(where: list[int]) -> bool:
    return -1 not in where and where == sorted(where)


def _commands(place: Place, wanted: list[str], _: Facts) -> bool:
    """Each is in a step that runs, in this order; several may be in one."""
    text = "\n".join(place.commands)
    return all(one in text for one in wanted) and _in_order([text.index(one) for one in wanted])


def _within(place: Place, seconds: int, _: Facts) -> bool:
    """Whether the limits that its commands have let it end in time, the worst case added up."""
    limits = [int(found) for command in place.commands for found in re.findall(r"--max-time (\d+)", command)]
    unlimited = [command for command in place.commands if "curl" in command and "--max-time" not in command]
    return not unlimited and 0 < sum(limits) < seconds


def _stamps(place: Place, wanted: int, _: Facts) -> bool:
    """How often a stamp is made, and that every artefact carries it."""
    targets = [name for command in place.commands for name in re.findall(r"incident-\S+\.\w+", command)]
    return sum(command.count("$(date") for command in place.commands) == wanted and all(
        name.startswith("incident-$stamp-") for name in targets)


def _artefacts(place: Place, wanted: int, _: Facts) -> bool:
    names = {name for command in place.commands for name in re.findall(r"incident-\$stamp-([\w.-]+)", command)}
    return len(names) == wanted


def _goes_on(place: Place, wanted: bool, _: Facts) -> bool:
    from handrail.acts.chains import goes_on

    return goes_on(place.path, place.pack) is wanted


_CHECKS: Mapping[str, Mapping[str, Callable[[Any, Any, Facts], bool]]] = {
    "level": {
        **{name: _same(name) for name in ("rank", "respond", "update", "resolve", "review")},
        "escalates": lambda level, wanted, _: any(wanted in one for one in level.escalate),
        "examples": lambda level, wanted, _: len(level.examples) == wanted,
        "example": lambda level, wanted, _: any(wanted in one for one in level.examples),
    },
    "scenario": {"severity": lambda found, wanted, _: found.it.severity == wanted, "opens": _opens},
    "section": {
        "commands": _commands,
        "items": lambda place, wanted, _: len([one for one in place.items if one.kind != "expected-output"]) == wanted,
        "least": lambda place, wanted, _: len([one for one in place.items if one.kind != "expected-output"]) >= wanted,
        "bullets": lambda place, wanted, _: len(re.findall(r"(?m)^- ", place.text)) == wanted,
        "minutes": lambda place, wanted, _: place.section is not None and place.section.minutes == wanted,
        "says": lambda place, wanted, _: all(one in place.words for one in wanted),
        "order": lambda place, wanted, _: _in_order([place.words.find(one) for one in wanted]),
        "expects": lambda place, wanted, _: wanted in [
            item.expected.value for item in place.items if item.expected is not None],
        "seconds": _within,
        "stamps": _stamps,
        "artefacts": _artefacts,
        "goes_on": _goes_on,
    },
    "condition": {name: _rule(name) for name in ("engage", "clear", "text")},
    "probe": {
        "asks": lambda found, wanted, _: wanted in asked(found.it),
        "bad": _bad,
        "scenario": lambda found, wanted, facts: "bad" in facts,
        "expected": lambda found, wanted, _: wanted in found.it.expect,
        "by_hand": lambda found, wanted, _: (found.it.when_run == "manual") is wanted,
        "each": lambda found, wanted, _: found.it.each is not None and found.it.each.key == wanted,
    },
    "message": {
        "lines": lambda place, wanted, _: _in_order([f"\n{place.text}\n".find(f"\n{one}\n") for one in wanted]),
        "blanks": lambda place, wanted, _: all(re.search(rf"(?m)^{one}: \[[^\]]+\]$", place.text) for one in wanted),
    },
}
