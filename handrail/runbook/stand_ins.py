"""Example values that the prose around a command marks as standing for one's own."""

from __future__ import annotations

import re

from .model import Placeholder

_SUPPOSED = re.compile(r"\b(?:suppose|supposing|assume|assuming|(?:in )?this example|in the example)\b", re.I)
_TOKEN = re.compile(r"`([^`\s]+)`|(?<![\w`])([\w:/.@-]*\d[\w:/.@-]*)(?![\w`])")
_PROVIDE = re.compile(r"^\W*(?:provide|supply|specify|give)\b(?P<what>[^.\n]*)", re.I | re.M)
_FILE = re.compile(r"(?<![\w/.=-])[\w-]+\.(?:sql|dump|gz|tar|tgz|json|ya?ml|bak|csv|db|txt|pem|key|crt|zip)(?![\w./])")
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+]*://[^\s\"'`|;&]+")
_SPECIFIC = re.compile(r"\b(?:specific|particular|affected|certain|given|individual)\s+([A-Za-z]{3,})", re.I)
_PAIR = re.compile(r"[?&,]?(?<![\w$])(\w+)(?:=|[\"']\s*:\s*)[\"']?([A-Za-z][\w.-]+)")
_PLAIN_VALUES = frozenset({"true", "false", "null", "http", "https", "default", "none", "yes", "no"})


def stand_ins(command: str, told: str, particular: dict[str, str]) -> tuple[Placeholder, ...]:
    """Blanks that only the prose makes blanks.

    "Suppose the ID is X", "Provide a backup file", and "for a specific cli" over `cli=x`. `particular` remembers the
    values of the last kind with their keys, for the commands that follow in the document.
    """
    found: dict[str, str] = {}
    if _SUPPOSED.search(told):
        for code, word in _TOKEN.findall(told):
            token = (code or word).rstrip(".:,")
            if len(token) >= 4 and re.search(r"\d", token) and _stands_in(token, command):
                found[token] = token
    if provide := _PROVIDE.search(told):
        found.update(_provided(provide["what"], command))
    nouns = [noun.lower().rstrip("s") for noun in _SPECIFIC.findall(told)]
    for pair in _PAIR.finditer(command):
        key, value = pair.groups()
        before = command[: pair.start()].rpartition("\n")[2]
        if value.lower() in _PLAIN_VALUES or re.match(r"\s*(?:export\s+)?$", before):
            continue  # an assignment is made by the document itself
        if any(key.lower().startswith(noun) for noun in nouns):
            particular[value] = key
        if particular.get(value, "")[:3].lower() == key[:3].lower():
            found[value] = key
    return tuple(Placeholder(spelling=spelling, name=name) for spelling, name in found.items())


def _provided(what: str, command: str) -> dict[str, str]:
    found = {}
    if re.search(r"\bfiles?\b", what, re.I) and (file := _FILE.search(command)):
        found[file[0]] = "file"
    if re.search(r"\b(?:connection string|dsn|ur[li]|address|endpoint)\b", what, re.I) and (
        address := _ADDRESS.search(command)
    ):
        found[address[0]] = "address"
    return found


def _stands_in(token: str, command: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(token)}(?!\w)", command))
