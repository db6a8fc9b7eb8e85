"""A terminal that nobody reads: the screen stands still, and the lamps are asked on."""

from __future__ import annotations

import fcntl
import itertools
import struct
import termios
import time
from pathlib import Path

from support.faulty import faulty
from support.terminal import Terminal
from support.waiting import wait_until

PACK = """
name = "T"
[scheme.P1]
rank = 1
[defaults]
interval = "500ms"
timeout = "400ms"
confirm_bad = 1
[[probe]]
id = "desk"
kind = "http"
url = "URL"
level = [{ severity = "P1", when = "status != 200" }]
"""


def unread(terminal: Terminal) -> int:
    """Bytes that the program has written and nobody has taken."""
    return int(struct.unpack("i", fcntl.ioctl(terminal.fd, termios.FIONREAD, b"\0" * 4))[0])


def test_a_stalled_terminal_does_not_stop_polling(handrail: str, env: dict[str, str], tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    with faulty() as server:
        (pack / "handrail.toml").write_text(PACK.replace("URL", server.url))
        with Terminal([handrail, "--pack", str(pack)], (120, 36), env) as terminal:
            terminal.wait_for("● 1 ok", 30)
            sizes = itertools.cycle(((119, 35), (120, 36)))

            def takes_no_more() -> bool:
                before = unread(terminal)
                terminal.resize(*next(sizes))
                time.sleep(0.2)  # a frame's time: what does not come in it is what is looked for
                return 0 < before == unread(terminal)

            wait_until(lambda: takes_no_more() and takes_no_more(), 60, "the terminal takes no more")
            stuck, asked = unread(terminal), server.requests
            wait_until(lambda: server.requests >= asked + 6, 30, "the lamps are asked on")
            assert unread(terminal) == stuck, "the control: nothing could be written meanwhile"
            server.mode = 503
            terminal.wait_for("■ 1 CRIT", 30)
