"""Whether a step lives on when its operator logs out, or when the machine falls idle."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from handrail.doctor.finding import Finding
from handrail.runs.logind import account, in_login, kills, lingers, read, refusal

# What systemd-run needs to find the account's service manager; su and sudo leave it out.
RUNTIME_DIR = 'export XDG_RUNTIME_DIR=/run/user/"$(id -u)"'


def logout(root: Path = Path("/"), user: str = "") -> Finding:
    """logind ends what belongs to a login by its control group, which no session of its own escapes.

    `root` is where the host's files are; `user` the account, this process's own by default.
    """
    user = user or account()
    group = read(root / "proc/self/cgroup")
    linger = f"loginctl enable-linger {shlex.quote(user)}"
    if "/user@" in group:
        if lingers(root, user):
            return Finding("logout", "ok", f"Steps live on at logout: {user} lingers.")
        return Finding("logout", "bad", f"Steps die at logout: they belong to {user}'s own services, which end then.",
                       linger)
    if not in_login(root):
        return Finding("logout", "ok", "Steps live on at logout: no login manager ends them.")
    if not kills(root, user):
        return Finding("logout", "ok", "Steps live on at logout: logind leaves them (KillUserProcesses=no).")
    if not lingers(root, user):
        return Finding("logout", "bad", "Steps die at logout: logind ends them (KillUserProcesses=yes).", linger)
    program = shutil.which("systemd-run")
    if program is None:
        return Finding("logout", "bad", "Steps die at logout: logind ends them (KillUserProcesses=yes), and without "
                       "systemd-run they cannot be kept from it.", "sudo apt-get install systemd")
    if said := refusal(program):
        return Finding("logout", "bad", "Steps die at logout: logind ends them (KillUserProcesses=yes), and "
                       f"systemd-run gives them no scope of their own ({said}).", RUNTIME_DIR)
    return Finding("logout", "ok", f"Steps live on at logout: each runs in a scope of its own, and {user} lingers.")


def idle(environ: Mapping[str, str], root: Path = Path("/")) -> Finding:
    """WSL stops a distribution soon after its last window is closed, with everything in it."""
    version = read(root / "proc/version").lower()
    if "microsoft" not in version and "WSL_DISTRO_NAME" not in environ:
        return Finding("idle stop", "ok", "Nothing stops this machine when nobody looks at it.")
    name = environ.get("WSL_DISTRO_NAME", "")
    which = f"-d {shlex.quote(name)} " if name else ""
    return Finding("idle stop", "warn",
                   "Steps end with the last window: WSL stops this distribution seconds after it is closed.",
                   f"nohup wsl.exe {which}-e sleep infinity >/dev/null 2>&1 &")

