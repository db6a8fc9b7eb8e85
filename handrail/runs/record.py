"""A run as any reader sees it: computed from the files of its folder alone, never from belief."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RunWord = Literal["starting", "running", "ended", "lost", "did not start"]


@dataclass(frozen=True, slots=True)
class RunState:
    """What the folder says now.

    `word`: starting (no folder for at most 10 s), running (the supervisor holds its lock), ended (exit.json is there),
    lost (nobody saw the end), did not start. `why` explains lost in a sentence ("the machine restarted").
    `exit` or `signal` is set when ended. `seconds` is how long it ran, or has run so far. `stopped_by` names who
    stopped it. `timed_out` is set when a limit ended it. `background` is True while a descendant still holds the tty.
    `left` lists processes ("PID name") still alive after the end. `output_bytes` and `output_lines` count `out`.
    `silent` is seconds since the last byte. `waits` is the prompt-like last line when it waits for input, else "".
    `echo` is False while the program reads a password.
    """

    word: RunWord
    why: str = ""
    exit: int | None = None
    signal: int | None = None
    seconds: float = 0.0
    stopped_by: str = ""
    timed_out: bool = False
    background: bool = False
    left: tuple[str, ...] = ()
    output_bytes: int = 0
    output_lines: int = 0
    silent: float = 0.0
    waits: str = ""
    echo: bool = True
    pid: int | None = None
    error: str = ""
