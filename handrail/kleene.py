"""Values that may be unknown: what they are, how they compare, and three-valued (Kleene) logic. Nothing is cast."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Unknown:
    """What cannot be told: why in words, the names that were absent, whether only windows are still filling."""

    reasons: tuple[str, ...]
    absent: frozenset[str] = frozenset()
    filling: bool = False


class Null:
    """The value null: something to ask for with == and !=, unknown in everything else."""


NULL = Null()
Value = float | str | bool | Null | tuple[object, ...] | list[object] | dict[str, object] | Unknown


def taken(values: Mapping[str, object], key: str, shown: str) -> Value:
    if key not in values:
        return Unknown((f"{shown} is missing",), frozenset((shown,)))
    value = values[key]
    match value:
        case None:
            return NULL
        case bool() | str():
            return value
        case int() | float():
            try:
                number = float(value)
            except OverflowError:
                return Unknown((f"{shown} is too large",), frozenset((shown,)))
            return number if math.isfinite(number) else Unknown((f"{shown} is not a number",), frozenset((shown,)))
        case list() | tuple() | dict():
            return value
    return Unknown((f"{shown} is of an unknown type",), frozenset((shown,)))


def sort_of(value: object) -> str:
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, Null) or value is None:
        return "null"
    return "an object" if isinstance(value, dict) else "a list"


def wrong(node: ast.expr, value: Value, wanted: str) -> Unknown:
    shown = ast.unparse(node)
    if isinstance(value, Null):
        return Unknown((f"{shown} is null",), frozenset((shown,)))
    return Unknown((f"{shown} is {sort_of(value)}, not {wanted}",))


def _equal(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def same(a: object, b: object) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return _equal(a, b)
    return type(a) is type(b) and a == b


# -- comparisons


def compared(left: ast.expr, a: Value, op: ast.cmpop, right: ast.expr, b: Value) -> bool | Unknown:
    unknown = [part for part in (a, b) if isinstance(part, Unknown)]
    if unknown:
        return merged(unknown)
    match op:
        case ast.In():
            return _contains(left, a, right, b)
        case ast.NotIn():
            return negated(_contains(left, a, right, b))
        case ast.Eq():
            return _equals(left, a, right, b)
        case ast.NotEq():
            return negated(_equals(left, a, right, b))
    if isinstance(a, Null) or isinstance(b, Null):
        return wrong(left, a, "") if isinstance(a, Null) else wrong(right, b, "")
    if sort_of(a) != sort_of(b) or sort_of(a) not in ("a number", "text"):
        return wrong(left, a, sort_of(b))
    equal = _equal(a, b) if isinstance(a, float) and isinstance(b, float) else a == b
    less = not equal and a < b  # type: ignore[operator]
    match op:
        case ast.Lt():
            return less
        case ast.LtE():
            return less or equal
        case ast.Gt():
            return not less and not equal
    return not less


def _equals(left: ast.expr, a: Value, right: ast.expr, b: Value) -> bool | Unknown:
    if isinstance(right, ast.Name) and right.id == "null":
        return isinstance(a, Null)
    if isinstance(left, ast.Name) and left.id == "null":
        return isinstance(b, Null)
    if isinstance(a, Null):
        return wrong(left, a, "")
    if isinstance(b, Null):
        return wrong(right, b, "")
    if sort_of(a) != sort_of(b):
        return wrong(left, a, sort_of(b))
    return same(a, b)


def _contains(left: ast.expr, a: Value, right: ast.expr, b: Value) -> bool | Unknown:
    if isinstance(a, str) and isinstance(b, str):
        return a in b
    if isinstance(b, (list, tuple)):
        kept = [item if isinstance(item, (Unknown, Null)) else taken({"": item}, "", "an item") for item in b]
        return any_of([item if isinstance(item, Unknown) else _equals(left, a, right, item) for item in kept])
    return wrong(right, b, "a list")


# -- Kleene logic


def negated(a: bool | Unknown) -> bool | Unknown:
    return a if isinstance(a, Unknown) else not a


def all_of(parts: list[bool | Unknown]) -> bool | Unknown:
    if any(part is False for part in parts):
        return False
    unknown = [part for part in parts if isinstance(part, Unknown)]
    return merged(unknown) if unknown else True


def any_of(parts: list[bool | Unknown]) -> bool | Unknown:
    if any(part is True for part in parts):
        return True
    unknown = [part for part in parts if isinstance(part, Unknown)]
    return merged(unknown) if unknown else False


def merged(parts: list[Unknown]) -> Unknown:
    return Unknown(
        tuple(dict.fromkeys(reason for part in parts for reason in part.reasons)),
        frozenset[str]().union(*(part.absent for part in parts)),
        all(part.filling for part in parts),
    )
