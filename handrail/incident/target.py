"""The word to type before something is destroyed: what it is about, not "yes"."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from handrail.runbook.request_text import parts
from handrail.runbook.shell import judge
from handrail.runbook.syntax import commands
from handrail.runbook.tools import standard

FALLBACK = "yes, destroy"
LONGEST = 40

HOST_ENDS = frozenset({"reboot", "shutdown", "poweroff", "halt", "init", "telinit"})
SQL = re.compile(r"\b(?:drop|truncate|delete)\s+(?:\w+\s+)*?(?:from\s+|table\s+|database\s+|schema\s+)?"
                 r"(?:if\s+exists\s+)?[\"`]?(?:\w+\.)?(\w+)[\"`]?\s*(?:;|$|where\b|cascade\b)", re.IGNORECASE)
TYPEABLE = re.compile(r"[\w@+][\w.@+-]*")


def word_for(command: str, kind: str, host: str) -> str:
    """The last part of the path, the pod, the unit or the host that `command` destroys; "yes, destroy" without any.

    `kind` is the item's kind, `host` this host, for what ends the host itself.
    """
    if kind == "http":
        return _typeable(_of_address(parts(command).address)) or FALLBACK
    found = [simple for simple in commands(command) if simple.words]
    worst = [simple for simple in found if judge([simple]).risk == "destructive"]
    for simple in reversed(worst or found):
        if word := _typeable(_object(simple.words, host)):
            return word
    return FALLBACK


def _object(words: list[str], host: str) -> str:
    """What a program's words are about."""
    name = words[0].rsplit("/", 1)[-1]
    rest = words[1:]
    if name in HOST_ENDS:
        return host
    if found := next((match for word in rest if (match := SQL.search(word))), None):
        return found[1]
    if of := next((word.removeprefix("of=") for word in rest if word.startswith("of=")), ""):
        return _last_part(of)
    tool = standard().family(name)
    things = list(tool.call(rest).verbs) if tool else [word for word in rest if not word.startswith("-")]
    if name in ("sudo", "doas", "nohup", "env", "time", "nice", "xargs"):
        things = [word for word in things if "=" not in word]
        return _object(things, host) if things else ""
    if name in ("ssh", "mosh") and things:
        return things[0].rpartition("@")[2]
    if name in ("curl", "wget", "http", "https"):
        address = next((word for word in things if "/" in word or "." in word), "")
        return _of_address(address)
    if tool is not None and len(things) == 1 and _is_verb(name):
        # An option before the object may look as if the object were its value: docker rm -f web.
        things = [] if rest[-1] == things[0] or rest[-1].startswith("-") else rest[-1:]
    return _last_part(things[-1]) if things else ""


def _is_verb(name: str) -> bool:
    """Programs whose first word says what to do, so that one word alone names no object."""
    return name not in ("rm", "rmdir", "unlink", "shred", "truncate", "kill", "pkill", "killall", "dropdb", "dropuser",
                        "userdel", "groupdel", "umount", "wipefs", "fdisk", "mkfs") and not name.startswith("mkfs.")


def _of_address(address: str) -> str:
    parts = urlsplit(address if "://" in address else f"//{address}")
    return _last_part(parts.path) or parts.hostname or ""


def _last_part(path: str) -> str:
    """The last part of a path that names something: `cookies` of profiles/*/cookies, `log` of /var/log/*."""
    named = [part for part in path.rstrip("/").split("/") if re.search(r"\w", part)]
    return named[-1] if named else ""


def _typeable(text: str) -> str:
    """The longest piece of it that a person can type without thinking about quotes."""
    pieces = TYPEABLE.findall(text) if "$" not in text else []
    word = max(pieces, key=len, default="")
    return word if len(word) <= LONGEST else ""
