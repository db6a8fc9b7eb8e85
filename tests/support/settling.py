"""Reading until a program has nothing more to say."""

from __future__ import annotations

import select
import time

from support.terminal import Terminal


def quiet(terminal: Terminal, silence: float = 0.3, seconds: float = 5.0) -> bool:
    """Read until nothing came for `silence` s, at most `seconds`; False when the program has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and select.select([terminal.fd], [], [], silence)[0]:
        if not terminal.read():
            return False
    return True
