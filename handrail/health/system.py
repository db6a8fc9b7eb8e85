"""Which lamps a command is about: those that ask the system it acts on."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from handrail.pack.model import Pack, Probe

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ADDRESS = re.compile(r"https?://[^\s'\"<>|;&)]+")


def concerned(pack: Pack, command: str, tags: Collection[str]) -> frozenset[str]:
    """The ids of the probes whose system `command` names: the same branch of an interface, the same unit, the same
    file; and of those that expect something else while one of `tags` is engaged."""
    branches = {branch for address in _ADDRESS.findall(command) if (branch := _branch(address))}
    return frozenset(probe.id for probe in pack.probes
                     if probe.expect.keys() & set(tags) or _names(probe, command, branches))


def _names(probe: Probe, command: str, branches: Collection[tuple[str, ...]]) -> bool:
    options = probe.options
    match probe.kind:
        case "http":
            return _branch(str(options["url"])) in branches
        case "systemd":
            return any(_word(unit, command) for unit in options["units"])
        case "file" | "log" | "sqlite" | "heartbeat":
            path = str(options.get("path", ""))
            return len(path) > 1 and not path.endswith("/state") and _word(path, command)
    return False


def _branch(address: str) -> tuple[str, ...]:
    """Host, port and the first two parts of the path: where `/api/gmail/status` and `/api/gmail/watch/stop` meet.

    A path of one part says too little.
    """
    try:
        parts = urlsplit(address)
        where = f"{parts.hostname}:{parts.port or parts.scheme}"
    except ValueError:
        return ()
    names = [name for name in parts.path.split("/") if name]
    return (where, *names[:2]) if len(names) > 2 or (len(names) == 2 and names[0] != "api") else ()


def beside(pack: Pack, command: str) -> tuple[str, tuple[str, ...]]:
    """A door that `command` knocks at and that is not of one system alone: its host and port, and what else the pack
    asks there. ("", ()) where each door has one system behind it, as far as the pack knows."""
    for address in _ADDRESS.findall(command):
        door, own = _door(address), _branch(address)[1:]
        if door:
            others = [probe.title or probe.id for probe in pack.probes if probe.kind == "http"
                      and _door(str(probe.options["url"])) == door and _branch(str(probe.options["url"]))[1:] != own]
            if others or _door(pack.base) == door:
                return door, tuple(others)
    return "", ()


def _door(address: str) -> str:
    """Host and port of an address, the names of this host as one; "" for none."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return ""
    if not parts.hostname or port is None:
        return ""
    return f"{'localhost' if parts.hostname in LOOPBACK else parts.hostname}:{port}"


def _word(name: str, command: str) -> bool:
    return re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w/-])", command) is not None
