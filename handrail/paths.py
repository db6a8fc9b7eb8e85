"""Where things lie, and with which modes. The only module that knows the layout of the state folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from handrail.errors import StateError

# One place for modes, so that a setgid group mode (2770, 0660) can come later.
FOLDER_MODE = 0o700
FILE_MODE = 0o600

SITE_CONFIG = Path("/etc/handrail.toml")

# Where Linux keeps files in memory; the login's own folder where there is no other.
MEMORY = Path("/dev/shm")
LOGIN_MEMORY = "XDG_RUNTIME_DIR"


@dataclass(frozen=True, slots=True)
class State:
    """A state folder and the names inside it. Making this object touches nothing on disk."""

    root: Path

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def active(self) -> Path:
        return self.root / "active"

    @property
    def past(self) -> Path:
        return self.root / "past"

    @property
    def past_index(self) -> Path:
        return self.root / "past.json"

    @property
    def classes(self) -> Path:
        """What operators said by hand about the steps of runbooks."""
        return self.root / "classes.json"

    @property
    def ballast(self) -> Path:
        return self.root / "ballast"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def documents(self) -> Path:
        return self.root / "documents"

    @property
    def evidence(self) -> Path:
        return self.root / "evidence"

    @property
    def consoles(self) -> Path:
        return self.root / "consoles"

    @property
    def logins(self) -> Path:
        return self.root / "logins"

    @property
    def seen(self) -> Path:
        return self.root / "seen"

    @property
    def drafts(self) -> Path:
        return self.root / "drafts"

    @property
    def crashes(self) -> Path:
        return self.root / "crashes"

    def runs(self, incident: str) -> Path:
        return self.root / "runs" / incident

    def run(self, incident: str, run: str) -> Path:
        """The files of a run: on the disk, or in memory when it began while the disk could not be written."""
        folder = self.runs(incident) / run
        if folder.exists() or not (kept := self.runs_in_memory(incident)).exists():
            return folder
        return kept / run

    def runs_in_memory(self, incident: str) -> Path:
        """Where a run begins that is NOT ON DISK. It is moved to the disk once that is back."""
        return in_memory(self.root) / "runs" / incident

    def health(self, pack: str) -> Path:
        """`pack` is the pack's content hash, so that two versions of one pack never share a lease."""
        return self.root / "health" / pack

    def folders(self) -> tuple[Path, ...]:
        return (self.root, self.active, self.past, self.backups, self.documents, self.evidence,
                self.root / "runs", self.root / "health", self.consoles)

    def make(self) -> None:
        """Make the folders that are missing, mode 0700 whatever the umask. Raises StateError with the remedy.

        On a disk that became read-only nothing is made: reading works, and acts say that they are not on disk.
        """
        if self.active.is_dir() and os.statvfs(self.root).f_flag & os.ST_RDONLY:
            return
        for folder in self.folders():
            make_folder(folder)


def make_folder(folder: Path) -> None:
    """Make one private folder (0700 whatever the umask). Raises StateError naming it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_uid == os.getuid():
            folder.chmod(FOLDER_MODE)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise StateError(
            "The state folder cannot be written.",
            f"{folder}: {error.strerror or error}.",
            "Give another one with --state DIR (or HANDRAIL_STATE), or mend its owner and mode.",
        ) from error


@lru_cache
def in_memory(root: Path, memory: Path | None = None) -> Path:
    """What belongs to the state folder `root` in memory (tmpfs), of this account. Touches nothing but links."""
    if memory is None:
        memory = MEMORY if MEMORY.is_dir() else Path(os.environ.get(LOGIN_MEMORY) or MEMORY)
    import hashlib  # here, since few need it and it takes a while to load

    key = hashlib.sha256(str(root.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return memory / f"handrail-{os.getuid()}" / key


def state_root(flag: str | None = None) -> Path:
    """The state folder: the flag, HANDRAIL_STATE, `state` in /etc/handrail.toml, then the user's state folder."""
    if flag:
        return Path(flag).expanduser().absolute()
    if named := os.environ.get("HANDRAIL_STATE"):
        return Path(named).expanduser().absolute()
    # Both are imported only here: they take longer than all else that a first frame needs of this module.
    import tomllib

    import platformdirs

    try:
        site = tomllib.loads(SITE_CONFIG.read_text("utf-8"))
    except (OSError, ValueError):
        site = {}
    if isinstance(shared := site.get("state"), str):
        return Path(shared)
    return Path(platformdirs.user_state_dir("handrail", appauthor=False))


def config_root() -> Path:
    """The user's configuration folder: keys, theme, wall, and the packs found without --pack."""
    import platformdirs

    return Path(platformdirs.user_config_dir("handrail", appauthor=False))
