"""Files a command writes: evidence put aside is a read, a record or a setting is a change, a restore over data destroys."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .model import Risk
from .syntax import Simple
from .tools import Call

_EVIDENCE = re.compile(
    r"forensic|evidence|incident|backup|snapshot|dump|capture|diag|debug|collect|artifact|triage|archive|/tmp/|^/tmp$|\$\(date"
    r"|\.(?:log|bak|old|orig|out|pcap|prof|hprof|trace|txt\.gz|tgz|tar(?:\.\w+)?)$|\.(?:bak|backup|old|orig|save)\b",
    re.I,
)
_FROM_BACKUP = re.compile(r"backup|\.bak\b|\.dump\b|snapshot|restore", re.I)
_DATA = re.compile(r"\.(?:db|sqlite3?|mdb|rdb|aof|ibd|dbf)$|/data(?:/|$)|/var/lib/|pgdata|PGDATA|datadir", re.I)
_NOWHERE = re.compile(r"/dev/(?:null|stdout|stderr|tty)$|^&?\d?$|^-$")
_DEVICE = re.compile(r"/dev/(?!null|stdout|stderr|tty)|/proc/sysrq")
_HERE = re.compile(r"^(?:\./)?(?:[\w.${}()<>+%:~-]|\s)+$")
_WRITERS = frozenset({"echo", "printf", "cat"})
_NOTHING = frozenset({"", ":", "true"})


def redirects(simple: Simple) -> Iterator[tuple[Risk, str]]:
    """What the output redirections of a command do."""
    for operator, target in simple.redirects:
        if operator in ("<", "<&", ">&") or _NOWHERE.search(target):
            continue
        if _DEVICE.search(target):
            yield "destructive", f"writes to {target}"
        elif simple.name in _NOTHING or (simple.name == "cat" and simple.words[1:2] == ["/dev/null"]):
            yield "destructive", f"empties {target}"
        elif (simple.name in _WRITERS and (simple.fed or simple.name != "cat")) or not put_aside(target):
            yield "change", f"writes {target}"


def put_aside(target: str) -> bool:
    """Whether a path is where one keeps captured output: a new file here, in /tmp, or named as evidence."""
    return bool(_EVIDENCE.search(target) or _HERE.match(target)) and not target.startswith(
        ("/etc/", "/usr/", "~/.", "/boot")
    )


def risk(how: str, program: str, call: Call, simple: Simple, otherwise: Risk) -> tuple[Risk, str]:
    """The risk of cp, mv, tee, dd and scp from where they write."""
    if how == "dd":
        targets = [verb[3:] for verb in call.verbs if verb.startswith("of=")]
        if not targets or all(_NOWHERE.search(target) for target in targets):
            return "read", ""
        return (
            ("destructive", f"dd to {targets[0]}") if _DEVICE.search(targets[0]) else ("change", f"writes {targets[0]}")
        )
    if how == "write":
        loose = [verb for verb in call.verbs if not _NOWHERE.search(verb)]
        written_by_hand = simple.upstream is not None and simple.upstream.name in _WRITERS
        if all(put_aside(verb) for verb in loose) and not written_by_hand:
            return "read", ""
        return "change", f"writes {loose[0] if loose else 'a file'}"
    if len(call.verbs) < 2:
        return otherwise, program
    sources, target = call.verbs[:-1], call.verbs[-1]
    if how == "remote-copy":
        pulls = ":" not in target and (put_aside(target) or target in (".", "./"))
        return (
            ("read", "") if pulls and any(":" in source for source in sources) else (otherwise, f"copies to {target}")
        )
    if program in ("mv", "move", "move-item", "rename"):
        return (
            ("destructive", f"overwrites {target}") if _restores(sources, target) else ("change", f"moves to {target}")
        )
    if _restores(sources, target):
        return "destructive", f"restores over {target}"
    if _EVIDENCE.search(target) and not target.startswith(("/etc/", "/usr/")):
        return "read", ""
    return "change", f"writes {target}"


def _restores(sources: tuple[str, ...], target: str) -> bool:
    return any(_FROM_BACKUP.search(source) for source in sources) and bool(_DATA.search(target))
