"""Which file system a folder lies on, and whether a record may be written there."""

from __future__ import annotations

import re
from pathlib import Path

from handrail.errors import StateError

MOUNTS = Path("/proc/self/mountinfo")

# On these a lock may not hold across hosts, a rename may be seen half done, or a sync is answered before it happened.
UNSAFE: dict[str, str] = {
    "9p": "a Windows drive or a shared folder of the host",
    "drvfs": "a Windows drive",
    "nfs": "a network file system",
    "nfs4": "a network file system",
    "cifs": "a Windows share",
    "smb3": "a Windows share",
    "fuse.sshfs": "a folder of another host over SSH",
}


def kind_of(folder: Path, mounts: str) -> str:
    """The file system type of the mount that `folder` lies on, by the text of mountinfo; "" when it is not there."""
    best, kind = "", ""
    where = str(folder)
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields, types = before.split(), after.split()
        if len(fields) < 5 or not types:
            continue
        point = _plain(fields[4])
        inside = where == point or where.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):  # of two mounts on one point the later one is seen
            best, kind = point, types[0]
    return kind


def check(folder: Path) -> None:
    """Raises StateError when a record must not be written into `folder` for the sake of its file system."""
    try:
        mounts = MOUNTS.read_text("utf-8", "surrogateescape")
    except OSError:
        return
    kind = kind_of(folder.resolve(), mounts)
    if what := UNSAFE.get(kind):
        raise StateError(
            "The record is not safe on this file system.", f"{folder} is on {kind}, {what}.",
            "Give a folder on a local disk with --state DIR; reading works here, and --unsafe-filesystem insists.",
        )


def _plain(point: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), point)
