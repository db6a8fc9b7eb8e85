"""Files a command writes: evidence put aside is a read, a setting or record a change, a restore over data destroys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .model import Risk
from .syntax import Simple
from .tools import Call

_EVIDENCE = re.compile(
    r"(?:^|[/_.$\{-])(?:forensics?|evidence|incidents?|backups?|snapshots?|dumps?|captures?|diag\w*|debug|collect\w*|artifacts?"
    r"|triage|archives?)(?=[/_.\d$\}]|-[\d$]|$)|/tmp/|^/tmp$|\$\(date|/logs?/"
    r"|\.(?:log|bak|old|orig|out|pcap|prof|hprof|trace|tgz|tar(?:\.\w+)?)$|\.(?:bak|backup|old|orig|save)\b", re.I
)
_FROM_BACKUP = re.compile(r"backup|\.bak\b|\.dump\b|snapshot|restore", re.I)
_DATA = re.compile(r"\.(?:db|sqlite3?|mdb|rdb|aof|ibd|dbf)$|/data(?:/|$)|/var/lib/|pgdata|datadir", re.I)
_NOWHERE = re.compile(r"/dev/(?:null|stdout|stderr|tty)$|^&?\d?$|^-$")
_DEVICE = re.compile(r"/dev/(?!null|stdout|stderr|tty)|/proc/sysrq|^/sys/.*/(?:delete|remove)$")
_HERE = re.compile(r"^(?:\./)?(?:[\w.${}()<>+%:~-]|\s)+$")
_DRIVE = re.compile(r"[A-Za-z]:(?!\\?te?mp\b)")
_VARIABLE = re.compile(r"^\$\{?\w+\}?")
_KEPT = re.compile(r"OUT|REPORT|RESULT|BUNDLE|TMP|TEMP|LOG|DUMP|COLLECT", re.I)
#: Names under which programs look for what they live by.
_LIVE = re.compile(
    r"(?:^|/)(?:terraform\.tfstate|\.env(?:\.\w+)?|\.kube/config|kubeconfig|authorized_keys|known_hosts|Dockerfile|crontab"
    r"|docker-compose[\w.-]*\.ya?ml|compose\.ya?ml|[\w-]+\.(?:tfvars|service|conf|cnf|ini))$")
_SETTINGS = ("/etc/", "/usr/", "/boot", "~/.", "$HOME/.")
_WRITERS = frozenset({"echo", "printf"})
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
        elif _by_hand(simple) or target in simple.words or not put_aside(target):
            yield "change", f"writes {target}"
        elif simple.name == "cat" and len(simple.words) > 1 and not _EVIDENCE.search(target):
            yield "change", f"writes {target}"  # a copy over whatever stands there


def put_aside(target: str) -> bool:
    """Whether a path is where one keeps captured output: a new file here, in /tmp, or named as evidence."""
    if target.startswith(_SETTINGS) or (_LIVE.search(target) and not _EVIDENCE.search(target)):
        return False
    if _DRIVE.match(target):
        return bool(_EVIDENCE.search(target))
    if _VARIABLE.match(target):
        return bool(_EVIDENCE.search(target) or _KEPT.search(target))
    return bool(_EVIDENCE.search(target) or _HERE.match(target))


def risk(how: str, program: str, call: Call, simple: Simple, otherwise: Risk) -> tuple[Risk, str]:
    """The risk of cp, mv, tee, dd and scp from where they write."""
    if how == "dd":
        return _dd([verb[3:] for verb in call.verbs if verb.startswith("of=")])
    if how == "write":
        loose = [verb for verb in call.verbs if not _NOWHERE.search(verb)]
        if device := next((verb for verb in loose if _DEVICE.search(verb)), ""):
            return "destructive", f"writes to {device}"
        by_hand = simple.upstream is not None and _by_hand(simple.upstream)
        if all(put_aside(verb) for verb in loose) and not (by_hand and loose):
            return "read", ""
        return "change", f"writes {loose[0]}"
    if len(call.verbs) < 2:
        return otherwise, program
    sources, target = call.verbs[:-1], call.verbs[-1]
    if how == "remote-copy":
        pulls = ":" not in target and (put_aside(target) or target in (".", "./"))
        return ("read", "") if pulls and any(":" in one for one in sources) else (otherwise, f"copies to {target}")
    moves = program in ("mv", "move", "move-item", "rename")
    if moves and _NOWHERE.search(target):
        return "destructive", f"moves to {target}"
    if _DATA.search(target) and any(_FROM_BACKUP.search(source) for source in sources):
        return "destructive", f"restores over {target}"
    if not moves and _EVIDENCE.search(target) and not target.startswith(_SETTINGS):
        return "read", ""
    return "change", f"{'moves to' if moves else 'writes'} {target}"


def _dd(targets: Sequence[str]) -> tuple[Risk, str]:
    if all(_NOWHERE.search(target) for target in targets):
        return "read", ""
    return ("destructive" if _DEVICE.search(targets[0]) else "change"), f"dd to {targets[0]}"


def _by_hand(simple: Simple) -> bool:
    """A record somebody writes: what echo says, what a here-document holds."""
    return simple.name in _WRITERS or (simple.name == "cat" and bool(simple.fed))
