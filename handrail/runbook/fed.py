"""What a command is fed on its standard input: texts that stand in the document, or something nobody can see."""

from __future__ import annotations

import re

from .syntax import Simple

_ESCAPED = re.compile(r"\\(?:r\\n|n)")
_OPTION = re.compile(r"-[neE]+")


def texts(simple: Simple) -> list[str]:
    """Here-documents and here-strings, what echo and printf say before the pipe, and a here-document through cat."""
    found = list(simple.fed)
    source = simple.upstream
    if source is None:
        return found
    if source.name in ("echo", "printf"):
        said = source.words[1:]
        while said and _OPTION.fullmatch(said[0]):
            said = said[1:]
        found.append(_ESCAPED.sub("\n", " ".join(said)))
    elif _only_passes_on(source):
        found += source.fed
    return found


def unseen(simple: Simple) -> bool:
    """Whether it is fed a file, or the output of a command that says more than it was given."""
    if any(operator == "<" for operator, _ in simple.redirects):
        return True
    source = simple.upstream
    return source is not None and source.name not in ("echo", "printf") and not _only_passes_on(source)


def is_fed(simple: Simple) -> bool:
    return bool(simple.fed) or unseen(simple) or simple.upstream is not None


def _only_passes_on(source: Simple) -> bool:
    return source.name == "cat" and bool(source.fed)
