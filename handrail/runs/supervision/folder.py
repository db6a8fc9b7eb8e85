"""The run's folder as its supervisor holds it: born whole and locked, and the working directory from then on."""

from __future__ import annotations

import errno
import fcntl
import os

from handrail.runs.supervision.light import socket

SPACE_FOR_THE_END = 8192  # bytes reserved for exit.json, so that a full disk cannot lose how a step ended


class Folder:
    """Made under a temporary name beside its final one, then renamed: no reader ever sees it without its lock.

    Names are relative because the process stands in the folder. Raises OSError, and leaves nothing, when it cannot
    be made; `FileExistsError` when there is a run of this name already, which must then not run again.
    """

    def __init__(self, final: str, file_mode: int, folder_mode: int, files: dict[str, bytes]) -> None:
        self.path = final
        self.file_mode = file_mode
        parent, name = os.path.split(final)
        temporary = os.path.join(parent, f".{name}.{os.getpid()}")
        os.makedirs(parent, folder_mode, exist_ok=True)
        os.mkdir(temporary, folder_mode)
        os.chdir(temporary)
        try:
            self.lock = self.open("lock", os.O_RDWR)
            fcntl.flock(self.lock, fcntl.LOCK_EX)
            for file, content in files.items():
                self.write(file, content)
            self.end = self.open(".exit.json", os.O_RDWR)
            os.posix_fallocate(self.end, 0, SPACE_FOR_THE_END)
            self.door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.door.bind("sock")  # relative: a path in a socket address is limited to 107 bytes
            self.door.listen(32)
            if os.path.lexists(final):  # rename would replace an empty folder
                raise FileExistsError(errno.EEXIST, "this run exists already", final)
            os.rename(temporary, final)
        except OSError:
            for file in os.listdir("."):
                os.unlink(file)
            os.rmdir(temporary)
            raise

    def asked_to_stop(self) -> str | None:
        """Who asked for the end of this run before it was born; None when nobody did."""
        mark = stop_mark(self.path)
        try:
            with open(mark, "rb") as file:
                by = file.read(4096).decode("utf-8", "replace")
            os.unlink(mark)
        except OSError:
            return None
        return by

    def open(self, name: str, flags: int) -> int:
        """A new private file, as a descriptor that no step inherits."""
        return os.open(name, flags | os.O_CREAT | os.O_CLOEXEC, self.file_mode)

    def write(self, name: str, content: bytes) -> None:
        """Write a file that nobody reads yet. Raises OSError."""
        fd = self.open(name, os.O_WRONLY | os.O_TRUNC)
        try:
            write_all(fd, content)
        finally:
            os.close(fd)

    def replace(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all, as readers see it. Raises OSError."""
        self.write(f".{name}", content)
        os.rename(f".{name}", name)

    def write_end(self, content: bytes) -> None:
        """Put exit.json in its place, in the space reserved for it."""
        os.pwrite(self.end, content, 0)
        os.ftruncate(self.end, len(content))
        os.rename(".exit.json", "exit.json")

    def sync(self) -> None:
        """Make the end survive a power cut. After it was shown: a reader need not wait for a slow disk."""
        here = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
        for fd in (self.end, here):
            try:
                os.fsync(fd)
            except OSError:
                pass
        os.close(here)


def stop_mark(folder: str) -> str:
    """Where a stop is left for a run whose folder is not there yet; its supervisor looks for it at the birth."""
    parent, name = os.path.split(folder)
    return os.path.join(parent, f".{name}.stop")


def write_all(fd: int, content: bytes) -> None:
    """Write all of it. Raises OSError, with a part written, on a full disk."""
    while content:
        content = content[os.write(fd, content):]
