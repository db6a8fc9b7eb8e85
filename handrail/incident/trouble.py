"""Disk errors as sentences."""

from __future__ import annotations

import errno
from pathlib import Path

from handrail.errors import StateError

_SENTENCES: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("The disk is full.", "Free some space; what was recorded is intact."),
    errno.EDQUOT: ("The disk quota is used up.", "Free some space; what was recorded is intact."),
    errno.EROFS: ("The disk is read-only.", "Remount it, or give another state folder with --state DIR."),
    errno.EFBIG: ("The record may not grow: a file size limit is set.", "Raise it (ulimit -f) and start again."),
    errno.EIO: ("The disk does not answer as it should.", "Look at the kernel's messages; move the state folder."),
    errno.EACCES: ("The record may not be written by this account.", "Mend the owner and mode of the state folder."),
    errno.EPERM: ("The record may not be written by this account.", "Mend the owner and mode of the state folder."),
}


def in_words(error: OSError, path: Path, act: str = "written") -> StateError:
    """The error an operator sees for `error` at `path`, where something was to be written (or read)."""
    title, remedy = f"The record could not be {act}.", "Try again, and see `handrail doctor`."
    if act == "written":
        title, remedy = _SENTENCES.get(error.errno or 0, (title, remedy))
    return StateError(title, f"{error.filename or path}: {error.strerror or error}.", remedy)
