"""Who acts: --as, HANDRAIL_ACTOR, else the name given once on this login. A shared account has no name of its own."""

from __future__ import annotations

import hashlib
import os
import pwd
import time
from pathlib import Path

from handrail.errors import StateError, UsageError
from handrail.incident.events import Actor
from handrail.paths import FILE_MODE, State, make_folder

LONGEST_NAME = 40
FORGOTTEN_AFTER = 30 * 86400.0


def identify(flag: str | None, state: State) -> tuple[Actor, bool]:
    """The actor of this process, and whether a person named it (else the account's name stands in).

    Raises UsageError for a name that cannot be shown.
    """
    account, tty, ssh, host = _account(), _tty(), _ssh_client(), os.uname().nodename
    given = flag or os.environ.get("HANDRAIL_ACTOR") or ""
    name = checked(given) if given else _remembered(_login_file(state, account, tty, ssh, host))
    return Actor(name=name or account, account=account, tty=tty, ssh=ssh, host=host), bool(name)


def remember(actor: Actor, state: State) -> None:
    """Keep the actor's name for this login. A state folder that cannot be written is no reason to stop."""
    file = _login_file(state, actor.account, actor.tty, actor.ssh, actor.host)
    try:
        make_folder(file.parent)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        try:
            os.write(descriptor, actor.name.encode())
        finally:
            os.close(descriptor)
        _forget_old(file.parent)
    except (OSError, StateError):
        return


def checked(name: str) -> str:
    """A name in one line, at most 40 characters. Raises UsageError when nothing of it can be shown."""
    name = " ".join(name.split())
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise UsageError("This name cannot be used.", "A name is one line of at most 40 printable characters.",
                         "Give it with --as NAME or HANDRAIL_ACTOR.")
    return name


def _login_file(state: State, *login: str) -> Path:
    """One file per login, so that two logins never write the same one."""
    key = "\0".join((*login, _boot(), _session()))
    return state.logins / hashlib.sha256(key.encode()).hexdigest()[:16]


def _remembered(file: Path) -> str:
    try:
        return checked(file.read_text("utf-8"))
    except (OSError, ValueError, UsageError):
        return ""


def _forget_old(folder: Path) -> None:
    for file in folder.iterdir():
        if time.time() - file.stat().st_mtime > FORGOTTEN_AFTER:
            file.unlink(missing_ok=True)


def _account() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _tty() -> str:
    for descriptor in (0, 1, 2):
        try:
            return os.ttyname(descriptor).removeprefix("/dev/")
        except OSError:
            continue
    return ""


def _ssh_client() -> str:
    return os.environ.get("SSH_CONNECTION", "").partition(" ")[0]


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def _session() -> str:
    """What tells this login from the next on the same tty: the audit session, else the session leader and its birth."""
    try:
        audit = Path("/proc/self/sessionid").read_text("ascii").strip()
        if audit not in ("", "4294967295"):
            return audit
    except OSError:
        pass
    leader = os.getsid(0)
    try:
        born = Path(f"/proc/{leader}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        born = ""
    return f"{leader} {born}"
