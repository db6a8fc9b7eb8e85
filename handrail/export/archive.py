"""Writing an export: one private file, whole under its name or not there, with a sum for everything in it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from handrail.clock import Clock
from handrail.errors import UsageError
from handrail.export.contents import Member, members, run_folders
from handrail.export.readable import markdown, timeline_csv
from handrail.incident.archive import Archive
from handrail.incident.record import load
from handrail.incident.verify import Finding
from handrail.incident.waiting import Waiting
from handrail.library import Library
from handrail.paths import FILE_MODE, State
from handrail.runs.record import RunFiles

SUMS = "SHA256SUMS"
ENDINGS = {".tar": "", ".tgz": "gz", ".gz": "gz"}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the file, its bytes and sha256, the record's last hash and how many events it has. `runs` are
    those whose output is in it to the end; `running` go on. `findings` are what did not fit before it was written,
    `waiting` counts events that are NOT ON DISK, and so not in it."""

    id: str
    path: Path
    bytes: int
    sha256: str
    head: str
    events: int
    runs: tuple[str, ...]
    running: tuple[str, ...]
    findings: tuple[Finding, ...]
    waiting: int

    @property
    def whole(self) -> bool:
        """Whether nothing is missing or damaged."""
        return not self.findings and not self.waiting


def export(state: State, id: str, target: Path, clock: Clock) -> Exported:
    """Write the incident `id` into the new file `target`, or into a folder under a name of its own. Changes nothing.

    Raises UsageError when there is such a file already, when none can be written there, and for an unknown id; Damaged
    and NewerSchema for a record that cannot be read.
    """
    archive = Archive(state)
    path = archive.path(id)
    target = _name(target, id)
    over, going = _runs(state, id, clock)  # before the record is read: what has ended by now is in it to the end
    findings = archive.verify(id).findings
    sealed = path.read_bytes()
    incident = load(sealed, path)
    checklist = Library(state).checklist(incident)
    waiting = sum(len(entry.drafts) for entry in Waiting(state).entries() if entry.incident == id)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with open(temporary, "xb", opener=_private) as file:
            with tarfile.open(fileobj=file, mode=f"w:{ENDINGS[target.suffix]}") as tar:  # type: ignore[call-overload]
                _fill(tar, id, [
                    Member("incident.md", markdown(incident, checklist).encode("utf-8", "replace")),
                    Member("timeline.csv", timeline_csv(incident, checklist).encode("utf-8", "replace")),
                    *members(state, incident, sealed, archive)])
            file.flush()
            os.fsync(file.fileno())
        sha256, size = _sum_of(temporary)
        _put(temporary, target)
    except OSError as error:
        where = "" if error.filename in (None, str(temporary)) else f" ({error.filename})"
        raise UsageError(f"{target} cannot be written: {error.strerror or error}{where}.",
                         remedy="Choose another place with -o FILE.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return Exported(id, target, size, sha256, incident.head, len(incident.events), over, going, findings, waiting)


def _name(target: Path, id: str) -> Path:
    target = target.expanduser().absolute()
    if target.is_dir():
        target /= f"{id}.tar.gz"
    if target.suffix not in ENDINGS:
        raise UsageError(f"An export is a tar archive, and {target.name} does not say so.",
                         remedy="End the name with .tar.gz or .tar.")
    if os.path.lexists(target):
        raise UsageError(f"{target} exists already.", remedy="Nothing is overwritten: give another name with -o FILE.")
    return target


def _runs(state: State, id: str, clock: Clock) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The runs that are over and those that go on."""
    over: list[str] = []
    going: list[str] = []
    for folder in run_folders(state, id):
        files = RunFiles(folder)
        found = files.state(now=clock.now())
        if files.meta() is not None:
            ended = found.word not in ("starting", "running") and not found.background and not found.left
            (over if ended else going).append(folder.name)
    return tuple(over), tuple(going)


def _fill(tar: tarfile.TarFile, id: str, contents: list[Member]) -> None:
    sums = []
    for member in contents:
        with _opened(member) as (file, size):
            read = _Summed(file)
            tar.addfile(_info(f"{id}/{member.name}", size), read)
            sums.append(_line(read.digest.hexdigest(), member.name))
    text = "".join(sums).encode("utf-8", "surrogateescape")
    tar.addfile(_info(f"{id}/{SUMS}", len(text)), io.BytesIO(text))


@contextlib.contextmanager
def _opened(member: Member) -> Iterator[tuple[IO[bytes], int]]:
    """The bytes of a member, and how many there are now: what still grows is taken as far as it is."""
    if isinstance(member.source, bytes):
        yield io.BytesIO(member.source), len(member.source)
        return
    with open(member.source, "rb", opener=lambda path, flags: os.open(path, flags | os.O_NOFOLLOW)) as file:
        yield file, os.fstat(file.fileno()).st_size


class _Summed:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, FILE_MODE, int(time.time())
    return info


def _line(digest: str, name: str) -> str:
    """As `sha256sum` writes and reads it."""
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{chr(92) if escaped != name else ''}{digest}  {escaped}\n"


def _sum_of(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size


def _put(temporary: Path, target: Path) -> None:
    """Under its name only if nothing is there; a link refuses that, a rename would not. Raises OSError."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise FileExistsError(17, "it exists already") from None
        temporary.rename(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, FILE_MODE)
