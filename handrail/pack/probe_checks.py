"""What must be true of one probe beyond its shape: its kind's options, its texts, its conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handrail.conditions import Condition, ConditionError, parse
from handrail.kinds import NameType
from handrail.pack.model import Pack, Probe
from handrail.pack.probe_names import names_of, own_names
from handrail.quantities import SCALES, seconds
from handrail.tables import Source, nearest
from handrail.toml_lines import Key

BRACES = re.compile(r"\{([^{}]*)\}")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def check_options(pack: Pack, probe: Probe, key: Key, source: Source) -> None:
    """The keys of its kind. Raises PackError."""
    options = probe.options
    for name in ("path", "glob", "host", "name", "sql", "match", "metric"):
        if name in options and not options[name] and name not in _LONE.get(probe.kind, ()):
            raise source.error((*key, name), "is empty.")
    if "match" in options:
        try:
            re.compile(options["match"])
        except re.error as error:
            raise source.error((*key, "match"), f"not a regular expression: {error}.",
                               "Write it in single quotes, so that backslashes stay.") from None
    for name in ("period", "grace", "older_than", "busy_timeout"):
        if options.get(name) and seconds(options[name]) is None:
            raise source.error((*key, name), f'"{options[name]}" is no duration.', 'Write one such as "5m".')
    match probe.kind:
        case "http" | "prometheus-text":
            _web(pack, probe, key, source)
        case "tcp" if not 1 <= options["port"] <= 65535:
            raise source.error((*key, "port"), f"is {options['port']}.", "Ports go from 1 to 65535.")
        case "command" | "nagios" if not options["argv"]:
            raise source.error((*key, "argv"), "is empty.", 'Write the program and its arguments: ["df", "-h"].')
        case "file" | "sqlite":
            first, second = _LONE[probe.kind]
            if bool(options[first]) == bool(options[second]):
                raise source.error(key, f"needs {first} or {second}, one of the two.")
        case "composite":
            _composite(pack, probe, key, source)


_LONE = {"file": ("path", "glob"), "sqlite": ("sql", "check")}


def check_conditions(probe: Probe, key: Key, source: Source) -> None:
    """Its conditions, its units, and the texts with names in braces. Raises PackError."""
    names = names_of(probe)
    _units(probe, key, source)
    for n, level in enumerate(probe.level):
        _condition(level.when, names, (*key, "level", n, "when"), source)
        if level.clear:
            _condition(level.clear, names, (*key, "level", n, "clear"), source)
    for tag, text in probe.expect.items():
        _condition(text, names, (*key, "expect", tag), source)
    if probe.agree:
        _condition(probe.agree, names, (*key, "agree"), source)
    for field in ("show", "want"):
        for name in BRACES.findall(getattr(probe, field)):
            _known(name, names, (*key, field), source)
    if probe.graph:
        _known(probe.graph, names, (*key, "graph"), source)
    for n, name in enumerate(probe.optional):
        if not name.startswith("item."):
            _known(name, names, (*key, "optional", n), source)
    for n, name in enumerate(probe.events):
        _known(name, names, (*key, "events", n), source)
    if probe.countdown is not None:
        _known(probe.countdown.field, names, (*key, "countdown", "field"), source)


def _condition(text: str, names: Mapping[str, NameType], key: Key, source: Source) -> Condition:
    try:
        return parse(text, names)
    except ConditionError as error:
        raise source.error(key, f"{error.problem} {error.detail}", error.remedy) from None


def _known(name: str, names: Mapping[str, NameType], key: Key, source: Source) -> None:
    if name not in names and not (name.startswith("item.") and "item" in names):
        raise source.error(key, f'there is no name "{name}".', nearest(name, names, "names"))


def _units(probe: Probe, key: Key, source: Source) -> None:
    units = {"": probe.unit} if isinstance(probe.unit, str) else probe.unit
    own = own_names(probe)
    for name, unit in units.items():
        place: Key = (*key, "unit", name) if name else (*key, "unit")
        if unit and unit not in SCALES:
            raise source.error(place, f'there is no unit "{unit}".', nearest(unit, SCALES, "units"))
        if name and name not in own and not (name.startswith("item.") and probe.each is not None):
            raise source.error(place, f'"{name}" is none of this probe\'s values.', nearest(name, own, "values"))


def _web(pack: Pack, probe: Probe, key: Key, source: Source) -> None:
    url, method = probe.options["url"], probe.options.get("method", "GET")
    if url.startswith("/"):
        if not pack.base:
            raise source.error((*key, "url"), f'"{url}" has no base.', 'Give the pack base = "http://…".')
        url = pack.base
    if not re.match(r"https?://[^/\s]", url):
        raise source.error((*key, "url"), f'"{url}" is no http:// or https:// address.')
    if method not in METHODS:
        raise source.error((*key, "method"), f'"{method}" is no method.', nearest(method, METHODS, "methods"))
    if method not in ("GET", "HEAD"):
        if not probe.unsafe:
            raise source.error((*key, "method"), f"{method} changes things.", "Say unsafe = true if it must be asked.")
        if probe.when_run != "manual":
            raise source.error((*key, "method"), f"{method} is never asked on schedule.", 'Say when_run = "manual".')


def _composite(pack: Pack, probe: Probe, key: Key, source: Source) -> None:
    others = [other.id for other in pack.probes if other.kind != "composite"]
    for n, id in enumerate(probe.options["of"]):
        if not any(matches(id, other) for other in others):
            raise source.error((*key, "of", n), f'there is no probe "{id}".', nearest(id, others, "probes"))


def matches(pattern: str, id: str) -> bool:
    """Whether an id is meant by an entry of `of`: itself, or any that begins so for "hb-*"."""
    return id.startswith(pattern[:-1]) if pattern.endswith("*") else id == pattern
