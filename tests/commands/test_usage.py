"""Help, words that are no command, and errors of our own."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest
from support.shells import PROGRAM, Shell

COMMANDS = ("wall", "drill", "read", "run", "declare", "ack", "note", "incidents", "show", "export", "verify")


def test_help_names_every_command(shell: Shell) -> None:
    said = shell.says("--help")
    assert said.status == 0
    for name in COMMANDS:
        assert f"\n  {name} " in said.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_the_options_all_take(shell: Shell, name: str) -> None:
    said = shell.says(name, "-h")
    assert said.status == 0
    for option in ("--state", "--pack", "--as"):
        assert option in said.out


def test_a_slip_is_told_the_nearest_command(shell: Shell) -> None:
    said = shell.says("incident")
    assert said.status == 2
    assert "handrail incidents" in said.err


def test_a_file_that_is_not_there_is_taken_for_a_file(shell: Shell) -> None:
    said = shell.says("missing.md")
    assert said.status == 2
    assert "missing.md" in said.err


@pytest.mark.parametrize("words", [(), ("wall",), ("drill",)])
def test_screens_need_a_terminal(shell: Shell, words: tuple[str, ...]) -> None:
    said = shell.says(*words)
    assert said.status == 2
    assert "needs a terminal" in said.err
    assert not (shell.state.root / "drill").exists()


@pytest.mark.parametrize("words", [("show",), ("note", "x"), ("incidents", "--wrong"), ("run",), ("ack",)])
def test_wrong_usage_ends_with_2_and_says_where_help_is(shell: Shell, words: tuple[str, ...]) -> None:
    said = shell.says(*words)
    assert said.status == 2
    assert "--help" in said.err


def test_an_error_of_our_own_is_a_sentence_and_a_private_report(shell: Shell) -> None:
    program = ("import handrail.incident.archive as a\n"
               "def broken(*_): secret = 'hunter2'; raise RuntimeError('boom')\n"
               "a.Archive.active = broken\nfrom tui.cli import main; main()")
    before = os.umask(0)
    try:
        done = subprocess.run([sys.executable, "-c", program, "incidents"], env=shell.env, cwd=shell.home,
                              capture_output=True, text=True, timeout=30, check=False)
    finally:
        os.umask(before)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    (report,) = shell.state.crashes.iterdir()
    assert str(report) in done.stderr
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    text = report.read_text()
    assert "RuntimeError: boom" in text
    assert "hunter2" not in text.replace("secret = 'hunter2'", "")


def test_a_command_imports_no_more_than_it_needs(shell: Shell) -> None:
    for words in (["--help"], ["incidents"]):
        program = f"import sys; sys.argv = ['handrail', *{words!r}]\nfrom tui.cli import main\ntry: main()\n" \
                  "except SystemExit: pass\nprint(sorted({'textual', 'rich', 'httpx', 'jq', 'psutil', 'tinydb',"\
                  " 'markdown_it', 'handrail.operator'} & set(sys.modules)), file=sys.stderr)"
        done = subprocess.run([sys.executable, "-c", program], env=shell.env, cwd=shell.home, capture_output=True,
                              text=True, timeout=30, check=False)
        assert done.stderr.strip() == "[]"


def test_ctrl_c_ends_a_command_without_a_traceback(shell: Shell) -> None:
    program = "import tui.cli as c\nc.cli.main = lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt())\nc.main()"
    done = subprocess.run([sys.executable, "-c", program], env=shell.env, capture_output=True, text=True, timeout=30,
                          check=False)
    assert done.returncode == 130
    assert done.stderr == ""


def test_the_program_is_the_module_main(shell: Shell) -> None:
    done = subprocess.run([*PROGRAM, "--version"], env=shell.env, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("handrail, version ")
