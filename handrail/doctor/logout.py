"""Whether a step lives on when its operator logs out, or when the machine falls idle."""

from __future__ import annotations

import os
import pwd
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from handrail.doctor.finding import Finding

# Later ones win; within a folder by file name.
DROP_INS = ("usr/lib/systemd/logind.conf.d", "run/systemd/logind.conf.d", "etc/systemd/logind.conf.d")
MAIN = ("usr/lib/systemd/logind.conf", "etc/systemd/logind.conf")


def logout(root: Path = Path("/"), user: str = "") -> Finding:
    """logind ends what belongs to a login by its control group, which no session of its own escapes.

    `root` is where the host's files are; `user` the account, this process's own by default.
    """
    user = user or pwd.getpwuid(os.getuid()).pw_name
    group = _read(root / "proc/self/cgroup")
    lingers = (root / "var/lib/systemd/linger" / user).exists()
    if "/user@" in group:
        if lingers:
            return Finding("logout", "ok", f"Steps live on at logout: {user} lingers.")
        return Finding("logout", "bad", f"Steps die at logout: they belong to {user}'s own services, which end then.",
                       f"loginctl enable-linger {shlex.quote(user)}")
    if "session-" not in group or not (root / "run/systemd/system").is_dir():
        return Finding("logout", "ok", "Steps live on at logout: no login manager ends them.")
    if not kills(root, user):
        return Finding("logout", "ok", "Steps live on at logout: logind leaves them (KillUserProcesses=no).")
    again = "systemd-run --user --scope handrail"
    mend = again if lingers else f"loginctl enable-linger {shlex.quote(user)} && {again}"
    return Finding("logout", "bad", "Steps die at logout: logind ends them (KillUserProcesses=yes).", mend)


def kills(root: Path, user: str) -> bool:
    """Whether logind ends the processes of `user` at logout."""
    values: dict[str, str] = {}
    for file in _files(root):
        for line in _read(file).splitlines():
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


def idle(environ: Mapping[str, str], root: Path = Path("/")) -> Finding:
    """WSL stops a distribution soon after its last window is closed, with everything in it."""
    version = _read(root / "proc/version").lower()
    if "microsoft" not in version and "WSL_DISTRO_NAME" not in environ:
        return Finding("idle stop", "ok", "Nothing stops this machine when nobody looks at it.")
    name = environ.get("WSL_DISTRO_NAME", "")
    which = f"-d {shlex.quote(name)} " if name else ""
    return Finding("idle stop", "warn",
                   "Steps end with the last window: WSL stops this distribution seconds after it is closed.",
                   f"nohup wsl.exe {which}-e sleep infinity >/dev/null 2>&1 &")


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
