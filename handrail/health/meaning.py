"""What a probe does, in one plain sentence: what it asks, how often, and when its lamp is bad."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handrail.pack.model import Pack, Probe, ProbeLevel
from handrail.text import clean, literal

WORDS = {1: "CRIT", 2: "HIGH", 3: "WARN", 4: "NOTE"}


def meaning(probe: Probe, pack: Pack) -> str:
    """One sentence such as: asks http://… every 15s: HIGH (P2) when active == false; each after 2 such answers."""
    when = f"every {probe.interval}" if probe.when_run == "schedule" else "only by hand"
    said = f"{asked(probe)} {when}"
    if probe.requires:
        said += f", where this host has {clean(probe.requires)}"
    levels = [level(one, pack) for one in probe.level]
    said += ": " + "; ".join(levels) if levels else ": it has no level and is only shown"
    if levels and probe.confirm_bad > 1:
        said += f"; each after {probe.confirm_bad} such answers"
    for tag, condition in probe.expect.items():
        said += f"; while {clean(tag)} is engaged it must be {clean(condition)}, else HIGH"
    if probe.agree:
        said += f"; WARN unless {clean(probe.agree)}"
    if probe.countdown is not None:
        said += f"; counts down to {clean(probe.countdown.label) or clean(probe.countdown.field)}"
    if probe.events:
        said += f"; a change of {clean(', '.join(probe.events))} is marked on every chart"
    if probe.verify is not None:
        said += f"; resolved only once it has been well for {probe.verify.hold}"
        said += f" and {probe.verify.samples} answers" if probe.verify.samples > 1 else ""
    if probe.depends_on:
        said += f"; BLOCKED while {clean(', '.join(probe.depends_on))} is bad"
    return f"{said}."


def level(one: ProbeLevel, pack: Pack) -> str:
    """`HIGH (P2) when active == false for 5m, until active == true`."""
    said = f"{WORDS[pack.scheme[one.severity].rank]} ({one.severity}) when {clean(one.when)}"
    if one.for_:
        said += f" for {one.for_}"
    if one.latch:
        return f"{said}, until a person clears it"
    if one.clear:
        said += f", until {clean(one.clear)}"
    return f"{said} for {one.clear_for}" if one.clear_for else said


def asked(probe: Probe) -> str:
    """What is looked at, by kind."""
    options = probe.options
    say = _ASKED.get(probe.kind)
    return say(options) if say is not None else f"measures {probe.kind}"


def _file(options: Mapping[str, Any]) -> str:
    return f"looks at {literal(options.get('path') or options.get('glob') or '')}"


_ASKED: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "http": lambda o: f"{o.get('method', 'GET')} {literal(o['url'])}",
    "tcp": lambda o: f"connects to {literal(o['host'])}:{o['port']}",
    "dns": lambda o: f"resolves {literal(o['name'])}",
    "command": lambda o: f"runs {literal(' '.join(o['argv']))}",
    "nagios": lambda o: f"runs the plugin {literal(' '.join(o['argv']))}",
    "prometheus-text": lambda o: f"reads {literal(o['metric'])} at {literal(o['url'])}",
    "process": lambda o: f"counts processes that match \"{literal(o['match'])}\"",
    "disk": lambda o: f"measures the disk of {literal(o['path'])}",
    "memory": lambda _: "measures this host's memory",
    "file": _file,
    "log": lambda o: f"counts \"{literal(o['match'])}\" in {literal(o['path'])}",
    "systemd": lambda o: f"asks systemd about {literal(', '.join(o['units']))}",
    "sqlite": lambda o: f"asks {literal(o['path'])}: {literal(o.get('sql') or o.get('check') or '')}",
    "heartbeat": lambda o: f"waits for {literal(o['path'])} to be touched every {o['period']}",
    "composite": lambda o: f"sums up {literal(', '.join(o['of']))}",
    "self": lambda _: "watches Handrail itself",
}
