"""Where a condition that cannot be read goes wrong: the token, what is wrong with it, and what to write instead."""

from __future__ import annotations

import ast
import contextlib
import difflib
import re
from typing import NamedTuple

from handrail.quantities import SUFFIXES

_TOKEN = re.compile(r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\w+(?:\.\d+)?|[<>=!]=|&&|\|\||\S""")
_WORDS = ("and", "or", "not", "in")
_ELSEWHERE = {"&&": "and", "&": "and", "||": "or", "|": "or", "!": "not"}


class Slip(NamedTuple):
    """`text[at:end]` is the token."""

    at: int
    end: int
    problem: str = "this cannot be read."
    remedy: str = ""


def slip(text: str) -> Slip:
    """The first thing wrong with `text`, which is no expression: quantities in it are names already."""
    tokens = list(_TOKEN.finditer(text))
    return _bracket(tokens) or _first_too_many(text, tokens) or _nothing_after(text, tokens)


def _bracket(tokens: list[re.Match[str]]) -> Slip | None:
    open_: list[re.Match[str]] = []
    for token in tokens:
        if token[0] == "(":
            open_.append(token)
        elif token[0] == ")":
            if not open_:
                return Slip(*token.span(), "this bracket closes none.")
            open_.pop()
    return Slip(*open_[-1].span(), "this bracket is never closed.") if open_ else None


def _first_too_many(text: str, tokens: list[re.Match[str]]) -> Slip | None:
    """The token with which what stands before it cannot go on."""
    for n, token in enumerate(tokens):
        if token[0] == "=" or not _may_go_on(text[: token.end()]):
            before = tokens[n - 1][0] if n else ""
            return Slip(*token.span(), remedy=_instead(token[0], before))
    return None


def _nothing_after(text: str, tokens: list[re.Match[str]]) -> Slip:
    return Slip(*tokens[-1].span(), "nothing follows it.") if tokens else Slip(0, 0)


def _may_go_on(start: str) -> bool:
    """Whether an expression can begin like this."""
    closing = ")" * (start.count("(") - start.count(")"))
    for end in ("", " _", ") _"):
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            ast.parse(f"({start}{end}{closing})", mode="eval")
            return True
    return False


def _instead(token: str, before: str) -> str:
    if token in _ELSEWHERE:
        return f"Write {_ELSEWHERE[token]} instead of {token if len(token) > 1 or token == '!' else token * 2}."
    if token == "=":
        return "Write == to compare." if before not in ("<", ">") else ""
    if token in SUFFIXES and before.isdecimal():
        return f"Write {before}{token}."
    if close := difflib.get_close_matches(token, _WORDS, n=1, cutoff=0.6):
        return f"Did you mean {close[0]}?"
    return ""
