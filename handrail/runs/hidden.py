"""What a child program of ours does with secrets: they are in no argument of the shells it starts, and in no file it
writes. Standard library only.
"""

from __future__ import annotations

import os
import select
import signal
from pathlib import Path
from typing import Any

from handrail.runs.supervision.folder import write_all
from handrail.runs.supervision.masking import Mask

HOLD_AT_MOST = 0.05  # s that the possible start of a secret is held back
BLOCK = 1 << 16


def mask_of(given: dict[str, Any]) -> Mask:
    """The mask for the `secrets` that a program was told, if any."""
    return Mask([text.encode("utf-8", "surrogateescape") for text in given.get("secrets", ())])


def hide(value: Any, mask: Mask) -> Any:
    """Plain data with every secret in its texts replaced."""
    if isinstance(value, str):
        return mask.hide(value.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")
    if isinstance(value, dict):
        return {key: hide(each, mask) for key, each in value.items()}
    return [hide(each, mask) for each in value] if isinstance(value, list | tuple) else value


def shell_arguments(given: dict[str, Any], text: str) -> list[str]:
    """What starts the shell of `given` on `text`. One with secrets it reads from our memory: `ps` shows arguments.

    The memory is there for as long as this process is.
    """
    if not given.get("secrets"):
        return [given["shell"], "-c", text]
    memory = os.memfd_create("step")
    write_all(memory, text.encode("utf-8", "surrogateescape"))
    return [given["shell"], f"/proc/{os.getpid()}/fd/{memory}"]


def masked_into(file: Path, given: dict[str, Any]) -> int:
    """A descriptor to write to: all of it arrives in `file` (0600), without secrets.

    Where there are some a process of its own stands between, for as long as somebody holds the descriptor.
    """
    out = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    if not given.get("secrets"):
        return out
    read, write = os.pipe()
    if os.fork():
        os.close(read)
        os.close(out)
        return write
    try:
        os.close(write)
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        nothing = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(nothing, fd)
        _pump(read, out, mask_of(given))
    finally:
        os._exit(0)


def _pump(read: int, out: int, mask: Mask) -> None:
    while True:
        if mask.held and not select.select([read], [], [], HOLD_AT_MOST)[0]:
            write_all(out, mask.rest())
            continue
        data = os.read(read, BLOCK)
        write_all(out, mask.feed(data) if data else mask.rest())
        if not data:
            return
