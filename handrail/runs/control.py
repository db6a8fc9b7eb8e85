"""Reaching a running step: to end it, to answer it, to be woken when it writes. The socket wakes and carries input;
what is true stands in the files."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from handrail.paths import FILE_MODE, FOLDER_MODE
from handrail.runs.supervision.folder import stop_mark

ANSWER_WITHIN = 2.0  # s
FIRST_LOOK, LAST_LOOK = 0.005, 0.1  # s between looks for a run that is not born yet
POLL = 0.1  # s between looks at the files where there is no socket


def stop(folder: Path, by: str) -> bool:
    """Have the step ended: INT, after 3 s TERM, after 5 s KILL to all it started. False when it is over.

    It may have been launched this instant: then the stop lies there for it, and it ends as soon as it is born.
    """
    name = by.encode("utf-8", "replace")
    if _say(folder, "stop", name):
        return True
    if folder.exists():
        return False
    try:
        mark = leave_stop(folder, by)
    except OSError:
        return False
    if not folder.exists():  # its supervisor looks for the mark only after the folder is there
        return True
    heard = _say(folder, "stop", name)
    try:
        mark.unlink()
    except FileNotFoundError:
        return True  # it was found at the birth: the step does not begin
    return heard


def type_in(folder: Path, data: bytes, by: str) -> bool:
    """Type `data` into the step's terminal (a newline is the enter key). False when nothing can be typed: it is over,
    or somebody else types (`RunState.typist`)."""
    return _say(folder, "input", by.encode("utf-8", "replace"), data)


def end_input(folder: Path, by: str) -> bool:
    """End the step's input, as ^D does."""
    return _say(folder, "eof", by.encode("utf-8", "replace"))


def claim(folder: Path, by: str) -> bool:
    """Keep the step's keyboard for `by`, until `release` or 30 s without a key. False while somebody else has it."""
    return _say(folder, "claim", by.encode("utf-8", "replace"))


def release(folder: Path, by: str) -> bool:
    """Leave the step's keyboard to anybody."""
    return _say(folder, "release", by.encode("utf-8", "replace"))


def resize(folder: Path, columns: int, lines: int) -> bool:
    """Give the step's terminal another size."""
    return _say(folder, "size", str(columns).encode(), str(lines).encode())


class Waker:
    """Calls `callback` soon after the run in `folder` has something new: output, a prompt, its end.

    From a daemon thread of its own, at most 25 times a second. The run need not be born yet. Ends by itself when the
    supervisor does, with a last call. What `callback` raises is dropped: the next call may come.
    """

    def __init__(self, folder: Path, callback: Callable[[], object]) -> None:
        self._folder = folder
        self._callback = callback
        self._end = threading.Event()
        self._connection: socket.socket | None = None
        self._thread = threading.Thread(target=self._watch, name="handrail-waker", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """No call begins after this returns, except one that is under way."""
        self._end.set()
        if connection := self._connection:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _watch(self) -> None:
        pause = FIRST_LOOK
        while not self._folder.exists():
            if self._end.wait(pause):
                return
            pause = min(pause * 1.2, LAST_LOOK)
        connection = connect(self._folder)
        if connection is not None:
            self._listen(connection)
        self._poll()

    def _listen(self, connection: socket.socket) -> None:
        with connection:
            self._connection = connection
            with contextlib.suppress(OSError):
                connection.sendall(b"wake\n")
                self._call()
                while not self._end.is_set() and connection.recv(4096):
                    self._call()
            self._connection = None

    def _poll(self) -> None:
        """Without a socket: until the run has ended and its terminal is closed, or its supervisor is gone."""
        from handrail.runs.record import RunFiles

        seen: object = None
        while not self._end.is_set():
            files = RunFiles(self._folder)
            state = files.state()
            now = (state.word, state.background, state.output_bytes, state.echo, state.waits, state.stopping)
            if now != seen:
                seen = now
                self._call()
            if state.word not in ("starting", "running") and not state.background:
                return
            self._end.wait(POLL)

    def _call(self) -> None:
        if not self._end.is_set():
            with contextlib.suppress(Exception):
                self._callback()


def leave_stop(folder: Path, by: str) -> Path:
    """Leave word beside `folder` that `by` wants an end of what is, or will be, there. Raises OSError."""
    mark = Path(stop_mark(str(folder)))
    with contextlib.suppress(FileExistsError):
        folder.parent.mkdir(FOLDER_MODE)  # the first run of an incident makes it, and is not that far yet
    fresh = mark.with_name(f"{mark.name}.{os.getpid()}-{threading.get_ident()}")
    with open(fresh, "wb", opener=_private) as file:
        file.write(by.encode("utf-8", "replace"))
    fresh.replace(mark)  # at once: a supervisor that is born this instant must not read a word without a name
    return mark


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, FILE_MODE)


def _say(folder: Path, word: str, *arguments: bytes) -> bool:
    """Send one line and wait for its answer."""
    connection = connect(folder)
    if connection is None:
        return False
    with connection:
        connection.settimeout(ANSWER_WITHIN)
        try:
            connection.sendall(" ".join([word, *(argument.hex() for argument in arguments)]).encode() + b"\n")
            return connection.recv(16).startswith(b"ok")
        except OSError:
            return False


def connect(folder: Path) -> socket.socket | None:
    """The run's supervisor, reached through a descriptor: the path itself may be too long for a socket address."""
    try:
        here = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(f"/proc/self/fd/{here}/sock")
    except OSError:
        connection.close()
        return None
    finally:
        os.close(here)
    return connection
