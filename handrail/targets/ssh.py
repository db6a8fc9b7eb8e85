"""ssh, scp, rsync: the host behind the name, as ~/.ssh/config resolves it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from handrail.targets.target import LATER, Target, Use, is_open, read, told

PROGRAMS = frozenset({"ssh", "mosh", "sftp", "scp", "rsync", "ssh-copy-id", "sshfs"})
COPIES = frozenset({"scp", "rsync", "sshfs"})
# Options of ssh with a value, so that the value is no host.
VALUES = frozenset("BbcDEeFIiJLlmOoPpQRSWw")
RSYNC_VALUES = frozenset({"-e", "--rsh", "-f", "--exclude", "--include"})
DEEPEST = 4  # files included by files


def targets(use: Use) -> Iterator[Target]:
    """One for each host that is named. Raises OSError when the configuration cannot be read."""
    for name in dict.fromkeys(_hosts(use)):
        user, _, host = name.rpartition("@")
        key = f"ssh {name}"
        if is_open(name):
            yield Target(key, LATER)
            continue
        file = use.option("-F")
        config = dict(_settings(use, file or "~/.ssh/config", host, 0))
        user = use.option("-l") or user or config.get("user", "")
        port = use.option("-p") or config.get("port", "")
        yield Target(key, told(
            f"{user + '@' if user else ''}{config.get('hostname', host).replace('%h', host)}"
            f"{':' + port if port not in ('', '22') else ''}",
            f"through {config['proxyjump']}" if config.get("proxyjump", "none") != "none" else ""))


def _hosts(use: Use) -> Iterator[str]:
    words = list(use.words)
    plain: list[str] = []
    while words:
        word = words.pop(0)
        if word.startswith("-") and len(word) > 1:
            takes = word in RSYNC_VALUES if use.program == "rsync" else len(word) == 2 and word[1] in VALUES
            del words[: int(takes)]
            continue
        plain.append(word)
    if use.program in COPIES:
        remote = (re.match(r"(?:rsync://|scp://)?((?:[\w.-]+@)?[\w.-]+)::?", word) for word in plain)
        yield from (match[1] for match in remote if match)
    elif plain:
        yield re.sub(r"^ssh://", "", plain[0])


def _settings(use: Use, file: str, host: str, depth: int) -> Iterator[tuple[str, str]]:
    """Settings for `host`; of several the first counts, so they come in reverse for a dict."""
    found: list[tuple[str, str]] = []
    applies = True
    for line in (read(use.path(file)) or "").splitlines():
        match = re.match(r"\s*(\w+)(?:\s*=\s*|\s+)(.*?)\s*$", line)
        if not match or line.lstrip().startswith("#"):
            continue
        name, value = match[1].lower(), match[2].strip('"')
        if name == "host":
            applies = _matches(value.split(), host)
        elif name == "match":
            applies = value.lower() == "all"  # other conditions may run a program: they are left to ssh itself
        elif applies and name == "include" and depth < DEEPEST:
            for each in value.split():
                path = each if each.startswith(("~", "/")) else f"~/.ssh/{each}"
                folder = use.path(path)
                for one in sorted(folder.parent.glob(folder.name)):
                    found += reversed(list(_settings(use, str(one), host, depth + 1)))
        elif applies:
            found.append((name, value))
    yield from reversed(found)


def _matches(patterns: list[str], host: str) -> bool:
    if any(pattern.startswith("!") and fnmatchcase(host, pattern[1:]) for pattern in patterns):
        return False
    return any(fnmatchcase(host, pattern) for pattern in patterns)
