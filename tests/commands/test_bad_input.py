"""What is wrong with a file or a folder is said in a sentence with a remedy; nothing is lost, nothing half done."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from support.shells import PROGRAM, Shell

RUNBOOKS = [
    ("empty.md", b"", "empty"),
    ("binary.md", b"# Mill\n\x00\x01\x02" * 50, "binary"),
    ("latin.md", "# Mühle\n\nÄrger über Öl\n".encode("cp1252"), "UTF-8"),
    ("huge.md", b"# Mill\n" + b"- turn the wheel\n" * 700_000, "MB"),
]


@pytest.mark.parametrize(("name", "content", "word"), RUNBOOKS, ids=[name for name, _, _ in RUNBOOKS])
def test_a_runbook_that_is_no_text_is_named_with_a_remedy(shell: Shell, name: str, content: bytes, word: str) -> None:
    file = shell.file(name, content)
    for words in (("read", file), ("run", file, "--yes"), (file,), ("read", file, "--json")):
        said = shell.says(*words)
        assert said.status == 2, words
        assert said.out == ""
        assert word.lower() in said.err.lower()
        assert str(file) in said.err
        assert len(said.err.strip().splitlines()) >= 2, "what to do about it"
    assert not shell.state.active.exists() or not list(shell.state.active.iterdir())


def test_a_folder_that_is_gone_from_under_the_prompt(shell: Shell) -> None:
    file = shell.file("mill.md", "# Mill\n\n```sh\necho turning\n```\n")
    gone = ("sh", "-c", 'mkdir gone && cd gone && rmdir ../gone && exec "$@"', "sh", *PROGRAM)
    for words, said in ((("run", file), "turning"), (("doctor",), "record"), (("check",), ""),
                        (("declare", "The mill stands", "--severity", "P1"), "INC-")):
        done = subprocess.run([*gone, *map(str, words)], cwd=shell.home, env=shell.env, capture_output=True, text=True,
                              timeout=60, check=False)
        assert said in done.stdout + done.stderr
        assert "an error of its own" not in done.stderr, words


@pytest.mark.parametrize("name", ["nowhere.md", "."])
def test_a_file_that_cannot_be_opened(shell: Shell, name: str) -> None:
    said = shell.says("read", name)
    assert said.status == 2
    assert said.err.startswith("handrail: ")


def test_a_text_of_any_kind_reads_as_a_runbook(shell: Shell) -> None:
    said = shell.says("read", shell.file("notes.txt", "just words\n"))
    assert said.status == 0
    assert "0 steps" in said.out


WRITES = [("declare", "x", "--severity", "P1"), ("note", "123456", "x"), ("ack", "123456")]


@pytest.mark.parametrize("words", WRITES, ids=[words[0] for words in WRITES])
def test_a_state_folder_that_cannot_be_made(shell: Shell, words: tuple[str, ...]) -> None:
    shell.state.root.write_text("a file stands where the folder should be")
    said = shell.says(*words)
    assert said.status == 3
    assert str(shell.state.root) in said.err
    assert "--state" in said.err
    assert shell.state.root.read_text() == "a file stands where the folder should be"


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere, so a folder's mode refuses it nothing")
def test_a_state_folder_without_permission(shell: Shell) -> None:
    shell.state.root.mkdir(mode=0o500)
    said = shell.says("declare", "x", "--severity", "P1")
    assert said.status == 3
    assert "--state" in said.err


def test_a_state_folder_on_a_file_system_that_takes_nothing(shell: Shell) -> None:
    said = shell.says("declare", "x", "--severity", "P1", "--state", "/proc/handrail")
    assert said.status == 3
    assert "/proc/handrail" in said.err


def test_reading_needs_no_folder_that_can_be_written(shell: Shell) -> None:
    assert shell.says("incidents", "--state", "/proc/handrail").status == 0
    assert shell.says("verify", "--state", "/proc/handrail").status == 0


PACKS = [
    ('name = "Mill"\n[scheme.P1]\nrank = 1\nrespnd = "5m"\n', ("respnd", "respond", "line 4")),
    ('name = "Mill"\n[scheme.P1]\nrank = "one"\n', ("rank", "line 3")),
    ('name = "Mill"\n[scheme.P1\n', ("handrail.toml",)),
    ('[scheme.P1]\nrank = 1\n', ("name",)),
]


@pytest.mark.parametrize(("toml", "named"), PACKS, ids=[named[0] for _, named in PACKS])
def test_a_pack_with_a_wrong_key_names_file_line_and_key(shell: Shell, toml: str, named: tuple[str, ...]) -> None:
    file = shell.file("pack/handrail.toml", toml)
    for words in (("declare", "x", "--severity", "P1", "--pack", "pack"), ("run", _book(shell), "--pack", "pack")):
        said = shell.says(*words)
        assert said.status == 2
        assert str(file) in said.err
        for word in named:
            assert word in said.err


def test_the_console_says_it_before_it_takes_the_screen(shell: Shell) -> None:
    shell.file("pack/handrail.toml", PACKS[0][0])
    empty = shell.file("empty.md", "")
    for words, status, named in (
        ((empty,), 2, "empty.md"), (("--pack", "pack"), 2, "respnd"), (("wall", "--pack", "pack"), 2, "respnd"),
        (("--state", "/proc/handrail"), 3, "/proc/handrail"),
    ):
        with shell.at_a_terminal(*words) as terminal:
            assert terminal.wait() == status
            assert named in terminal.text()
            assert b"\x1b[?1049h" not in bytes(terminal.raw), "the screen was never taken"


def test_a_pack_that_is_not_there(shell: Shell) -> None:
    said = shell.says("declare", "x", "--severity", "P1", "--pack", "/nowhere")
    assert said.status == 2
    assert "/nowhere" in said.err


def test_a_foreign_state_file_stops_nobody(shell: Shell) -> None:
    shell.state.make()
    foreign = shell.state.active / "INC-20200101-000000.json"
    foreign.write_bytes(json.dumps({"timeline": 7}).encode())
    said = shell.says("declare", "x", "--severity", "P1")
    assert said.status == 0
    assert shell.says("incidents").status == 1
    assert shell.says("show", said.out.strip()).status == 0
    assert foreign.read_bytes() == json.dumps({"timeline": 7}).encode()


def _book(shell: Shell) -> Path:
    return shell.file("mill.md", "# Mill\n\n```bash\n# Say hello\necho hello\n```\n")
