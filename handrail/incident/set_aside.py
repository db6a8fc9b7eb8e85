"""Documents kept in memory (tmpfs) while the disk is away, so that a checklist can be walked all the same."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from handrail.paths import FILE_MODE, FOLDER_MODE, State, in_memory


class SetAside:
    """The frozen documents of one state folder that are not on disk yet, each under the sha256 of its bytes."""

    def __init__(self, state: State) -> None:
        self._folder = in_memory(state.root) / "documents"

    def keep(self, data: bytes) -> str:
        """Keep a document until the disk is back. Answers its sha256. Raises OSError when there is no room either."""
        name = hashlib.sha256(data).hexdigest()
        for folder in (self._folder.parent.parent, self._folder.parent, self._folder):
            with suppress(FileExistsError):
                folder.mkdir(FOLDER_MODE)
        if not self._own():
            raise PermissionError(13, "Permission denied", str(self._folder))
        path = self._path(name)
        half = path.with_name(f".{name}.{os.getpid()}")
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, FILE_MODE), "wb") as file:
            file.write(data)
        half.rename(path)
        return name

    def read(self, sha256: str) -> bytes | None:
        """A document that waits here; None when it does not. Its bytes are the caller's to check."""
        if not self._own():
            return None
        try:
            return self._path(sha256).read_bytes()
        except OSError:
            return None

    def bring_home(self, freeze: Callable[[bytes], str]) -> None:
        """Give each to `freeze`, and forget it once that has it. Raises what `freeze` raises."""
        if not self._own():
            return
        for path in sorted(self._folder.glob("*.md")):
            with suppress(FileNotFoundError):  # another console was quicker
                freeze(path.read_bytes())
                path.unlink()
        with suppress(OSError):
            self._folder.rmdir()

    def _own(self) -> bool:
        # /dev/shm is everybody's: what another account put there under our name is not ours.
        try:
            found = self._folder.lstat()
        except OSError:
            return False
        return found.st_uid == os.getuid() and self._folder.is_dir() and not self._folder.is_symlink()

    def _path(self, sha256: str) -> Path:
        return self._folder / f"{sha256}.md"
