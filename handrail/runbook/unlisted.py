"""Programs that are in no family of the tool table: judged by their name, their first verbs and their long options."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .judgement import HARMLESS, Judgement
from .model import Risk
from .tools import Table, program

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_ENDING = re.compile(r"\.(?:sh|bash|zsh|py|rb|pl|js|mjs|ts|ps1|bat|cmd|php|exe|groovy|sql|jar|lua|go)$", re.I)
_VERB = re.compile(r"[A-Za-z][\w:.-]*")
_STATEMENT = re.compile(r"\b(?:delete\s+from|drop\s+(?:table|database|schema)|truncate\s+table)\b", re.I)
_AND = frozenset({"and", "then", "or"})


def judge(words: Sequence[str], table: Table) -> Judgement:
    """The worst word counts. Only a reading verb in the right place makes a read; no known word at all is a change."""
    name = program(words[0])
    flags = [word.lstrip("-").partition("=")[0] for word in words[1:] if word.startswith("--")]
    verbs = [word for word in words[1:] if not word.startswith("-")][:3]
    verbs = [verb for verb in verbs if _VERB.fullmatch(verb)]
    spoken = [_split(text) for text in (_ENDING.sub("", name), *verbs, *flags)]
    every = [word for group in spoken for word in group]
    destructive, change, read = (table.words("words", risk) for risk in ("destructive", "change", "read"))
    for pair in table.words("words", "together"):
        if set(pair.split()) <= set(every):
            return Judgement("destructive", f"{name}: {pair}")
    for word in every:
        if word in destructive:
            return Judgement("destructive", f"{name}: {word}")
    if any(_STATEMENT.search(word) for word in words[1:]):
        return Judgement("destructive", f"{name}: SQL that deletes")
    for group in spoken:
        if group and group[0] in read and not _AND.intersection(group):
            continue  # validate-deployment only looks, whatever the noun
        for word in group:
            if word in change:
                return Judgement("change", f"{name}: {word}")
    leading = [spoken[0], *spoken[1 : 1 + min(2, len(verbs))], *spoken[1 + len(verbs) :]]
    if any(group and group[0] in read for group in leading):
        return HARMLESS
    return Judgement("change", f"{name or 'this'} is not in the tool table")


def verb(name: str, verbs: Sequence[str], table: Table) -> tuple[Risk, str]:
    """A verb that a known tool's family does not list: a change, or worse if the word says so."""
    destructive = table.words("words", "destructive")
    for said in verbs[:3]:
        for word in _split(said):
            if word in destructive:
                return "destructive", f"{name} {said}"
    return "change", f"{name} {' '.join(verbs[:2])}".strip() + " is not in the tool table"


def _split(word: str) -> list[str]:
    """Words of a name: restore_images → restore, images; dropTable → drop, table."""
    parts = [part.lower() for part in _WORDS.findall(word)]
    whole = word.lower()
    return [*parts, whole] if whole not in parts and "-" in whole else parts
