"""What a supervisor is asked to run: written by `launch` into memory that has no name, read here."""

from __future__ import annotations

import marshal
import os

TYPE_CHECKING = False  # as typing's, which alone takes 10 ms to import
if TYPE_CHECKING:
    from typing import TypedDict

    class Request(TypedDict):
        """All paths absolute. In `argv`, @STEP@ is where the script can be read, @DUMP@ where to dump to."""

        folder: str  # where the run will be, once it is born
        file_mode: int
        folder_mode: int
        meta: bytes  # the JSON object that meta.json starts with
        script: bytes
        shown: bytes  # what is kept of the script where it holds secrets, else nothing
        argv: list[bytes]
        env: dict[bytes, bytes]
        cwd: bytes
        columns: int
        lines: int
        timeout: float | None  # seconds
        cap: int  # bytes of output that are kept at most, 0 for all
        whole: bool  # a program for the whole terminal: line ends as a terminal writes them
        secrets: list[bytes]
        flavour: str  # whose declarations come back: bash, zsh, posix, or "" when nothing is carried
        functions: list[tuple[str, bytes]]  # of a shell that cannot list its own


def read_request(fd: int) -> Request:
    """The request behind `fd`, which is replaced by /dev/null. Raises ValueError or EOFError when it is not whole."""
    parts = []
    os.lseek(fd, 0, os.SEEK_SET)
    while part := os.read(fd, 1 << 20):
        parts.append(part)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, fd)
    os.close(nothing)
    request: Request = marshal.loads(b"".join(parts))
    return request


def write_request(request: Request) -> bytes:
    """The inverse of `read_request`. Both ends are the same interpreter, so `marshal` will do."""
    return marshal.dumps(dict(request))
