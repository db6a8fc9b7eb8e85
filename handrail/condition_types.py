"""What a condition may say: the whitelist, and units that fit. "60 what?" is asked when the pack loads."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from handrail.kinds import NameType
from handrail.quantities import Quantity, Unit
from handrail.tables import nearest
from handrail.windows import NUMERIC

Sort = Literal["number", "text", "bool", "null", "any", "list"]

_WORDS = {"ratio": "a ratio", "s": "a time", "B": "a size"}
_EXAMPLES = {"ratio": "{}%", "s": "{}s or {}ms", "B": "{}MB or {}B"}
# name -> (fewest, most arguments, how it is written)
FUNCTIONS: dict[str, tuple[int, int, str]] = {
    **{name: (2, 2, f"{name}(value, window)") for name in (*NUMERIC, "changes", "coverage")},
    "count": (1, 2, "count(window) or count(condition, window)"),
    "unchanged": (1, 1, "unchanged(value)"),
    "consecutive": (1, 1, "consecutive(condition)"),
    "age": (1, 1, "age(time)"),
    "until": (1, 1, "until(time)"),
    "processes": (1, 1, "processes('pattern')"),
}
_BINARY = (ast.Add, ast.Sub, ast.Mult, ast.Div)
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.In, ast.NotIn)


class Problem(Exception):
    """What is wrong, at which node, and what to write instead."""

    def __init__(self, node: ast.expr, text: str, remedy: str = "") -> None:
        super().__init__(text)
        self.node, self.text, self.remedy = node, text, remedy


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an expression is before any value is known. `constant` holds for literals; zero fits every unit.

    `open` holds where nobody said what the names are, so that any unit may turn out to fit.
    """

    sort: Sort
    unit: Unit = ""
    constant: bool = False
    zero: bool = False
    open: bool = False


BOOL, TEXT, BARE = Meaning("bool"), Meaning("text"), Meaning("number")


class Checker:
    """Walks one tree, collects the names and windows it needs, and raises Problem."""

    def __init__(self, text: str, quantities: Mapping[int, Quantity], known: Mapping[str, NameType] | None) -> None:
        self.source = text
        self.quantities = quantities
        self.known = known
        self.names: set[str] = set()
        self.windows: dict[str, float] = {}
        self.patterns: set[str] = set()

    def whole(self, node: ast.expr) -> None:
        self.condition(node)

    def condition(self, node: ast.expr) -> None:
        meaning = self.of(node)
        if meaning.sort not in ("bool", "any"):
            raise Problem(node, f"this is {_sorted(meaning)}, not yes or no.", "Compare it with something.")

    def of(self, node: ast.expr) -> Meaning:
        match node:
            case ast.Constant(value=bool() | None):
                spelling = {"True": "true", "False": "false", "None": "null"}[repr(node.value)]
                raise Problem(node, f'"{node.value!r}" is spelled {spelling} here.', f"Write {spelling}.")
            case ast.Constant(value=str()):
                return Meaning("text", constant=True)
            case ast.Constant(value=int() | float() as number):
                return self.literal(node, number)
            case ast.Name():
                return self.name(node)
            case ast.Attribute(value=ast.Name(id="item"), attr=attr):
                return self.known_name(node, f"item.{attr}")
            case ast.Attribute():
                raise Problem(node, "only item has parts after a dot.", "Take the part out with a path in values.")
            case ast.BoolOp(values=parts):
                for part in parts:
                    self.condition(part)
                return BOOL
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                self.condition(inner)
                return BOOL
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
                return self.number(inner)
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _BINARY):
                return self.arithmetic(node, self.number(left), op, self.number(right))
            case ast.Compare(left=left, ops=ops, comparators=others):
                for a, sign, b in zip([left, *others], ops, others, strict=False):
                    self.comparison(a, sign, b)
                return BOOL
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return replace(self.items(parts), sort="list")
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self.call(node, name, arguments)
        raise Problem(node, "this is not part of the language.", "It has comparisons, and or not in + - * / and calls.")

    # -- leaves

    def literal(self, node: ast.expr, number: float) -> Meaning:
        try:
            fine = math.isfinite(float(number))
        except OverflowError:
            fine = False
        if not fine:
            raise Problem(node, "this number is too large.")
        return Meaning("number", constant=True, zero=number == 0)

    def name(self, node: ast.Name) -> Meaning:
        if quantity := self.quantities.get(node.col_offset):
            return Meaning("number", quantity.unit, constant=True, zero=quantity.value == 0)
        if node.id in ("true", "false"):
            return Meaning("bool", constant=True)
        if node.id == "null":
            return Meaning("null", constant=True)
        return self.known_name(node, node.id)

    def known_name(self, node: ast.expr, name: str) -> Meaning:
        self.names.add(name)
        if self.known is None:
            return Meaning("any", open=True)
        sort = self.known.get(name) or ("any" if name.startswith("item.") and "item" in self.known else None)
        if sort is None:
            raise Problem(node, f'there is no name "{name}".', self.instead(name))
        if sort in ("number", "text", "bool", "any"):
            return Meaning(sort)
        return Meaning("number", sort)  # type: ignore[arg-type]  # mypy does not narrow literals by exclusion

    def instead(self, name: str) -> str:
        """What may have been meant by a name that there is not: `none` is a word that errors have."""
        if name == "none" and self.known and "error" in self.known:
            return "A text stands in quotes: 'none'."
        return nearest(name, self.known or (), "names")

    def number(self, node: ast.expr) -> Meaning:
        meaning = self.of(node)
        if meaning.sort not in ("number", "any"):
            raise Problem(node, f"this is {_sorted(meaning)}, not a number.")
        return meaning

    def items(self, parts: Iterable[ast.expr]) -> Meaning:
        meanings = [self.of(part) for part in parts]
        sorts = {meaning.sort for meaning in meanings}
        units = {meaning.unit for meaning in meanings}
        return Meaning(sorts.pop() if len(sorts) == 1 else "any", units.pop() if len(units) == 1 else "",
                       all(meaning.constant for meaning in meanings))

    # -- operators

    def arithmetic(self, node: ast.expr, a: Meaning, op: ast.operator, b: Meaning) -> Meaning:
        if a.open or b.open:
            return Meaning("any", open=True)
        unit: Unit | None = None
        if isinstance(op, (ast.Add, ast.Sub)):
            if a.unit == b.unit or a.zero or b.zero or {a.unit, b.unit} == {"", "ratio"}:
                unit = a.unit or b.unit
        elif isinstance(op, ast.Mult):
            if not (a.unit and b.unit):
                unit = a.unit or b.unit
            elif "ratio" in (a.unit, b.unit):
                unit = b.unit if a.unit == "ratio" else a.unit
        elif not b.unit or b.unit == "ratio":
            unit = a.unit
        elif a.unit == b.unit:
            unit = ""
        if unit is not None:
            sort: Sort = "any" if "any" in (a.sort, b.sort) and not unit else "number"
            return Meaning(sort, unit, a.constant and b.constant)
        raise Problem(node, f"{_measure(a)} and {_measure(b)} do not go together.")

    def comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> None:
        if not isinstance(op, _COMPARISONS):
            raise Problem(right, "is and is not are not part of the language.", "Write == or !=.")
        a, b = self.of(left), self.of(right)
        if isinstance(op, (ast.In, ast.NotIn)):
            self.membership(left, a, right, b)
            return
        if "null" in (a.sort, b.sort):
            return  # asked for with == and !=, unknown in any other comparison
        if "any" not in (a.sort, b.sort) and a.sort != b.sort:
            raise Problem(right, f"{_sorted(b)} is compared with {_sorted(a)}: that can never be told.")
        if "bool" in (a.sort, b.sort) and not isinstance(op, (ast.Eq, ast.NotEq)):
            raise Problem(right, "yes and no have no order.", "Write == or !=.")
        self.units(left, a, right, b)

    def membership(self, left: ast.expr, a: Meaning, right: ast.expr, b: Meaning) -> None:
        if b.sort == "list" and isinstance(right, (ast.Tuple, ast.List)):
            for part in right.elts:
                self.comparison(left, ast.Eq(), part)
        elif b.sort not in ("any", "text"):
            raise Problem(right, f"this is {_sorted(b)}, not a list.", "Write a list such as ('refused', 'timeout').")
        elif b.sort == "text" and a.sort not in ("text", "any"):
            raise Problem(left, f"{_sorted(a)} cannot be part of a text.")

    def units(self, left: ast.expr, a: Meaning, right: ast.expr, b: Meaning) -> None:
        if a.unit == b.unit or a.zero or b.zero or a.open or b.open:
            return
        (node, bare), (other, measured) = ((left, a), (right, b)) if not a.unit else ((right, b), (left, a))
        if bare.unit:
            raise Problem(right, f"{_measure(b)} is compared with {_measure(a)}.")
        if bare.constant:
            value = ast.unparse(node)
            percent = measured.unit == "ratio" and isinstance(node, ast.Constant) and float(str(node.value)) <= 1
            written = f"{float(value) * 100:g}%" if percent else _EXAMPLES[measured.unit].replace("{}", value)
            raise Problem(node, f"{value} what? {self.quote(other)} is {_WORDS[measured.unit]}.", f"Write {written}.")
        if measured.unit == "ratio":
            return  # 90% is 0.9, whatever is counted
        raise Problem(node, f"{self.quote(node)} has no unit, {self.quote(other)} is {_WORDS[measured.unit]}.",
                      f'Give it one: unit = {{ {self.quote(node)} = "{"ms" if measured.unit == "s" else "MB"}" }}.')

    def quote(self, node: ast.expr) -> str:
        raw = self.source.encode()
        return raw[node.col_offset : node.end_col_offset].decode("utf-8", "replace")

    # -- functions

    def call(self, node: ast.expr, name: str, arguments: list[ast.expr]) -> Meaning:
        if name not in FUNCTIONS:
            raise Problem(node, f"there is no function {name}.", nearest(name, FUNCTIONS, "functions"))
        fewest, most, written = FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            raise Problem(node, f"{name} takes other arguments.", f"Write {written}.")
        if name in ("age", "until"):
            if self.of(arguments[0]).sort not in ("any", "text", "number"):
                raise Problem(arguments[0], "this is not a time.", "Give 2026-11-21T03:12:04Z, or seconds since 1970.")
            return Meaning("number", "s")
        if name == "processes":
            if not isinstance(arguments[0], ast.Constant) or self.of(arguments[0]).sort != "text":
                raise Problem(arguments[0], "this is not a pattern.", f"Write {written}.")
            self.patterns.add(str(arguments[0].value))
            return BARE
        if name == "unchanged":
            self.remember(arguments[0], math.inf)
            return Meaning("number", "s")
        if name == "consecutive":
            self.condition(arguments[0])
            self.remember(arguments[0], math.inf)
            return BARE
        return self.windowed(name, arguments, written)

    def windowed(self, name: str, arguments: list[ast.expr], written: str) -> Meaning:
        window = arguments[-1]
        if self.of(window).unit != "s" or not isinstance(window, ast.Name) or window.col_offset not in self.quantities:
            raise Problem(window, "this is no window.", f"Write {written} with a window such as 10m or 24h.")
        length = self.quantities[window.col_offset].value
        if length <= 0:
            raise Problem(window, "the window is empty.")
        if name == "count":
            if len(arguments) == 1:
                self.windows["matches"] = max(length, self.windows.get("matches", 0))
                if self.known is not None and "matches" not in self.known:
                    raise Problem(window, "this probe counts no matches.", "Write count(condition, window).")
                return BARE
            self.condition(arguments[0])
            self.remember(arguments[0], length)
            return BARE
        value = self.of(arguments[0]) if name in ("changes", "coverage") else self.number(arguments[0])
        self.remember(arguments[0], length)
        if name == "changes":
            return BARE
        return Meaning("number", "ratio") if name == "coverage" else replace(value, constant=False, zero=False)

    def remember(self, node: ast.expr, length: float) -> None:
        """Collect which names must be kept, and for how long."""
        inner = Checker(self.source, self.quantities, self.known)
        inner.of(node)
        for name in inner.names:
            self.windows[name] = max(length, self.windows.get(name, 0))
        for name, further in inner.windows.items():
            self.windows[name] = max(length + further, self.windows.get(name, 0))
        self.names |= inner.names
        self.patterns |= inner.patterns


def _sorted(meaning: Meaning) -> str:
    if meaning.sort == "number":
        return _WORDS.get(meaning.unit, "a number")
    return {"text": "text", "bool": "yes or no", "null": "null", "list": "a list", "any": "a value"}[meaning.sort]


def _measure(meaning: Meaning) -> str:
    return _WORDS.get(meaning.unit, "a bare number")
