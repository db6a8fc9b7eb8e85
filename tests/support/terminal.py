"""A program in a real pseudo-terminal, and what a person would see of it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "space": " ",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "end": "\x1b[F",
    "home": "\x1b[H",
    "pgup": "\x1b[5~",
    "pgdn": "\x1b[6~",
    "backspace": "\x7f",
    "ctrl+c": "\x03",
    "ctrl+d": "\x04",
    "ctrl+p": "\x10",
    "ctrl+z": "\x1a",
}


class Terminal:
    """Spawns `argv` in a pty of `size` (columns, rows). A context manager: what still runs at its end is killed.

    `raw` holds every byte the program wrote; `text()` is the screen as lines.
    """

    def __init__(
        self,
        argv: Sequence[str],
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
    ) -> None:
        columns, rows = size
        self.screen = pyte.Screen(columns, rows)
        self.screen.report_device_status = lambda *_, **__: None
        self._stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()
        self.status: int | None = None
        self.started = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # The environment as Python knows it: readline, which a test runner loads, puts its own COLUMNS and LINES
            # beside it, and then no program would ever see another size.
            named = {"TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})}
            if cwd:
                os.chdir(cwd)
            os.execvpe(argv[0], list(argv), {**os.environ, **named})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.wait()
        with contextlib.suppress(OSError):
            os.close(self.fd)

    def read(self, seconds: float = 0.0) -> bool:
        """Take in what is there, waiting at most `seconds` for the first byte; False at the end of the program."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        if not data:
            return False
        self.raw += data
        try:
            self._stream.feed(data)
        except TypeError as error:  # what pyte raises for a sequence that no terminal knows
            raise AssertionError(f"no terminal understands this: {bytes(self.raw[-2000:])!r}") from error
        return True

    def press(self, *keys: str) -> None:
        """Press keys by name; anything that is no name is typed as it stands."""
        for key in keys:
            os.write(self.fd, KEYS.get(key, key).encode())

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait_for(self, wanted: str | Callable[[str], object], seconds: float = 30.0) -> str:
        """Read until the screen shows `wanted` (text, or a predicate over the screen); answers the screen."""
        found = wanted if callable(wanted) else lambda text: wanted in text
        deadline = time.monotonic() + seconds
        alive = True
        while not found(self.text()):
            if not alive or time.monotonic() > deadline:
                why = "it ended" if not alive else f"{seconds} s have passed"
                raise AssertionError(f"{why} and the screen does not show {wanted!r}:\n{self.text()}")
            alive = self.read(0.02)
        self.settle()
        return self.text()

    def settle(self) -> None:
        """Read what is still to come of what was pressed or waited for: a frame comes in pieces of a pty's buffer.

        Silence alone is no end of it: on a loaded machine the program may be waiting for its turn in the middle. A
        program that never rests is not waited for.
        """
        for _ in range(20):
            if select.select([self.fd], [], [], 0.02)[0]:
                if not self.read():
                    return
            elif self._rests():
                return

    def _rests(self) -> bool:
        """Whether no thread of the program has anything to do, or wants to."""
        try:
            tasks = [path.read_text() for path in Path(f"/proc/{self.pid}/task").glob("*/stat")]
        except OSError:  # a thread, or all of it, has just ended
            return not Path(f"/proc/{self.pid}").exists()
        return all(task.rpartition(")")[2].split()[0] in "SZ" for task in tasks)

    def wait(self, seconds: float = 30.0) -> int:
        """Read until the program has ended; answers its exit status as the shell would (128+n for a signal)."""
        deadline = time.monotonic() + seconds
        while self.status is None:
            self.read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                code = os.waitstatus_to_exitcode(status)
                self.status = code if code >= 0 else 128 - code
            elif time.monotonic() > deadline:
                raise AssertionError(f"still running after {seconds} s:\n{self.text()}")
        while select.select([self.fd], [], [], 0)[0] and self.read(0):
            pass
        return self.status

    def kill(self, number: int = signal.SIGKILL) -> None:
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Close the master side, as when an SSH connection drops."""
        os.close(self.fd)

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)
