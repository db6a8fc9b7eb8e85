"""Conditions over values: `free < 200MB`, `error in ('refused', 'timeout')`, `avg(score, 10m) < 95%`.

A subset of Python's expressions, read with `ast` and a whitelist. Numbers may carry a unit (% ms s m h d w B KB MB GB
TB KiB MiB GiB TiB) and are kept in seconds, bytes and ratios. A condition is true, false or unknown: whatever is null,
absent, not a number or of the wrong type makes it unknown, never false and never zero. Only `x == null` asks for null.

Functions: avg min max p95 delta rate baseline changes coverage (value, window), count (window) or (condition, window),
unchanged (value), consecutive (condition), age (time), until (time), processes ('pattern').
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from handrail.condition_slips import slip
from handrail.condition_types import Checker, Problem
from handrail.condition_values import Context, Evaluation
from handrail.errors import HandrailError
from handrail.kinds import NameType
from handrail.kleene import Null, Unknown
from handrail.quantities import SUFFIXES, Quantity

__all__ = ["Answer", "Condition", "ConditionError", "Context", "parse"]

LIMIT = 2000
DEPTH = 40

_TOKEN = re.compile(
    r"""(?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
      | (?P<quantity>(?<![\w.])(\d+(?:\.\d+)?)(""" + "|".join(sorted(SUFFIXES, key=len, reverse=True)) + r""")(?![\w%]))
      | (?P<spaced>(?<![\w.])\d+(?:\.\d+)?[ ]+%(?=[ ]*(?:$|\)|,|[<>=!]|and\b|or\b)))
      | (?P<alien>[#\\;`$?{}\[\]]|(?<![\w.])(?!0[xob][0-9A-Fa-f]|[\d.]+e[\d+-])\d[\d.]*(?=[A-Za-z_])\w*|__+)""",
    re.VERBOSE,
)


class ConditionError(HandrailError):
    """A condition that makes no sense. `text[at:end]` is the part that is wrong; `pointer` draws it below the text."""

    def __init__(self, text: str, at: int, end: int, problem: str, remedy: str = "") -> None:
        token, whole = _shortened(text[at:end], 60), _shortened(text, 200)
        super().__init__(problem, f'At "{token}" in "{whole}".' if token else f'In "{whole}".', remedy)
        self.text, self.at, self.end, self.problem = text, at, end, problem

    @property
    def pointer(self) -> str:
        return f"{self.text}\n{' ' * self.at}{'^' * max(1, self.end - self.at)}"


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is True, False or None for unknown.

    Then `why` says in words what could not be told, `absent` names what was missing, and `filling` is True when only
    windows had not filled yet.
    """

    value: bool | None
    why: str = ""
    absent: frozenset[str] = frozenset()
    filling: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was read and makes sense.

    `names` are those it asks for ("status", "item.x"); `windows` says how many seconds of which names must be kept for
    it, infinity for as long as there is history; `patterns` are those whose processes it counts.
    """

    text: str
    names: frozenset[str]
    windows: Mapping[str, float]
    patterns: frozenset[str]
    tree: ast.expr = field(repr=False, compare=False)
    quantities: Mapping[int, Quantity] = field(repr=False, compare=False)

    def evaluate(self, values: Mapping[str, object], context: Context | None = None) -> bool | None:
        """True, False, or None when it cannot be told. Times are in seconds, sizes in bytes, percentages 0..1."""
        return self.judge(values, context).value

    def judge(self, values: Mapping[str, object], context: Context | None = None) -> Answer:
        """As `evaluate`, with the reason for unknown."""
        told = Evaluation(self.quantities, values, context or Context()).of(self.tree)
        if isinstance(told, bool):
            return Answer(told)
        if isinstance(told, Unknown):
            return Answer(None, ", ".join(told.reasons), told.absent, told.filling)
        shown = ast.unparse(self.tree)
        return Answer(None, f"{shown} is null" if isinstance(told, Null) else f"{shown} is not yes or no",
                      frozenset((shown,)) if isinstance(told, Null) else frozenset())


def parse(text: str, names: Mapping[str, NameType] | None = None) -> Condition:
    """Read a condition. `names` are those it may use and what they hold; None allows any. Raises ConditionError."""
    if len(text) > LIMIT:
        raise ConditionError(text[:40] + "…", 0, 0, f"longer than {LIMIT} characters.", "Split it into several levels.")
    flat = re.sub(r"[\r\n\t]", " ", text)
    plain, quantities = _without_units(text, flat)
    tree = _tree(text, plain)
    try:
        checker = Checker(flat, quantities, names)
        checker.whole(tree)
    except Problem as problem:
        at, end = _span(flat, problem.node)
        raise ConditionError(text, at, end, problem.text, problem.remedy) from None
    return Condition(
        text, frozenset(checker.names), dict(checker.windows), frozenset(checker.patterns), tree, quantities)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _without_units(text: str, flat: str) -> tuple[str, dict[int, Quantity]]:
    """The text with each quantity replaced by a name of underscores just as long, and the quantities by byte offset."""
    quantities: dict[int, Quantity] = {}
    pieces, at = [], 0
    for token in _TOKEN.finditer(flat):
        if token["text"] is not None:
            continue
        if token["spaced"] is not None:
            raise ConditionError(text, *token.span(), "write the unit without a space.", f"{token[0].replace(' ', '')}")
        if token["alien"] is not None:
            raise ConditionError(text, *token.span(), *_alien(token[0]))
        unit, factor = SUFFIXES[token[4]]
        start = len(flat[: token.start()].encode())
        quantities[start] = Quantity(float(token[3]) * factor, unit)
        pieces += [flat[at : token.start()], "_" * len(token[0])]
        at = token.end()
    return "".join((*pieces, flat[at:])), quantities


def _alien(token: str) -> tuple[str, str]:
    if token[0].isdigit():
        return f'"{token}" is no number with a unit.', f"Units are {' '.join(SUFFIXES)}."
    return f'"{token}" does not belong here.', ""


def _tree(text: str, plain: str) -> ast.expr:
    if not plain.strip():
        raise ConditionError(text, 0, 0, "the condition is empty.", "Write one such as error != 'none'.")
    try:
        # The brackets keep the offsets whatever the text begins with.
        tree = ast.parse(f"({plain})", mode="eval").body
    except SyntaxError:
        raise ConditionError(text, *slip(plain)) from None
    except (ValueError, RecursionError, MemoryError, OverflowError):
        raise ConditionError(text, 0, 0, "this cannot be read.") from None
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.col_offset -= 1
            node.end_col_offset = (node.end_col_offset or 0) - 1
    if _depth(tree) > DEPTH:
        raise ConditionError(text, 0, 0, "too deeply nested.", "Split it into several levels.")
    return tree


def _depth(tree: ast.AST) -> float:
    deepest, level = 0, [tree]
    while level and deepest <= DEPTH + 1:
        deepest += 1
        level = [child for node in level for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return deepest if deepest <= DEPTH + 1 else math.inf


def _span(flat: str, node: ast.expr) -> tuple[int, int]:
    raw = flat.encode()
    start, end = (len(raw[:offset].decode("utf-8", "ignore")) for offset in (node.col_offset, node.end_col_offset))
    return start, end
