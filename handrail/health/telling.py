"""A lamp in a few words: what was read, what would be well, and why it is as it is."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping
from datetime import datetime

from handrail.clock import short_duration
from handrail.conditions import Condition
from handrail.health.judge import Judge, Level
from handrail.health.states import Damping, Memory
from handrail.kinds import NameType
from handrail.pack.model import Probe
from handrail.pack.probe_names import names_of
from handrail.quantities import Unit, seconds, show
from handrail.text import clean

LONGEST = 60
CANNOT_TELL = "cannot tell"  # how the reason of a lamp begins that has its answer and learned nothing from it
WORDS = {1: "CRIT", 2: "HIGH", 3: "WARN", 4: "NOTE"}
ERRORS = {
    "dns": "no such host", "refused": "refused", "unreachable": "unreachable", "tls": "TLS failed", "reset": "cut off",
    "protocol": "garbled", "size": "too large", "missing": "missing", "io": "unreadable", "not_found": "not found",
    "not_executable": "not executable", "killed": "killed", "locked": "locked", "sql": "SQL error",
    "not_a_database": "no database", "denied": "not permitted", "unavailable": "not available here",
    "parts": "some parts cannot be told",
}
# What a lamp says where its probe does not say what to show.
SHOWN = {
    "http": "{elapsed}", "tcp": "{elapsed}", "dns": "{answers} answers", "prometheus-text": "{value}",
    "disk": "{free} free", "memory": "{available} free", "process": "{count} running", "command": "exit {rc}",
    "nagios": "{stdout}", "file": "{size}", "log": "{matches} new", "systemd": "{active}", "sqlite": "{elapsed}",
    "heartbeat": "{age} ago", "composite": "{bad} of {total} bad", "self": "{loop_lag} lag",
}
_STAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)")
_BRACES = re.compile(r"\{([^{}]*)\}")
_OPPOSITE: dict[type[ast.cmpop], str] = {ast.Lt: ">", ast.LtE: ">", ast.Gt: "<", ast.GtE: "<"}
_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}


class Teller:
    """The texts of one probe's lamps."""

    def __init__(self, probe: Probe, judge: Judge) -> None:
        self.probe = probe
        self.names: Mapping[str, NameType] = names_of(probe)
        self.show = probe.show or SHOWN.get(probe.kind, "")
        self.shown = _BRACES.findall(self.show)
        self.levels = judge.levels
        self.wanted = probe.want or self._derived()

    def value(self, values: Mapping[str, object]) -> str:
        """What was read; the error instead where there was one, and the HTTP status where it says it failed."""
        error, status = values.get("error", "none"), values.get("status")
        shown = self.shown
        if error == "timeout" and "error" not in shown:
            return f"no answer in {show(seconds(self.probe.timeout) or 0, 's')}"
        if isinstance(error, str) and error != "none" and "error" not in shown:
            return ERRORS.get(error, clean(error, LONGEST))
        absent = any(_looked_up(values, name) is None for name in shown)
        if isinstance(status, int) and status >= 400 and (absent or not self.probe.show):
            return f"HTTP {status}"
        if absent:
            return "no value"
        return clean(_BRACES.sub(lambda found: self._word(found[1], values), self.show), LONGEST)

    def number(self, values: Mapping[str, object]) -> float | None:
        """What the sparkline draws: the number that `graph` names, or the first one shown."""
        for name in [self.probe.graph] if self.probe.graph else self.shown:
            found = _looked_up(values, name)
            if isinstance(found, (int, float)) and not isinstance(found, bool) and math.isfinite(found):
                return float(found)
        return None

    def bad(self, level: Level) -> str:
        return clean(f"{level.note}: {level.text}" if level.note and level.text else level.note or level.text, 200)

    def pending(self, memory: Memory, damping: Damping) -> str:
        """"2 of 3 bad answers", "bad for 12s of 30s": how far a level is from being confirmed."""
        n = next(iter(memory.pending()), None)
        if n is None:
            return ""
        held, level = memory.levels[n], self.levels[n]
        if held.hits < damping.confirm_bad:
            far = f"{held.hits} of {damping.confirm_bad} bad answers"
        else:
            far = f"bad for {short_duration(held.held)} of {short_duration(level.hold)}"
        return f"{far}: {self.bad(level)}"

    def unknown(self, reason: str) -> str:
        said = "no answer in time" if reason == "timeout" else ERRORS.get(reason, reason)
        return clean(f"{CANNOT_TELL}: {said}", 200)

    def _word(self, name: str, values: Mapping[str, object]) -> str:
        found = _looked_up(values, name)
        if isinstance(found, bool):
            said = "true" if found else "false"
            return self.probe.words.get(said, "yes" if found else "no")
        if isinstance(found, (int, float)):
            said = f"{found:g}" if isinstance(found, float) else str(found)
            return self.probe.words.get(said) or show(float(found), _unit(self.names.get(name, "any")))
        text = f"{len(found)} items" if isinstance(found, (list, dict)) else _moment(str(found))
        return self.probe.words.get(text, text)

    def _derived(self) -> str:
        """What would be well, from the mildest level that is a plain comparison of what is shown."""
        for level in reversed(self.levels):
            if level.when is not None and (text := self._turned(level.when, self.shown)):
                return clean(text, LONGEST)
        return ""

    def _turned(self, condition: Condition, shown: list[str]) -> str:
        tree = condition.tree
        if not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
            return ""
        left, op, right = tree.left, type(tree.ops[0]), tree.comparators[0]
        if _spelled(right) in shown and not condition.quantities.get(right.col_offset):
            left, op, right = right, _TURNED.get(op, op), left
        if _spelled(left) not in shown:
            return ""
        if isinstance(right, ast.Name) and right.id in ("true", "false"):
            wanted = (right.id == "true") == (op is ast.NotEq)
            return f"want {self._word('it', {'it': wanted})}" if op in (ast.Eq, ast.NotEq) else ""
        literal: object = right.value if isinstance(right, ast.Constant) else None
        if quantity := condition.quantities.get(right.col_offset):
            literal = show(quantity.value, quantity.unit)
        if literal is None or isinstance(literal, bool):
            return ""
        if op is ast.NotEq:
            return f"want {self.probe.words.get(str(literal), str(literal))}"
        return f"{_OPPOSITE[op]} {literal}" if op in _OPPOSITE else ""


def _moment(text: str) -> str:
    """A moment as the rest of the screen has it, where an interface wrote it as ISO 8601; any other text as it is."""
    try:
        return f"{datetime.fromisoformat(text).astimezone():%d %b %H:%M}" if _STAMP.fullmatch(text) else text
    except (ValueError, OverflowError):
        return text


def _spelled(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"item.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _looked_up(values: Mapping[str, object], name: str) -> object:
    if name.startswith("item."):
        item = values.get("item")
        return item.get(name[5:]) if isinstance(item, Mapping) else None
    return values.get(name)


def _unit(sort: NameType) -> Unit:
    return sort if sort in ("ratio", "s", "B") else ""
