"""An error of our own that ends the console or the wall: the terminal is as it was, and one line says where to look."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from support.terminal import Terminal

# Breaks once the file is there, in a frame that holds a secret.
PROGRAM = """
import sys
from pathlib import Path
from MODULE import CLASS
whole = CLASS.tick
def broken(self):
    password = "-".join(("swordfish", "42"))
    if Path("BOOM").exists():
        raise ZeroDivisionError("division by zero")
    whole(self)
CLASS.tick = broken
from tui.cli import main
sys.argv = ["handrail", *sys.argv[1:]]
sys.exit(main())
"""


@pytest.mark.parametrize(("words", "module", "name", "shown"), [
    ((), "tui.app", "HandrailApp", "No incident is open"),
    (("wall",), "tui.wall_app", "WallApp", "No incident is open"),
])
def test_it_gives_the_terminal_back_and_names_a_private_report(words, module, name, shown, env, tmp_path: Path) -> None:
    boom = tmp_path / "boom"
    program = PROGRAM.replace("MODULE", module).replace("CLASS", name).replace("BOOM", str(boom))
    state = Path(env["HANDRAIL_STATE"])
    with Terminal([sys.executable, "-c", program, *words], (80, 24), env) as terminal:
        terminal.wait_for(shown, 30)
        assert b"\x1b[?1049h" in terminal.raw, "the control: it did take the other screen"
        boom.touch()
        assert terminal.wait(30) == 1
        left = bytes(terminal.raw).rpartition(b"\x1b[?1049l")[2].decode()
        assert terminal.raw.rfind(b"\x1b[?25h") > terminal.raw.rfind(b"\x1b[?25l"), "the cursor is shown"
        assert b"Traceback" not in terminal.raw and b"swordfish" not in terminal.raw
    said = [line for line in left.replace("\x1b[?25h", "").splitlines() if "handrail:" in line]
    assert len(said) == 1 and "error of its own" in said[0]
    [report] = (state / "crashes").iterdir()
    assert str(report) in said[0]
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    text = report.read_text()
    assert "ZeroDivisionError: division by zero" in text, "the control: the whole of it is there to be sent"
    assert "swordfish-42" not in text, "no value of a variable is"
