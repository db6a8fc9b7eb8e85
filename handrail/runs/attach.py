"""The whole terminal for a running program: what it writes goes there, what is typed goes to it, until either leaves.

The program keeps its own terminal under its supervisor, so that it lives on when this one is taken away.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import socket
import termios
import tty
from pathlib import Path
from typing import Literal

from handrail.runs.control import claim, connect, release
from handrail.runs.record import STARTS_WITHIN, RunFiles

Left = Literal["ended", "left", "gone", "taken"]

DETACH = b"\x1d"  # ctrl+]
LOOK = 0.25  # s between looks at the size of the terminal and at the files
BLOCK = 1 << 16
TAIL = 4096  # bytes shown again of a program that does not draw the screen by itself
AGAIN = 1 << 18  # bytes in which the last clearing of the screen is looked for: all drawn since is shown again
HELD = 4096  # bytes of an unfinished command to the terminal itself that are waited for

# Back to a plain screen: normal screen, cursor, colours, keys, no mouse, no bracketed paste.
TIDY = (b"\x1b[?1049l\x1b[?25h\x1b[0m\x1b[?1l\x1b>\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\r\n")
# Commands to the terminal itself: title, clipboard, links, colours of the palette.
COMMAND = re.compile(rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
# Clears the whole screen, or switches to an empty one.
CLEARING = re.compile(rb"\x1b\[(?:2J|\?(?:1049|1047|47)h)")
# Questions to the terminal: its answers are typed into the program, and were given when it asked.
QUESTION = re.compile(rb"\x1b(?:\[[?>=]?[0-9;]*[cn]|\[>[0-9;]*q|\[\??[0-9;]*\$p|Z|P[$+]q[^\x1b]*\x1b\\)")
OPEN_COMMAND = re.compile(rb"\x1b(?:\][^\x07\x1b]*\x1b?)?$")


def attach(folder: Path, by: str, keys: int = 0, screen: int = 1) -> Left:
    """Give the terminal of `keys` and `screen` to the run in `folder`, which may not be born yet, in the name of `by`.

    "ended": the program has; "left": ctrl+] was pressed, and it runs on; "gone": it cannot be reached, or this terminal
    is no more; "taken": somebody else types into it, from the start or since `by` was silent for half a minute. The
    terminal is left as it was. Raises termios.error when `keys` is no terminal.
    """
    before = termios.tcgetattr(keys)
    connection = _reach(folder)
    if connection is None:
        return "gone"
    if not claim(folder, by) and RunFiles(folder).state().word == "running":
        connection.close()
        return "taken"
    try:
        tty.setraw(keys)
        return _Relay(folder, by, connection, keys, screen).go()
    finally:
        release(folder, by)
        connection.close()
        with contextlib.suppress(OSError):
            os.write(screen, TIDY)
        with contextlib.suppress(termios.error):
            termios.tcsetattr(keys, termios.TCSAFLUSH, before)


class _Relay:
    def __init__(self, folder: Path, by: str, connection: socket.socket, keys: int, screen: int) -> None:
        self._files, self._name, self._connection = RunFiles(folder), by, connection
        self._by = by.encode("utf-8", "replace").hex()
        self._keys, self._screen = keys, screen
        self._harmless = Harmless(returns=not _has_line_ends(self._files))
        self._size = (0, 0)
        self._at = 0

    def go(self) -> Left:
        self._connection.sendall(b"wake\n")
        self._begin()
        while True:
            listening = (self._keys, self._connection.fileno())
            ready = select.select(listening, (), (), LOOK)[0]
            if self._keys in ready and (left := self._typed()):
                return left
            answer = self._connection.recv(BLOCK) if listening[1] in ready else b"-"
            if b"no" in answer and self._is_taken():
                return "taken"
            over = not answer
            self._resize()
            self._show()
            if over or self._files.state().word not in ("starting", "running"):
                self._show()
                return "ended"

    def _is_taken(self) -> bool:
        typist = self._files.state().typist
        return typist not in ("", self._name)

    def _begin(self) -> None:
        """What the program has drawn before is shown again, and it is asked to draw; of others the newest lines."""
        written = self._files.state().output_bytes
        self._at = max(0, written - TAIL)
        if (self._files.folder / "screen").exists():
            self._at = written
            os.write(self._screen, b"\x1b[?1049h\x1b[2J\x1b[H")
            _write(self._screen, self._harmless.feed(QUESTION.sub(b"", self._drawn(written))))
            columns, lines = os.get_terminal_size(self._screen)
            self._tell(f"size {str(columns - 1).encode().hex()} {str(lines).encode().hex()}")
        self._resize()

    def _drawn(self, written: int) -> bytes:
        """What was drawn since the screen was last cleared; nothing where that is too long ago."""
        with contextlib.suppress(FileNotFoundError), (self._files.folder / "out").open("rb") as file:
            start = max(0, written - AGAIN)
            data = os.pread(file.fileno(), written - start, start)
            clearings = list(CLEARING.finditer(data))
            return data[clearings[-1].start():] if clearings else b""
        return b""

    def _resize(self) -> None:
        with contextlib.suppress(OSError):
            size = os.get_terminal_size(self._screen)
            if (size.columns, size.lines) != self._size and size.columns and size.lines:
                self._size = (size.columns, size.lines)
                self._tell(f"size {str(size.columns).encode().hex()} {str(size.lines).encode().hex()}")

    def _typed(self) -> Left | None:
        try:
            data = os.read(self._keys, BLOCK)
        except OSError:
            data = b""
        if not data:
            return "gone"
        mine, mark, _ = data.partition(DETACH)
        if mine:
            self._tell(f"input {self._by} {mine.hex()}")
        return "left" if mark else None

    def _tell(self, line: str) -> None:
        with contextlib.suppress(OSError):
            self._connection.sendall(line.encode() + b"\n")

    def _show(self) -> None:
        with contextlib.suppress(FileNotFoundError), (self._files.folder / "out").open("rb") as file:
            while data := os.pread(file.fileno(), BLOCK, self._at):
                self._at += len(data)
                _write(self._screen, self._harmless.feed(data))


class Harmless:
    """Takes commands to the terminal itself out of a stream: a program may draw, not set titles or the clipboard.

    With `returns` a line feed gets the carriage return that a run's own terminal leaves out.
    """

    def __init__(self, *, returns: bool = False) -> None:
        self._returns = returns
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """What may go to the terminal now; the start of a command waits for its end."""
        data = COMMAND.sub(b"", self._held + data)
        open_command = OPEN_COMMAND.search(data)
        cut = open_command.start() if open_command and len(data) - open_command.start() <= HELD else len(data)
        self._held, data = data[cut:], data[:cut]
        return re.sub(rb"(?<!\r)\n", b"\r\n", data) if self._returns else data


def _has_line_ends(files: RunFiles) -> bool:
    return (files.meta() or {}).get("form") == "terminal"


def _reach(folder: Path) -> socket.socket | None:
    """The run's supervisor, awaited while the run is being born."""
    import time

    until = time.monotonic() + STARTS_WITHIN
    while not folder.exists() and time.monotonic() < until:
        time.sleep(0.01)
    return connect(folder)


def _write(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data):]
