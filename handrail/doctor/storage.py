"""Whether the state folder is a place for a record: its file system, its mount, its room, its mode."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from handrail.doctor.finding import Finding
from handrail.incident.filesystem import MOUNTS, UNSAFE, kind_of

MEMORY = frozenset({"tmpfs", "ramfs"})
NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "drvfs", "afs", "ceph"})
LITTLE = 200 * 1024 * 1024  # B
NONE = 20 * 1024 * 1024
PLACE = "/var/lib/handrail"
MOVE = f'sudo install -d -m 700 -o "$USER" {PLACE} && export HANDRAIL_STATE={PLACE}'


def file_system(folder: Path, mounts: Path = MOUNTS) -> Finding:
    """What kind of file system holds the record. `mounts` is the kernel's list of them."""
    kind = _kind(folder, mounts)
    where = f"{folder} is on {kind or 'an unknown file system'}"
    if kind in MEMORY:
        return Finding("file system", "bad", f"The record is gone at the next restart: {where}, which is memory.", MOVE)
    if what := UNSAFE.get(kind):
        return Finding("file system", "bad", f"The record is not safe: {where}, {what}.", MOVE)
    if kind == "overlay":
        return Finding("file system", "warn", f"The record is gone with this container: {where}.", MOVE)
    return Finding("file system", "ok", f"The record is on a local disk: {where}.")


def executable(folder: Path, mounts: Path = MOUNTS) -> Finding:
    """Steps are read by a shell and run anyhow; what a runbook writes beside them and starts would not."""
    at = _existing(folder)
    if _is_noexec(at, mounts):
        return Finding("noexec", "warn",
                       f"Steps run, but a program that one leaves in {folder} does not: it is mounted noexec.", MOVE)
    return Finding("noexec", "ok", "Programs can be started from the state folder.")


def home(folder: Path, mounts: Path = MOUNTS) -> Finding:
    """Configurations are read from the home, and a network drive may stall or be away just when it matters."""
    kind = _kind(folder, mounts)
    if kind in NETWORK:
        return Finding("home", "warn", f"Steps may stall when the network does: the home {folder} is on {kind}.", MOVE)
    return Finding("home", "ok", f"The home {folder} is on this machine.")


def room(folder: Path) -> Finding:
    """Free space; the record keeps a reserve of its own, runs do not."""
    try:
        free = shutil.disk_usage(_existing(folder)).free
    except OSError as error:
        return Finding("disk", "bad", f"Nobody can say how much room there is: {error.strerror}.")
    said = f"{free / 1024**3:.1f} GB free" if free >= 1024**3 else f"{free // 1024**2} MB free"
    if free < LITTLE:
        word = "bad" if free < NONE else "warn"
        biggest = f"du -xh --max-depth=3 {folder} | sort -rh | head"
        return Finding("disk", word, f"Output may be cut off: {said} in {folder}.", biggest)  # type: ignore[arg-type]
    return Finding("disk", "ok", f"There is room: {said}.")


def owner(folder: Path) -> Finding:
    """Whether this account may write the record, and nobody else may read it."""
    at = _existing(folder)
    if not os.access(at, os.W_OK | os.X_OK):
        return Finding("state folder", "bad", f"Nothing can be recorded: {at} cannot be written from this account.",
                       f"sudo install -d -m 700 -o {os.getuid()} {folder}")
    mode = at.stat().st_mode & 0o777
    if at == folder and mode & 0o007:
        return Finding("state folder", "warn", f"Others may read the record: {folder} has mode {mode:03o}.",
                       f"chmod o-rwx {folder}")
    return Finding("state folder", "ok", f"{folder} is this account's.")


def _existing(folder: Path) -> Path:
    """The folder itself, else the nearest one above it that is there."""
    return next((one for one in (folder, *folder.parents) if one.exists()), Path("/"))


def _kind(folder: Path, mounts: Path) -> str:
    try:
        return kind_of(_existing(folder).resolve(), mounts.read_text("utf-8", "surrogateescape"))
    except OSError:
        return ""


def _is_noexec(folder: Path, mounts: Path) -> bool:
    if mounts == MOUNTS:
        return bool(os.statvfs(folder).f_flag & os.ST_NOEXEC)
    best, found = "", False
    for line in mounts.read_text("utf-8", "surrogateescape").splitlines():
        fields = line.split()
        point = fields[4]
        inside = str(folder) == point or str(folder).startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, found = point, "noexec" in fields[5].split(",")
    return found
