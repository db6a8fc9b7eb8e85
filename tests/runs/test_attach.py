"""The whole terminal for a program: what it draws arrives, what is typed reaches it, and leaving leaves it running."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from support.runs import ended, says, start
from support.terminal import Terminal
from support.waiting import wait_until

import handrail
from handrail.runs.attach import HELD, Harmless
from handrail.runs.control import type_in
from handrail.runs.record import RunFiles
from handrail.runs.verdict import judge

# Draws over the whole screen, says its size again when that changes, and ends at q; any other key is shown.
PROGRAM = """
import os, select, signal, sys, termios, tty
before = termios.tcgetattr(0)
tty.setraw(0)
def draw(*_):
    size = os.get_terminal_size(0)
    os.write(1, b"\\x1b[2J\\x1b[HI HAVE %dx%d" % (size.columns, size.lines))
signal.signal(signal.SIGWINCH, draw)
os.write(1, b"\\x1b[?1049h\\x1b]0;stolen title\\x07")
draw()
while (key := os.read(0, 1)) != b"q":
    os.write(1, b"\\x1b[3;1HKEY " + key)
os.write(1, b"\\x1b[?1049l")
termios.tcsetattr(0, termios.TCSADRAIN, before)
print("one\\ntwo")
"""
ATTACH = ("import sys; from pathlib import Path; from handrail.runs.attach import attach; "
          "print('LEFT', attach(Path(sys.argv[1]), 'kim'))")


@pytest.fixture
def program(runs: Path) -> RunFiles:
    (runs / "full.py").write_text(PROGRAM)
    return start(runs / "run", f"{sys.executable} full.py", form="terminal")


def attached(files: RunFiles, size: tuple[int, int] = (80, 24)) -> Terminal:
    return Terminal([sys.executable, "-c", ATTACH, str(files.folder)], size,
                    {"PYTHONPATH": str(Path(handrail.__file__).parents[1])})


def test_it_gets_this_terminals_size_its_keys_and_its_resizes(program: RunFiles) -> None:
    with attached(program, (70, 20)) as terminal:
        terminal.wait_for("I HAVE 70x20", 30)
        terminal.press("x")
        terminal.wait_for("KEY x", 30)
        terminal.resize(90, 30)
        terminal.wait_for("I HAVE 90x30", 30)
        terminal.press("q")
        terminal.wait_for("LEFT ended", 30)
        assert terminal.wait() == 0
        assert b"stolen title" not in terminal.raw, "a title is a command to the terminal itself"
        assert b"one\r\ntwo\r\n" in terminal.raw
    state = ended(program)
    assert judge(None, state, b"").why == "exit 0, in the whole terminal"
    assert [answer.by for answer in program.answers()] == ["kim", "kim"]


def test_leaving_leaves_it_running_and_coming_back_shows_its_screen_again(program: RunFiles) -> None:
    with attached(program) as terminal:
        terminal.wait_for("I HAVE", 30)
        terminal.press("\x1d")
        terminal.wait_for("LEFT left", 30)
        assert terminal.raw.rindex(b"\x1b[?1049l") > terminal.raw.rindex(b"I HAVE"), "the other screen is left"
    assert wait_until(lambda: program.state().screen) and program.state().word == "running"
    with attached(program) as again:
        again.wait_for("I HAVE 80x24", 30)
        again.press("q")
        again.wait_for("LEFT ended", 30)
    assert ended(program).exit == 0


def test_a_terminal_that_closes_leaves_it_running(program: RunFiles) -> None:
    with attached(program) as terminal:
        terminal.wait_for("I HAVE", 30)
        terminal.hang_up()
        os.waitpid(terminal.pid, 0)
        terminal.status = 0
        assert program.state().word == "running"
    assert not type_in(program.folder, b"q", "ade"), "the keyboard is kept for who lost the terminal, for a while"
    assert type_in(program.folder, b"q", "kim")
    assert ended(program).exit == 0


def test_an_ordinary_step_gets_its_line_ends_and_shows_what_it_said_before(runs: Path) -> None:
    files = start(runs / "run", "echo before; echo ready; read -r x; echo got $x")
    says(files, b"ready")
    with attached(files) as terminal:
        terminal.wait_for("ready", 30)
        terminal.press("yes", "enter")
        terminal.wait_for("LEFT ended", 30)
        assert b"before\r\nready\r\n" in terminal.raw
        assert b"got yes\r\n" in terminal.raw
    assert not files.state().screen


def test_two_cannot_have_it_at_once(program: RunFiles) -> None:
    with attached(program) as terminal:
        terminal.wait_for("I HAVE", 30)
        assert program.state().typist == "kim"
        with Terminal([sys.executable, "-c", ATTACH.replace("'kim'", "'ade'"), str(program.folder)], (80, 24),
                      {"PYTHONPATH": str(Path(handrail.__file__).parents[1])}) as other:
            other.wait_for("LEFT taken", 30)
        terminal.press("q")
        terminal.wait_for("LEFT ended", 30)


def test_a_run_that_is_over_or_never_was_cannot_be_reached(runs: Path) -> None:
    files = start(runs / "run", "true")
    ended(files)
    wait_until(lambda: not (files.folder / "sock").exists())
    with attached(files) as terminal:
        terminal.wait_for("LEFT gone", 30)


@pytest.mark.parametrize("size", range(1, 12))
def test_commands_to_the_terminal_are_taken_out_however_they_are_split(size: int) -> None:
    stream = b"a\x1b]52;c;c2VjcmV0\x07b\x1b]0;title\x1b\\c\x1b[2Jd\x1b[1;31me"
    harmless = Harmless()
    out = b"".join(harmless.feed(stream[at:at + size]) for at in range(0, len(stream), size))
    assert out == b"abc\x1b[2Jd\x1b[1;31me"


def test_an_endless_command_is_not_held_back_for_ever() -> None:
    harmless = Harmless()
    assert len(harmless.feed(b"\x1b]0;" + b"x" * 2 * HELD)) > HELD
