"""What a logout does to processes here, and how a step is started so that it lives on.

logind ends what belongs to a login by its control group, which no session of its own escapes. Where it does, a step is
started in a scope of the account's own service manager; that helps only if the account lingers.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path("/")  # where the host's files are
# Later ones win; within a folder by file name.
DROP_INS = ("usr/lib/systemd/logind.conf.d", "run/systemd/logind.conf.d", "etc/systemd/logind.conf.d")
MAIN = ("usr/lib/systemd/logind.conf", "etc/systemd/logind.conf")
SCOPE = ("--user", "--scope", "--quiet", "--collect", "--")
PATIENCE = 5.0  # s
LONGEST = 200  # characters of what it says
# How the service manager is reached.
BUS = ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")


def scope() -> tuple[str, ...]:
    """The words before a program that put it where a logout does not reach; none where that is not needed, or would
    not help because the account does not linger or there is no such program."""
    user = account()
    if not in_login(ROOT) or not kills(ROOT, user) or not lingers(ROOT, user):
        return ()
    program = shutil.which("systemd-run")
    return (program, *SCOPE) if program else ()


def refusal(program: str) -> str:
    """What `program` (systemd-run) says where it can make no scope, "" where it can. Blocks for at most 5 s."""
    try:
        done = subprocess.run([program, *SCOPE, "true"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return f"it does not answer within {PATIENCE:.0f} s"
    except OSError as error:
        return error.strerror or str(error)
    return last_line(done.stderr) or f"exit {done.returncode}" if done.returncode else ""


def without_scope(said: str) -> str:
    """The sentence about a run that could get none, because systemd-run `said` so."""
    return f"a logout ends it: systemd-run gave it no scope of its own{f' ({said})' if said else ''}"


def last_line(said: bytes) -> str:
    """Why a program gave up, as its last line tells it."""
    return said.decode("utf-8", "replace").strip().rpartition("\n")[2][:LONGEST]


def account() -> str:
    """The name of this process's account."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def in_login(root: Path) -> bool:
    """Whether this process belongs to a login that logind looks after."""
    return "session-" in read(root / "proc/self/cgroup") and (root / "run/systemd/system").is_dir()


def lingers(root: Path, user: str) -> bool:
    """Whether the services of `user` run on when nobody is logged in."""
    return (root / "var/lib/systemd/linger" / user).exists()


def kills(root: Path, user: str) -> bool:
    """Whether logind ends the processes of `user` at logout."""
    values: dict[str, str] = {}
    for file in _files(root):
        for line in read(file).splitlines():
            name, equals, value = line.strip().partition("=")
            if equals and not name.startswith(("#", ";")):
                values[name.strip()] = value.strip()
    if values.get("KillUserProcesses", "no").lower() not in ("yes", "true", "1", "on"):
        return False
    only = values.get("KillOnlyUsers", "").split()
    # An empty assignment lifts the exception that root is by default.
    spared = values.get("KillExcludeUsers", "root").split()
    return user not in spared and (not only or user in only)


def _files(root: Path) -> Iterator[Path]:
    yield from (root / name for name in MAIN)
    by_name = {file.name: file for folder in DROP_INS for file in sorted((root / folder).glob("*.conf"))}
    yield from (by_name[name] for name in sorted(by_name))


def read(path: Path) -> str:
    """A small file's text, "" where there is none."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
