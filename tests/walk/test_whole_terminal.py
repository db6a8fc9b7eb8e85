"""A full-screen program in a real console: it gets the terminal, gives it back, and its step is on record."""

from __future__ import annotations

import sys
from pathlib import Path

from support.terminal import Terminal

PROGRAM = """
import os, termios, tty
before = termios.tcgetattr(0)
tty.setraw(0)
os.write(1, b"\\x1b[?1049h\\x1b[2J\\x1b[5;5HALL OF THE SCREEN")
while os.read(0, 1) != b"q":
    os.write(1, b"\\x1b[7;5HSOME KEY")
os.write(1, b"\\x1b[?1049l")
termios.tcsetattr(0, termios.TCSADRAIN, before)
"""
RUNBOOK = """# Full screen

Look around:

```sh {"interactive": true}
PYTHON PROGRAM
```

Then this:

```sh
echo afterwards
```
"""


def test_enter_hands_the_terminal_over_and_ctrl_bracket_takes_it_back(handrail, env, tmp_path: Path):
    (tmp_path / "full.py").write_text(PROGRAM)
    runbook = tmp_path / "full.md"
    runbook.write_text(RUNBOOK.replace("PYTHON", sys.executable).replace("PROGRAM", str(tmp_path / "full.py")))
    with Terminal([handrail, str(runbook)], (80, 24), env) as terminal:
        terminal.wait_for("takes the whole terminal; ctrl+] comes back", 30)
        terminal.wait_for("enter run", 30)
        terminal.press("enter")
        terminal.wait_for("y do it", 30)
        terminal.press("y")
        # Until it is handed over, the console's own output pane may show the words too.
        terminal.wait_for(lambda text: "ALL OF THE SCREEN" in text and "Look around" not in text, 30)
        terminal.press("x")
        terminal.wait_for("SOME KEY", 30)
        terminal.press("\x1d")
        terminal.wait_for("It runs on. enter goes back into it", 30)
        terminal.wait_for("enter attach", 30)
        terminal.press("enter")
        terminal.wait_for(lambda text: "Look around" not in text and "ALL OF THE SCREEN" in text, 30)
        terminal.press("q")
        terminal.wait_for("you judge", 30)
        terminal.press("j", "k")
        terminal.wait_for("enter looks right", 30)
        terminal.press("enter")
        terminal.wait_for("1 of 2", 30)
