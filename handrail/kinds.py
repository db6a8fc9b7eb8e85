"""What each kind of probe may be asked, and the names its answer has in conditions. health/probes measures them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

# What a name holds: a bare number, a ratio, seconds, bytes, text, yes or no, or whatever the source says.
NameType = Literal["number", "ratio", "s", "B", "text", "bool", "any"]


class Options(msgspec.Struct, kw_only=True):
    """The keys of one kind, beside those common to all."""


class Http(Options):
    """`method` other than GET or HEAD needs `unsafe` and is asked only on a key press."""

    url: str
    method: str = "GET"
    headers: dict[str, str] = {}
    body: str = ""
    follow: bool = False


class Tcp(Options):
    """`banner` reads what the server says first."""

    host: str
    port: int
    banner: bool = False


class Disk(Options):
    path: str


class Dns(Options):
    """`family` limits the question to A ("4") or AAAA ("6")."""

    name: str
    family: Literal["", "4", "6"] = ""


class Command(Options):
    """`argv` is run without a shell; standard output of `rc` 0 may be JSON for `values`."""

    argv: tuple[str, ...]
    cwd: str = ""
    env: dict[str, str] = {}


class PrometheusText(Options):
    """One metric of a text exposition; `labels` pick a series where there are several."""

    url: str
    metric: str
    labels: dict[str, str] = {}


class Process(Options):
    """`match` is a regular expression over whole command lines."""

    match: str
    user: str = ""


class Nothing(Options):
    pass


class File(Options):
    """Either `path`, or `glob` with `pick`; `older_than` limits `count`."""

    path: str = ""
    glob: str = ""
    pick: Literal["newest", "oldest", "largest"] = "newest"
    older_than: str = ""


class Log(Options):
    """`match` is a regular expression counted in new lines, or in the `whole` file each time.

    It is looked for in the first 16,384 characters of a line, and in the newest 8 MB.
    """

    path: str
    match: str
    read: Literal["new", "whole"] = "new"


class Systemd(Options):
    units: tuple[str, ...]
    user: bool = False


class Sqlite(Options):
    """Opened read-only. Either `sql` (one row) or `check = "integrity"`; `pragma` adds names."""

    path: str
    sql: str = ""
    check: Literal["", "integrity", "quick"] = ""
    pragma: tuple[str, ...] = ()
    busy_timeout: str = "0s"


class Heartbeat(Options):
    """Something else touches `path` every `period`; late after `period` and `grace`."""

    path: str
    period: str
    grace: str = "0s"


class Composite(Options):
    """Other probes by id; `*` matches any ending."""

    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its keys, its names, whether it asks over the network, where an answer may take its whole limit, and
    whether it does so over HTTP, with what all such probes share."""

    options: type[Options]
    names: dict[str, NameType]
    remote: bool = False
    http: bool = False


_HTTP: dict[str, NameType] = {
    "status": "number", "error": "text", "elapsed": "s", "ttfb": "s", "dns": "s", "connect": "s", "tls": "s",
    "size": "B", "cert_days": "number", "redirects": "number",
}
_COMMAND: dict[str, NameType] = {"rc": "number", "error": "text", "elapsed": "s", "lines": "number", "stdout": "text"}
_FILE: dict[str, NameType] = {
    "exists": "bool", "readable": "bool", "writable": "bool", "size": "B", "mode": "number", "age": "s",
    "count": "number", "target": "text", "broken_link": "bool", "error": "text",
}

KINDS: dict[str, Kind] = {
    "http": Kind(Http, _HTTP, remote=True, http=True),
    "tcp": Kind(Tcp, {"error": "text", "elapsed": "s", "banner": "text"}, remote=True),
    "disk": Kind(Disk, {
        "free": "B", "free_ratio": "ratio", "used": "ratio", "size": "B", "inodes_free": "ratio", "ro": "bool",
        "io_util": "ratio", "io_wait": "ratio", "error": "text",
    }),
    "dns": Kind(Dns, {"error": "text", "rcode": "text", "answers": "number", "elapsed": "s"}, remote=True),
    "command": Kind(Command, _COMMAND),
    "nagios": Kind(Command, _COMMAND),
    "prometheus-text": Kind(
        PrometheusText, {"value": "any", "series": "number", "error": "text", "age": "s"}, remote=True, http=True),
    "process": Kind(Process, {
        "count": "number", "rss_max": "B", "rss_sum": "B", "cpu": "ratio", "fds_pct": "ratio", "sockets": "number",
        "age_min": "s", "zombies": "number", "error": "text",
    }),
    "memory": Kind(Nothing, {
        "available": "B", "available_ratio": "ratio", "used": "ratio", "swap_used": "ratio", "error": "text",
    }),
    "file": Kind(File, _FILE),
    "log": Kind(Log, {**_FILE, "matches": "number", "last_match_age": "s"}),
    "systemd": Kind(Systemd, {
        "load": "text", "active": "text", "sub": "text", "result": "text", "restarts": "number", "since": "s",
        "error": "text",
    }),
    "sqlite": Kind(Sqlite, {"result": "text", "elapsed": "s", "error": "text", "journal_mode": "text"}),
    "heartbeat": Kind(Heartbeat, {"late": "bool", "age": "s", "missed": "number", "started": "bool", "error": "text"}),
    "composite": Kind(Composite, {"bad": "number", "total": "number", "unknown": "number", "worst": "number"}),
    "self": Kind(Nothing, {
        "loop_lag": "s", "late_probes": "number", "clock_jump": "s",
    }),
}
