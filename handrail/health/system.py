"""Which lamps a command is about: those that ask the system it acts on."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from handrail.pack_model import Pack, Probe

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


def _word(name: str, command: str) -> bool:
    return re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w/-])", command) is not None
