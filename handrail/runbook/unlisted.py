"""Programs that are in no family of the tool table: judged by their name, their first verbs and their long options."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from itertools import pairwise

from .judgement import HARMLESS, Judgement
from .model import Risk
from .tools import Table, program

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_ENDING = re.compile(r"\.(?:sh|bash|zsh|py|rb|pl|js|mjs|ts|ps1|bat|cmd|php|exe|groovy|sql|jar|lua|go)$", re.I)
_VERB = re.compile(r"[A-Za-z][\w:.-]*")
_STATEMENT = re.compile(r"\b(?:delete\s+from|drop\s+(?:table|database|schema)|truncate\s+table)\b", re.I)
#: Long options that make a program only look, by their first word. With a verb beside them fewer do: `push --verify`
#: checks what it pushed.
_LOOKS_BESIDE = frozenset({"dry-run", "dryrun", "help", "whatif", "what-if", "noop", "simulate", "report"})
_LOOKS_ALONE = _LOOKS_BESIDE | {
    "version", "list", "status", "check", "show", "health", "validate", "diagnose", "profile", "info", "stats", "print"
}
#: Words of the reading list that are things as well: `status-update` changes, `verify-update` looks.
_NOUNS = frozenset(
    {"status", "stat", "stats", "version", "health", "healthz", "metrics", "usage", "env", "logs", "history", "summary",
     "help", "info", "report", "profile", "plan"}
)
_RUNNERS = frozenset({"make", "just", "task"})
_AND = frozenset({"and", "then", "or"})


def judge(words: Sequence[str], table: Table) -> Judgement:
    """The worst word counts. Only a reading verb in the right place makes a read; no known word at all is a change."""
    if words[0].startswith("::"):
        return _method(words[0][2:], table)
    name = program(words[0])
    flags = [word.lstrip("-").partition("=")[0] for word in words[1:] if word.startswith("--")]
    verbs = [word for word in words[1:] if not word.startswith("-")][:3]
    verbs = [verb for verb in verbs if _VERB.fullmatch(verb)]
    spoken = [_split(text) for text in (_ENDING.sub("", name), *verbs, *flags)]
    every = [word for group in spoken for word in group]
    destructive, change, read = (table.words("words", risk) for risk in ("destructive", "change", "read"))
    said = frozenset(every)
    for pair in sorted(table.words("words", "together")) if len(said) > 1 else ():
        if _together(pair) <= said:
            return Judgement("destructive", f"{name}: {pair}")
    for word in every:
        if word in destructive:
            return Judgement("destructive", f"{name}: {word}")
    if any(_STATEMENT.search(word) for word in words[1:]):
        return Judgement("destructive", f"{name}: SQL that deletes")
    for group in spoken:
        if group and group[0] in read - _NOUNS and not _AND.intersection(group):
            continue  # validate-deployment only looks, whatever the noun
        for word in group:
            if word in change:
                return Judgement("change", f"{name}: {word}")
    leading = [group for group in spoken[: 1 + min(2, len(verbs))] if group and not _AND.intersection(group)]
    if any(group[0] in read or _tells_state(group) for group in leading) or _is_asked_to_look(words, verbs):
        return HARMLESS
    return Judgement("change", f"{name or 'this'} is not in the tool table")


def _method(name: str, table: Table) -> Judgement:
    """A method that something is asked to do: `$service.Stop()`."""
    if any(fnmatchcase(name.lower(), pattern) for pattern in table.words("methods", "read")):
        return HARMLESS
    return judge([name], table)


@cache
def _together(pair: str) -> frozenset[str]:
    return frozenset(pair.split())


def _tells_state(group: Sequence[str]) -> bool:
    """`vault-status.sh`, `db_health`: the last word is what one looks at."""
    plain = [word for word in group if "-" not in word]
    return len(plain) > 1 and plain[-1] in ("status", "health", "healthcheck")


def _is_asked_to_look(words: Sequence[str], verbs: Sequence[str]) -> bool:
    """Whether a long option without a value says that the program only looks."""
    for word, following in pairwise((*words[1:], "--")):
        if not word.startswith("--") or "=" in word or not following.startswith("-"):
            continue
        said = word[2:]
        if said in _LOOKS_BESIDE or (not verbs and said.partition("-")[0] in _LOOKS_ALONE):
            return True
    return False


def verb(name: str, verbs: Sequence[str], table: Table) -> tuple[Risk, str]:
    """A verb that a known tool's family does not list: a change, or worse if the word says so."""
    destructive, change = table.words("words", "destructive"), table.words("words", "change")
    for said in verbs[:3]:
        for word in _split(said):
            if word in destructive:
                return "destructive", f"{name} {said}"
    if name in _RUNNERS and len(verbs) == 1 and _tells_state(_split(verbs[0])) and not change & {*_split(verbs[0])}:
        return "read", ""
    return "change", f"{name} {' '.join(verbs[:2])}".strip() + " is not in the tool table"


def _split(word: str) -> list[str]:
    """Words of a name: restore_images → restore, images; dropTable → drop, table."""
    parts = [part.lower() for part in _WORDS.findall(word)]
    whole = word.lower()
    return [*parts, whole] if whole not in parts and "-" in whole else parts
