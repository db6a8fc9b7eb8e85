"""Which programs a step calls, and in which environment: behind sudo, in `bash -c`, after `export`."""

from __future__ import annotations

import pwd
from collections.abc import Iterable, Iterator, Mapping

from handrail.runbook import nested
from handrail.runbook.syntax import Simple, commands
from handrail.runbook.tools import program, standard
from handrail.targets.target import Use

DEEPEST = 4
# They set variables for what follows in the same text.
SETTERS = frozenset({"export", "declare", "typeset", "readonly", "local"})
# What they run, runs elsewhere: that is a target of its own.
ELSEWHERE = frozenset({"ssh", "mosh", "pdsh"})


def uses(text: str, environ: Mapping[str, str], depth: int = 0) -> Iterator[Use]:
    """Every call in `text`, in order, with what the text itself sets."""
    standing = dict(environ)
    for simple in commands(text):
        own = {**standing, **_values(simple.assigns)}
        if not simple.words:
            standing = own
            continue
        if simple.words[0] in SETTERS:
            standing.update(_assigned(simple.words[1:]))
            continue
        yield from _call(simple.words, simple, own, depth)


def _call(words: list[str], simple: Simple, environ: Mapping[str, str], depth: int) -> Iterator[Use]:
    name = program(words[0]).lower()
    family = standard().family(name)
    call = family.call(words[1:]) if family else None
    yield Use(name, words[1:], environ)
    if family is None or call is None or not family.text("runs") or name in ELSEWHERE or depth >= DEEPEST:
        return
    if name in ("sudo", "doas"):
        environ = _as_another(words, environ)
    elif name == "env":
        environ = {**environ, **_assigned(words[1:])}
    for inner in nested.inner(family, words, call, simple):
        if inner.text:
            yield from uses(inner.text, environ, depth + 1)
        elif inner.words:
            yield from _call(list(inner.words), simple, environ, depth + 1)


def _values(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.rstrip("+"): value.strip("'\"") for name, value in pairs}


def _assigned(words: Iterable[str]) -> dict[str, str]:
    """The words that are NAME=VALUE."""
    return {name: value for name, equals, value in (word.partition("=") for word in words)
            if equals and name.isidentifier()}


def _as_another(words: list[str], environ: Mapping[str, str]) -> Mapping[str, str]:
    """sudo begins with the other account's home and little else, unless it is told to keep the environment."""
    use = Use("sudo", words[1:], environ)
    if "-E" in words or "--preserve-env" in words:
        return environ
    try:
        home = pwd.getpwnam(use.option("-u", "--user") or "root").pw_dir
    except KeyError:
        home = "/nonexistent"
    return {"HOME": home, **_assigned(words[1:])}
