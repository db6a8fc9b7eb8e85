"""The tool table: what each program's verbs do, from tools.toml and from packs. Data in, a rule's answer out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase, translate
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from .model import RISKS, Risk

_PATTERNS: tuple[Risk, ...] = ("destructive", "change", "read")
#: Names of programs whose family is remembered.
_ASKED = 4_000
_RISK_NAMES: Mapping[str, Risk] = {"read": "read", "change": "change", "destructive": "destructive"}


class Rule(NamedTuple):
    """A pattern: verbs in order, options that must be there. `weight` says how much it says; `key` is a plain verb.

    `exact` says that no verb is a pattern itself; `stem` is how a verb that is one must begin.
    """

    verbs: tuple[str, ...]
    options: tuple[str, ...]
    risk: Risk
    weight: int
    key: str
    exact: bool
    stem: str = ""


class Call(NamedTuple):
    """Arguments sorted out: verbs are the words that are no option, `at` their places, options with their values.

    `ends` is how many of the verbs stand before the first option, where the program's verb is the last of those;
    0 where it comes first.
    """

    verbs: tuple[str, ...]
    at: tuple[int, ...]
    options: frozenset[str]
    ends: int = 0


class Family:
    """One section of the table. Patterns are compiled when the first command of the family is met."""

    def __init__(self, name: str, spec: Mapping[str, Any]) -> None:
        self.name = name
        self.spec = spec
        self.values = frozenset(str(spec.get("values", "")).split())
        self._rules: dict[str, tuple[Rule, ...]] = {}
        self._indexes: dict[str, dict[str, list[Rule]]] = {}

    def text(self, key: str) -> str:
        return str(self.spec.get(key, ""))

    def rules(self, key: str, risk: Risk = "read") -> tuple[Rule, ...]:
        if key not in self._rules:
            self._rules[key] = tuple(_rule(pattern, risk) for pattern in self.text(key).split(",") if pattern.strip())
        return self._rules[key]

    def call(self, arguments: Sequence[str]) -> Call:
        """Tell verbs from options. A value of an option named in `values` is neither, but --opt=value is known too."""
        verbs: list[str] = []
        at: list[int] = []
        leading = 0
        options: set[str] = set()
        place = 0
        fold = bool(self.spec.get("fold"))
        while place < len(arguments):
            word = arguments[place]
            if word == "--":
                verbs.extend(arguments[place + 1 :])
                at.extend(range(place + 1, len(arguments)))
                break
            if len(word) > 1 and word[0] == "-":
                leading = leading or len(verbs)
                place = self._option(arguments, place, options)
            else:
                verbs.append(word)
                at.append(place)
            place += 1
        said = (verb.lower() for verb in verbs) if fold else verbs
        ends = (leading or len(verbs)) if self.text("verb") == "last" else 0
        return Call(tuple(said), tuple(at), frozenset(options), ends)

    def _option(self, arguments: Sequence[str], place: int, options: set[str]) -> int:
        word = arguments[place]
        name, equals, _ = word.partition("=")
        options.update((word, name))
        if not word.startswith("--") and len(word) > 2 and not equals:
            options.update("-" + letter for letter in word[1:])
        if not equals and place + 1 < len(arguments):
            following = arguments[place + 1]
            options.add(f"{name}={following}")
            options.add(f"{name} {following}")
            bundled = len(word) > 2 and word[1] != "-" and "-" + word[-1] in self.values
            if (name in self.values or bundled) and following != "--":
                return place + 1
        return place

    def risk(self, call: Call) -> tuple[Risk | None, tuple[str, ...]]:
        """The risk of the rule that fits best and its words; (None, ()) when none fits."""
        best: Rule | None = None
        for rule in self._candidates("risk", call):
            if best is not None and (rule.weight, RISKS.index(rule.risk)) <= (best.weight, RISKS.index(best.risk)):
                continue
            if fits(rule, call):
                best = rule
        for risk in _PATTERNS[:2]:
            for rule in self.rules(f"also-{risk}", risk):
                if fits(rule, call) and (best is None or RISKS.index(risk) > RISKS.index(best.risk)):
                    best = rule
        for rule in self.rules("also-read"):
            if fits(rule, call) and not any(f"{rule.options[0]}={no}" in call.options for no in ("none", "false")):
                return "read", rule.options
        return (best.risk, best.verbs + best.options) if best else (None, ())

    def _candidates(self, key: str, call: Call) -> Iterator[Rule]:
        """Rules that could fit: those without a plain verb, and those whose plain verb was said."""
        index = self._indexes.get(key)
        if index is None:
            index = self._indexes[key] = {"": []}
            for rule in self._all(key):
                index.setdefault(rule.key, []).append(rule)
        said = " ".join(("", *call.verbs))
        for rule in index[""]:
            if not rule.stem or f" {rule.stem}" in said:
                yield rule
        for verb in dict.fromkeys(call.verbs):
            if verb:
                yield from index.get(verb, ())

    def _all(self, key: str) -> Iterator[Rule]:
        if key != "risk":
            yield from self.rules(key)
            return
        for risk in _PATTERNS:
            yield from self.rules(risk, risk)

    def default(self, key: str) -> Risk | None:
        """The risk named by "otherwise" or "bare"; None where the family names none."""
        return _RISK_NAMES.get(self.text(key))

    def says(self, words: Sequence[str]) -> tuple[Risk, str]:
        """What the words themselves do, such as finalizers set to null in a patch."""
        for risk in _PATTERNS[:2]:
            text = self.text(f"text-{risk}").strip()
            match = re.search("|".join(text.split("\n")), " ".join(words)) if text else None
            if match:
                return risk, match[0]
        return "read", ""

    def has(self, key: str, call: Call) -> bool:
        if key not in self.spec:
            return False
        return any(fits(rule, call) for rule in self._candidates(key, call))


def fits(rule: Rule, call: Call) -> bool:
    """Whether the verbs come in order from the first word on (** leaps) and all options are there."""
    if rule.exact:
        if call.verbs[: len(rule.verbs)] != rule.verbs:
            return False
        if not rule.options:
            return True
    ends = call.ends if rule.risk != "destructive" else 0  # a verb that destroys counts wherever it stands
    if not rule.exact and not _in_order(rule.verbs, call.verbs, ends):
        return False
    return all(
        option in call.options or ("*" in option and any(fnmatchcase(o, option) for o in call.options))
        for option in rule.options
    )


def _in_order(wanted: tuple[str, ...], verbs: tuple[str, ...], ends: int = 0) -> bool:
    if wanted and wanted[0] == "**":
        if ends:
            return _in_order(wanted[1:], verbs[max(0, ends - len(wanted) + 1) : ends])
        return any(_in_order(wanted[1:], verbs[start:]) for start in range(min(len(verbs), 6)))
    if len(wanted) > len(verbs):
        return False
    return all(
        want == verb or (("*" in want or "?" in want) and fnmatchcase(verb, want))
        for want, verb in zip(wanted, verbs, strict=False)
    )


def _rule(pattern: str, risk: Risk) -> Rule:
    words = pattern.split()
    options = []
    verbs = []
    for word in words:
        if word.startswith("-") and len(word) > 1:
            options.append(word)
        elif options and not options[-1].startswith("--") and " " not in options[-1] and "=" not in options[-1]:
            options[-1] += " " + word  # the value of a short option, as in "-m ping"
        else:
            verbs.append(word)
    plain = [verb for verb in verbs if "*" not in verb and "?" not in verb]
    weight = 4 * (len(verbs) + len(options)) + len(plain)
    stem = next((head for verb in verbs if (head := re.split(r"[*?\[]", verb)[0]) != verb and head), "")
    return Rule(tuple(verbs), tuple(options), risk, weight, plain[0] if plain else "", len(plain) == len(verbs), stem)


def program(name: str) -> str:
    """The bare name of a program: no folder, no `$`, no braces."""
    return name.strip("${}\"'").replace("\\", "/").rstrip("/").rpartition("/")[2]


class Table:
    """All families, and the word lists for programs that are in none."""

    def __init__(self, *sources: Mapping[str, Any]) -> None:
        self._by_name: dict[str, Family] = {}
        self._globs: list[tuple[str, Family]] = []
        self._specs: dict[str, Mapping[str, Any]] = {}
        self._words: dict[tuple[str, str], frozenset[str]] = {}
        self._asked: dict[str, Family | None] = {}
        for source in sources:
            for section, spec in source.items():
                self._specs[section] = spec
                family = Family(section, spec)
                for name in str(spec.get("names", section)).split():
                    if "*" in name:
                        self._globs.append((name, family))
                    else:
                        self._by_name[name.lower()] = family
        self._globbed = re.compile("|".join(translate(glob) for glob, _ in self._globs) or "(?!)")

    def family(self, program: str) -> Family | None:
        """By the program's name, without folder and .exe."""
        if program not in self._asked:
            if len(self._asked) >= _ASKED:
                self._asked.clear()
            self._asked[program] = self._family(program)
        return self._asked[program]

    def _family(self, program: str) -> Family | None:
        name = program.replace("\\", "/").rpartition("/")[2].lower() or program
        found = self._by_name.get(name) or self._by_name.get(name.removesuffix(".exe"))
        if found is None and self._globbed.match(name):
            found = next((family for glob, family in self._globs if fnmatchcase(name, glob)), None)
        return found

    def words(self, section: str, key: str) -> frozenset[str]:
        """A comma separated list of the table, such as ("words", "destructive")."""
        if (section, key) not in self._words:
            text = str(self._specs.get(section, {}).get(key, ""))
            self._words[section, key] = frozenset(word.strip() for word in re.split(r",\s*", text) if word.strip())
        return self._words[section, key]

    def known(self, program: str) -> bool:
        return self.family(program) is not None


@cache
def builtin() -> Mapping[str, Any]:
    """tools.toml, read once."""
    return tomllib.loads(resources.files(__package__).joinpath("tools.toml").read_text(encoding="utf-8"))


class _Serving:
    """The table of this process, and how often it became another one."""

    def __init__(self) -> None:
        self.extra: Mapping[str, Any] = {}
        self.table: Table | None = None
        self.version = 0
        self.forget: list[Callable[[], None]] = []


_SERVING = _Serving()
#: Sections that are no family of programs; a pack leaves them alone.
RESERVED = frozenset({"words", "sql", "variables", "methods"})


def standard() -> Table:
    """The table that serves here: what comes with Handrail, and what packs put over it."""
    if _SERVING.table is None:
        _SERVING.table = extended(_SERVING.extra) if _SERVING.extra else Table(builtin())
    return _SERVING.table


def serve(extra: Mapping[str, Any]) -> None:
    """From now on the families of packs count in this process; {} for none. Cheap when nothing changed."""
    if extra != _SERVING.extra:
        _SERVING.extra, _SERVING.table = extra, None
        _SERVING.version += 1
        for forget in _SERVING.forget:
            forget()


def version() -> int:
    """Counts the changes of what `standard` answers: what was read before the last one is old."""
    return _SERVING.version


def on_change(forget: Callable[[], None]) -> None:
    """Have `forget` called when another table serves: for caches of what it said."""
    _SERVING.forget.append(forget)


def kind_of(key: str) -> type[Any]:
    """The type that a key of a family has."""
    return next(type(spec[key]) for name, spec in builtin().items() if name not in RESERVED and key in spec)


def keys() -> frozenset[str]:
    """What a family may say."""
    return frozenset(key for name, spec in builtin().items() if name not in RESERVED for key in spec)


def extended(extra: Mapping[str, Any]) -> Table:
    """The table with a pack's families over it. Families of the same name are replaced whole."""
    return Table(builtin(), extra)
