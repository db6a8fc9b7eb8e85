"""What is allowed in a pack and yet most likely a slip: seen before anybody relies on the lamp."""

from __future__ import annotations

import ast
import ipaddress
import re
import socket
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from handrail.conditions import Condition
from handrail.health.extract import path_error
from handrail.health.judge import Judge, Level
from handrail.pack.model import Pack, Probe
from handrail.pack.pack import FILE, load
from handrail.pack.probe_names import names_of
from handrail.quantities import seconds
from handrail.runbook.model import Finding
from handrail.toml_lines import Key, key_lines, line_of

_TIMED = re.compile(r"\w+(?:_ms|Ms|_millis|Millis|_seconds|Seconds)")
_NESTED = re.compile(r"(?<!\\)[*+]\)(?:[*+]|\{\d*,)")  # (a+)+, (.*)*, (\d+){2,}
_RISING, _FALLING = (ast.Gt, ast.GtE), (ast.Lt, ast.LtE)


class Slip(NamedTuple):
    """One finding by key path below its probe."""

    key: Key
    code: str
    message: str
    remedy: str


def findings(folder: Path) -> tuple[Finding, ...]:
    """The slips in a pack that loads, in the order of its lines. Raises PackError for one that does not."""
    pack = load(folder)
    lines = key_lines((pack.folder / FILE).read_text("utf-8"))
    found = [
        Finding(line=line_of(lines, ("probe", n, *slip.key)) or 1, code=slip.code,
                message=f"{probe.id}: {slip.message}", remedy=slip.remedy)
        for n, probe in enumerate(pack.probes) for look in LOOKS for slip in look(probe, pack)
    ]
    return tuple(sorted(found, key=lambda finding: finding.line))


def _paths(probe: Probe, pack: Pack) -> Iterator[Slip]:
    paths: list[tuple[Key, str]] = [(("values", name), path) for name, path in probe.values.items()]
    if probe.kind == "nagios":
        paths = []
    if probe.each is not None:
        paths += [(("each", "items"), probe.each.items), (("each", "key"), probe.each.key)]
    for key, path in paths:
        if why := path_error(path):
            yield Slip(key, "not-a-path", f"{path} is no jq path: {why}.", "Try it with jq on a real answer.")
        elif re.search(r"\[\]\s*\|\s*select\(.*\)\s*\|\s*length\s*$", path) and not path.lstrip().startswith("["):
            yield Slip(key, "many-values", f"{path} gives one value for each match.",
                       f"Put brackets around the stream: [{path.rpartition('|')[0].strip()}] | length.")


def _times(probe: Probe, pack: Pack) -> Iterator[Slip]:
    interval, timeout = seconds(probe.interval) or 0.0, seconds(probe.timeout) or 0.0
    if timeout >= interval:
        yield Slip(("timeout",), "slow-limit",
                   f"an answer may take {probe.timeout}, the next one is due after {probe.interval}.",
                   "Shorten the timeout, or ask less often.")
    for n, level in enumerate(probe.level):
        if level.for_ and (seconds(level.for_) or 0.0) < 2 * interval:
            yield Slip(("level", n, "for"), "short-for",
                       f"{level.for_} is less than two answers apart ({probe.interval}).",
                       "Use confirm_bad for single answers, or lengthen it.")


def _order(probe: Probe, pack: Pack) -> Iterator[Slip]:
    """A worse level whose threshold lies on the milder side holds first: P1 at 0.95 before P2 at 0.85."""
    judged = [level for level in Judge(probe, pack).levels if level.when is not None]
    for worse, milder in pairwise(judged):
        a, b = _threshold(worse.when), _threshold(milder.when)
        if a is None or b is None or a[:2] != b[:2] or worse.rank == milder.rank:
            continue
        if a[2] < b[2] if a[1] == ">" else a[2] > b[2]:
            yield Slip(("level", _place(probe, worse), "when"), "levels-reversed",
                       f"{worse.severity} ({worse.text}) holds before {milder.severity} ({milder.text}).",
                       "Exchange the thresholds, or the severities.")


def _clears(probe: Probe, pack: Pack) -> Iterator[Slip]:
    for level in Judge(probe, pack).levels:
        when, clear = _threshold(level.when), _threshold(level.clear)
        if when is None or clear is None or when[0] != clear[0]:
            continue
        beyond = clear[2] > when[2] if when[1] == ">" else clear[2] < when[2]
        if when[1] == clear[1] or beyond:
            yield Slip(("level", _place(probe, level), "clear"), "clear-beyond",
                       f"{level.severity} begins at {level.text} and is cleared on the same side.",
                       "Clear it on the well side of the threshold.")


def _units(probe: Probe, pack: Pack) -> Iterator[Slip]:
    names = names_of(probe)
    for n, level in enumerate(Judge(probe, pack).levels):
        for name in sorted(level.when.names if level.when is not None else ()):
            bare = name.removeprefix("item.")
            if _TIMED.fullmatch(bare) and names.get(name, "any") == "any":
                unit = "ms" if "illis" in bare or bare.lower().endswith("ms") else "s"
                yield Slip(("level", _place(probe, level) if n < len(probe.level) else 0, "when"), "no-unit",
                           f"{name} looks like a time and has no unit.", f'Say unit = {{ "{name}" = "{unit}" }}.')


def _addresses(probe: Probe, pack: Pack) -> Iterator[Slip]:
    host = urlsplit(str(probe.options.get("url", ""))).hostname or str(probe.options.get("host", ""))
    if not host:
        return
    if host == "localhost" and _first_address(host) == "::1":
        yield Slip(("url" if "url" in probe.options else "host",), "localhost-v6",
                   "localhost is ::1 first on this host, where few services listen.", "Write 127.0.0.1.")
    if probe.network == "local" and _public(host):
        yield Slip(("url" if "url" in probe.options else "host",), "external", f"{host} is not of this network.",
                   'Say network = "external".')


def _patterns(probe: Probe, pack: Pack) -> Iterator[Slip]:
    pattern = str(probe.options.get("match", ""))
    if _NESTED.search(pattern):
        yield Slip(("match",), "slow-pattern",
                   f"{pattern} repeats what is repeated already: one line can take it for ever.",
                   "Repeat it once: (a+)+ finds what a+ finds.")


LOOKS: tuple[Callable[[Probe, Pack], Iterator[Slip]], ...] = (
    _paths, _times, _order, _clears, _units, _addresses, _patterns)


def _threshold(condition: Condition | None) -> tuple[str, str, float] | None:
    """(what, > or <, number) of a plain comparison of one thing with one number; None for anything else."""
    tree = condition.tree if condition is not None else None
    if condition is None or not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
        return None
    side = ">" if isinstance(tree.ops[0], _RISING) else "<" if isinstance(tree.ops[0], _FALLING) else ""
    right = tree.comparators[0]
    if side and (quantity := condition.quantities.get(right.col_offset)) is not None and isinstance(right, ast.Name):
        return ast.unparse(tree.left), side, quantity.value
    if side and isinstance(right, ast.Constant) and isinstance(right.value, (int, float)):
        return ast.unparse(tree.left), side, float(right.value)
    return None


def _place(probe: Probe, level: Level) -> int:
    """Where a level stands in the file."""
    return next((n for n, one in enumerate(probe.level)
                 if (one.when, one.severity) == (level.text, level.severity)), 0)


def _first_address(host: str) -> str:
    try:
        return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
    except OSError:
        return ""


def _public(host: str) -> bool:
    """Whether an address or a name with a public ending is meant; a bare name is of this network."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".lan", ".invalid", ".test", ".localhost"))
