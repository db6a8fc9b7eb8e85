"""A file that holds a megabyte of disk, to be given up when the disk is full, so that notes go on."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from handrail.incident.files import Files
from handrail.paths import FILE_MODE

SIZE = 1 << 20

# Laid again only when the disk has this many times its size to spare.
PLENTY = 16

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def lay(path: Path) -> bool:
    """Reserve the space if it is not reserved yet and there is plenty. False when there is none reserved now."""
    try:
        if path.exists():
            return True
        free = os.statvfs(path.parent)
        if free.f_bavail * free.f_frsize < PLENTY * SIZE:
            return False
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    except OSError:
        return False
    try:
        os.posix_fallocate(descriptor, 0, SIZE)
    except OSError:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(descriptor)
    return True


def give_up(path: Path, files: Files) -> bool:
    """Free the space. False when there was none left to free."""
    try:
        files.remove(path)
    except OSError:
        return False
    return True
