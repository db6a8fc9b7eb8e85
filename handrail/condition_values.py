"""A condition over values: true, false, or unknown and why."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from handrail.kleene import NULL, Null, Unknown, Value, all_of, any_of, compared, merged, negated, same, taken, wrong
from handrail.quantities import Quantity
from handrail.windows import NUMERIC, Past, Sample


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds the values: earlier answers, the wall clock (aware), the host's processes by pattern."""

    past: Past | None = None
    now: datetime | None = None
    min_coverage: float = 1.0
    processes: Callable[[str], int | None] | None = None


class Evaluation:
    """One condition's tree over one set of values. `quantities` are the literals with units, by position."""

    def __init__(self, quantities: Mapping[int, Quantity], values: Mapping[str, object], context: Context) -> None:
        self.quantities = quantities
        self.values = values
        self.context = context

    def of(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=str() as text):
                return text
            case ast.Constant(value=number):
                return float(number)  # type: ignore[arg-type]  # only numbers pass the whitelist
            case ast.Name():
                return self.name(node)
            case ast.Attribute(attr=field):
                return self.item(field)
            case ast.BoolOp(op=ast.And(), values=parts):
                return all_of([self.yes_or_no(part) for part in parts])
            case ast.BoolOp(values=parts):
                return any_of([self.yes_or_no(part) for part in parts])
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return negated(self.yes_or_no(inner))
            case ast.UnaryOp(op=sign, operand=inner):
                operand = self.number(inner)
                return operand if isinstance(operand, Unknown) or isinstance(sign, ast.UAdd) else -operand
            case ast.BinOp(left=left, op=op, right=right):
                return self.arithmetic(left, op, right)
            case ast.Compare():
                return self.chain(node)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return tuple(self.of(part) for part in parts)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self.call(name, arguments)
        raise TypeError(f"not in the language: {ast.dump(node)}")

    # -- leaves

    def name(self, node: ast.Name) -> Value:
        if node.col_offset in self.quantities:
            return self.quantities[node.col_offset].value
        if node.id in ("true", "false"):
            return node.id == "true"
        if node.id == "null":
            return NULL
        return taken(self.values, node.id, node.id)

    def item(self, field: str) -> Value:
        item = self.values.get("item")
        if isinstance(item, Mapping):
            return taken(item, field, f"item.{field}")
        return Unknown(("there is no item",), frozenset((f"item.{field}",)))

    def yes_or_no(self, node: ast.expr) -> bool | Unknown:
        value = self.of(node)
        return value if isinstance(value, (bool, Unknown)) else wrong(node, value, "yes or no")

    def number(self, node: ast.expr) -> float | Unknown:
        value = self.of(node)
        if isinstance(value, (Unknown, float)):
            return value
        return wrong(node, value, "a number")

    # -- operators

    def arithmetic(self, left: ast.expr, op: ast.operator, right: ast.expr) -> float | Unknown:
        a, b = self.number(left), self.number(right)
        if isinstance(a, Unknown) or isinstance(b, Unknown):
            return merged([part for part in (a, b) if isinstance(part, Unknown)])
        try:
            result = a + b if isinstance(op, ast.Add) else a - b if isinstance(op, ast.Sub) else (
                a * b if isinstance(op, ast.Mult) else a / b)
        except ZeroDivisionError:
            return Unknown((f"{ast.unparse(right)} is zero",))
        return result if math.isfinite(result) else Unknown((f"{ast.unparse(left)} is too large",))

    def chain(self, node: ast.Compare) -> bool | Unknown:
        parts = [node.left, *node.comparators]
        values = [self.of(part) for part in parts]
        return all_of([
            compared(parts[n], values[n], op, parts[n + 1], values[n + 1]) for n, op in enumerate(node.ops)
        ])

    # -- functions

    def call(self, name: str, arguments: list[ast.expr]) -> Value:
        if name in ("age", "until"):
            return self.moment(arguments[0], 1 if name == "age" else -1)
        if name == "processes":
            pattern = self.of(arguments[0])
            ask = self.context.processes
            found = ask(pattern) if ask is not None and isinstance(pattern, str) else None
            return float(found) if found is not None else Unknown(("the processes are not known",))
        past = self.context.past
        if past is None:
            return Unknown(("no earlier answers are kept",), filling=True)
        if name == "unchanged":
            return self.unchanged(past, arguments[0])
        if name == "consecutive":
            return self.consecutive(past, arguments[0])
        window = self.number(arguments[-1])
        if isinstance(window, Unknown):
            return window
        covered = past.coverage(window)
        if name == "coverage":
            return covered
        if covered < self.context.min_coverage:
            return Unknown((f"window {covered * 100:.0f} % filled",), filling=True)
        samples = past.samples(window)
        if name == "count":
            return self.count(samples, arguments)
        if name == "changes":
            seen = [value for _, value in self.series(samples, arguments[0])]
            return float(sum(not same(a, b) for a, b in pairwise(seen)))
        points = [(at, value) for at, value in self.series(samples, arguments[0]) if isinstance(value, float)]
        if not points or len(points) < self.context.min_coverage * len(samples):
            return Unknown((f"{ast.unparse(arguments[0])} was not measured often enough",))
        result = NUMERIC[name](points, window)
        return result if result is not None else Unknown(("window has too few answers",), filling=True)

    def at(self, sample: Sample) -> Evaluation:
        return Evaluation(self.quantities, sample.values, Context(processes=None))

    def series(self, samples: Sequence[Sample], node: ast.expr) -> list[tuple[float, Value]]:
        """What an expression was at each sample; answers that could not tell are left out."""
        found = [(sample.at, self.at(sample).of(node)) for sample in samples]
        return [(at, value) for at, value in found if not isinstance(value, (Unknown, Null))]

    def count(self, samples: Sequence[Sample], arguments: list[ast.expr]) -> float | Unknown:
        if len(arguments) == 1:
            node: ast.expr = ast.Name("matches", ctx=ast.Load(), lineno=1, col_offset=-1)
            numbers = [value for _, value in self.series(samples, node) if isinstance(value, float)]
            return float(sum(numbers)) if numbers else Unknown(("nothing was counted",), frozenset(("matches",)))
        told = [value for _, value in self.series(samples, arguments[0])]
        return float(sum(value is True for value in told)) if told else Unknown(("nothing was counted",))

    def unchanged(self, past: Past, node: ast.expr) -> float | Unknown:
        """Seconds since the value last changed, or since it was first seen."""
        now = self.of(node)
        if isinstance(now, (Unknown, Null)):
            return now if isinstance(now, Unknown) else wrong(node, now, "a value")
        history = self.series(past.samples(math.inf), node)
        since = history[-1][0] if history else None
        for at, value in reversed(history):
            if not same(value, now):
                break
            since = at
        if since is None:
            return Unknown(("no earlier answers are kept",), filling=True)
        return history[-1][0] - since

    def consecutive(self, past: Past, node: ast.expr) -> float | Unknown:
        """How many answers in a row, up to the newest, made the condition true."""
        count = 0
        for sample in reversed(past.samples(math.inf)):
            told = self.at(sample).yes_or_no(node)
            if told is not True:
                return told if isinstance(told, Unknown) and count == 0 else float(count)
            count += 1
        return float(count)

    def moment(self, node: ast.expr, sign: int) -> float | Unknown:
        value = self.of(node)
        if isinstance(value, Unknown):
            return value
        when = instant(value)
        if when is None:
            return wrong(node, value, "a time")
        now = self.context.now
        return sign * (now - when).total_seconds() if now is not None else Unknown(("the time is not known",))


def instant(value: Value) -> datetime | None:
    """An ISO 8601 time with its zone, or seconds (or milliseconds) since 1970."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        return moment.astimezone(UTC) if moment.tzinfo else None
    if isinstance(value, float):
        try:
            return datetime.fromtimestamp(value / 1000 if abs(value) >= 1e11 else value, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    return None
