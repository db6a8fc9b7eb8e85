"""How much a command can do: read, change or destroy; whether it ends by itself; whether it wants a keyboard.

The worst part decides, wherever it stands: after a pipe, in `$(...)`, behind sudo, inside ssh '...', in an SQL string.
What nobody listed counts as a change, never as a read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from . import clients, effort, fed, nested, paths_written, unlisted, web
from .judgement import HARMLESS, TOO_DEEP, TOO_LONG, Judgement, worst
from .model import Risk
from .nested import Inner
from .syntax import LONGEST, Simple, commands
from .tools import Call, Family, Table, program, standard

__all__ = ["HARMLESS", "Judgement", "classify", "judge", "program", "worst"]

_VERB_NOUN = re.compile(r"[A-Za-z]+-[A-Z][A-Za-z]+$")
_ENDLESS = (["true"], [":"], ["[", "1", "]"], ["1"])
_DEEPEST = 8
#: Folders whose programs are what their name says; `./test` is somebody's script.
_INSTALLED = re.compile(r"(?:[A-Z]:|~|\$HOME)?[\\/].*\bs?bin[\\/]|[^\\/]+$|[\w.-]*bin/")


def classify(command: str, language: str = "", table: Table | None = None) -> Judgement:
    """Judge a whole command text; `language` is the fence's (powershell is read with the same rules). Never raises."""
    judged = judge(commands(command), table)
    return worst([judged, TOO_LONG]) if len(command) > LONGEST else judged


def judge(simples: Iterable[Simple], table: Table | None = None) -> Judgement:
    """Judge commands that were taken apart before."""
    return _Judge(table or standard(), 0).all(simples)


class _Judge:
    def __init__(self, table: Table, depth: int) -> None:
        self.table = table
        self.depth = depth
        self.effort = effort.current()

    def all(self, simples: Iterable[Simple]) -> Judgement:
        return worst(self.one(simple) for simple in simples)

    def one(self, simple: Simple) -> Judgement:
        self.effort.judged -= 1
        if self.effort.judged < 0:
            return TOO_LONG
        parts = [self._words(simple)] if simple.words else []
        if simple.assigns and simple.words:
            parts.extend(self._around(simple))
        parts.extend(Judgement(risk, why) for risk, why in paths_written.redirects(simple))
        endless = simple.looped and (simple.name == "sleep" or simple.words in _ENDLESS)
        if simple.background or endless:
            parts.append(Judgement("read", "", long_running=True))
        return worst(parts)

    def _around(self, simple: Simple) -> Iterable[Judgement]:
        """What variables before a command make it run besides: PAGER='rm x' git log."""
        for name, value in simple.assigns:
            if name in self.table.words("variables", "code"):
                yield Judgement("change", f"{name} loads code")
            elif name in self.table.words("variables", "commands") and value:
                yield self._inner(Inner(text=value), simple)._replace(interactive=False, long_running=False)

    def _words(self, simple: Simple) -> Judgement:
        words = simple.words
        family = self.table.family(program(words[0]))
        if family is None or (family.name == "looking" and not _INSTALLED.match(words[0])):
            return unlisted.judge(words, self.table)
        asked = words[1:2] if family.text("runs") else [words[-1], *words[1:2]]
        if words[1:] == ["--version"] or "--help" in asked:
            return HARMLESS
        call = family.call(words[1:])
        said = _Said(family, words, call)
        if family.text("http"):
            request = web.risk(family.text("http"), words[1:], self.table, is_fed=fed.is_fed(simple))
            said.risk, said.why = request.risk, request.why
        elif family.text("files"):
            said.risk, said.why = paths_written.risk(
                family.text("files"), program(words[0]).lower(), call, simple, said.risk or "change"
            )
        elif family.text("sql"):
            said.risk, said.parts = clients.judge(family, words[1:], call, simple, self.table)
        elif family.text("runs") and not _is_idle(family, words, call):
            inner = nested.inner(family, words, call, simple)
            if inner:
                said.parts = [self._inner(one, simple) for one in inner]
                said.risk = said.found or ("change" if family.text("keeps") else "read")
        if family.text("fed"):
            said.parts = [*said.parts, *self._lines_fed(family, simple)]
        return worst([said.judgement(simple, self.table), *said.parts])

    def _lines_fed(self, family: Family, simple: Simple) -> list[Judgement]:
        """Lines for a program that takes commands of its own: `redis-cli <<EOF`, `echo stats | nc cache 11211`."""
        own = family.text("fed") == "own"
        found = []
        for line in "\n".join(fed.texts(simple)).split("\n"):
            words = line.replace(";", " ").split()
            if not words or words[0].startswith("#"):
                continue
            if own:
                found.append(self._words(Simple(words=[simple.name, *words])))
            elif not family.has("fed", Call(tuple(word.lower() for word in words), (), frozenset())):
                worse = set(re.split(r"[\W_]+", words[0].lower())) & self.table.words("words", "destructive")
                risk: Risk = "destructive" if worse else "change"
                found.append(Judgement(risk, f"{simple.name} sends {' '.join(words)[:40]}"))
        if fed.unseen(simple):
            found.append(Judgement("change", f"{simple.name} sends what it is fed"))
        return found

    def _inner(self, inner: Inner, simple: Simple) -> Judgement:
        """Judge what a command runs: text for another shell, words as they stand, or somebody's script."""
        if inner.judged is not None:
            return inner.judged
        if self.depth >= _DEEPEST or len(inner.text) > LONGEST or self.effort.judged < 0:
            return TOO_DEEP
        self.effort.judged -= 1 + (len(inner.words) + len(inner.text)) // 8
        deeper = _Judge(self.table, self.depth + 1)
        if inner.text:
            return deeper.all(_given(commands(inner.text), simple))
        words = inner.words
        if not words:
            return Judgement("change", f"{program(simple.name)} runs what is not said")
        if inner.script and self.table.family(program(words[0])) is None:
            return unlisted.judge(words, self.table)
        fed = Simple(words=list(words), fed=simple.fed, upstream=simple.upstream, redirects=simple.redirects)
        return deeper._words(fed)


def _is_idle(family: Family, words: Sequence[str], call: Call) -> bool:
    """Whether an option of its own, before the command, keeps it from running that: `command -v rm`."""
    first = call.at[0] if call.at else len(words)
    return family.has("idle", family.call(words[1 : 1 + first]))


def _given(inner: list[Simple], outer: Simple) -> list[Simple]:
    """What a command is fed reaches what it runs: `cat x | ssh web sh`."""
    reads = [(operator, target) for operator, target in outer.redirects if operator == "<"]
    if not (outer.fed or outer.upstream or reads):
        return inner
    for one in inner:
        if one.depth == 0 and one.upstream is None and not one.fed:
            one.fed, one.upstream = list(outer.fed), outer.upstream
            one.redirects = [*one.redirects, *reads]
    return inner


class _Said:
    """What the table says about one call, before the parts it runs are counted."""

    def __init__(self, family: Family, words: Sequence[str], call: Call) -> None:
        self.family = family
        self.call = call
        self.words = words
        self.name = program(words[0]).lower()
        self.found, pattern = family.risk(call)
        self.risk: Risk | None = self.found
        self.why = " ".join((self.name, *pattern)).strip()
        self.parts: list[Judgement] = []
        if self.risk is None and not call.verbs and (not call.options or self._only_connects()):
            self.risk = family.default("bare")
        if self.risk is None:
            self.risk = family.default("otherwise")

    def _only_connects(self) -> bool:
        """A client that is told where to connect and no more: it opens its prompt."""
        where = self.family.values
        names = (option.partition("=")[0].partition(" ")[0] for option in self.call.options)
        return bool(self.family.spec.get("client")) and all(name in where for name in names)

    def judgement(self, simple: Simple, table: Table) -> Judgement:
        if self.risk is None:
            self.risk, self.why = unlisted.verb(self.name, self.call.verbs, table)
        text_risk, text = self.family.says(self.words)
        risk = worst([Judgement(self.risk, self.why), Judgement(text_risk, f"{self.why}: {text}")])
        why = risk.why if risk.risk != "read" else ""
        return Judgement(risk.risk, why, self._lasts(), self._waits(simple))

    def _lasts(self) -> bool:
        call, family = self.call, self.family
        if self.name == "sleep":
            return bool(call.verbs) and _seconds(call.verbs[0]) >= 60
        if family.spec.get("counts") and any(verb.isdigit() for verb in call.verbs):
            return False
        return self._has("long") and not family.has("ends", call)

    def _waits(self, simple: Simple) -> bool:
        """Whether it takes the keyboard."""
        family = self.family
        if family.name == "ssh" and not self.parts:
            return not simple.upstream and not self.call.options & {"-N", "-f", "-O", "-V"}
        if family.name == "shells" and not self.call.verbs:
            return not simple.fed and simple.upstream is None
        waits = self._has("interactive") and not family.has("batch", self.call)
        if family.text("only") and fed.is_fed(simple):
            return False  # exec -i with its input from a file
        return waits and (not family.spec.get("client") or clients.opens_prompt(family, self.call, simple))

    def _has(self, key: str) -> bool:
        named = Call((self.name, *self.call.verbs), (-1, *self.call.at), self.call.options)
        return self.family.has(key, self.call) or self.family.has(key, named)


def _seconds(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text)
    return float(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]] if match else 0.0
