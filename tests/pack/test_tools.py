"""A pack says what its own programs do; the table that comes with Handrail is the ground it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desks import a_desk
from support.shells import Shell
from support.waiting import wait_until

from handrail.errors import PackError
from handrail.pack.pack import load
from handrail.runbook import tools
from handrail.runbook.shell import classify

PACK = """name = "Mill"

[scheme.P1]
title = "stands still"
rank = 1

"""
MILLCTL = """[tools.millctl]
read = "wheels whirr, status"
destructive = "dam open"
otherwise = "change"
"""
RUNBOOK = "# Mill\n\n```sh\nmillctl wheels whirr\n```\n\n```sh\nmillctl dam open\n```\n"


@pytest.fixture(autouse=True)
def _as_it_came() -> Iterator[None]:
    yield
    tools.serve({})


def pack(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "handrail.toml").write_text(text)
    return folder


def risks(desk, record) -> list[str]:
    checklist = desk.operator.watcher.checklist(record.id)
    return [row.item.risk for row in checklist.rows if row.item is not None]


def test_what_a_pack_says_of_a_program_counts_in_checklists_and_for_what_runs(tmp_path: Path) -> None:
    with a_desk(tmp_path, RUNBOOK, packs=(load(pack(tmp_path / "mill", PACK + MILLCTL)),)) as desk:
        record = desk.open()
        assert risks(desk, record) == ["read", "destructive"]
        key = desk.key(record, "millctl dam open")
        assert desk.operator.prepared(record, key).word, "it wants its target typed"
        assert classify("sudo millctl wheels whirr && ls").risk == "read"
        assert classify("millctl wheels grease").risk == "change"
    (tmp_path / "other").mkdir()
    with a_desk(tmp_path / "other", RUNBOOK.replace("# Mill", "# Another")) as desk:
        assert risks(desk, desk.open()) == ["change", "change"], "without that pack nobody knows"


def test_an_edit_of_the_pack_counts_without_a_restart(tmp_path: Path) -> None:
    folder = pack(tmp_path / "mill", PACK)
    with a_desk(tmp_path, RUNBOOK, packs=(load(folder),)) as desk:
        record = desk.open()
        desk.operator.start_polling()
        assert risks(desk, record) == ["change", "change"]
        pack(folder, PACK + MILLCTL)
        wait_until(lambda: risks(desk, record) == ["read", "destructive"], 30, "the edit counts")


def test_the_command_that_shows_how_a_runbook_is_understood_knows_it_too(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    folder = pack(tmp_path / "mill", PACK + MILLCTL)
    file = shell.file("mill.md", RUNBOOK)
    assert "DESTROYS" in shell.says("read", file, "--pack", folder).out
    assert "DESTROYS" not in shell.says("read", file).out
    pack(folder, PACK + "[tools.millctl]\nraed = 'x'\n")
    said = shell.says("read", file, "--pack", folder)
    assert said.status == 0 and "Did you mean read?" in said.err


@pytest.mark.parametrize(("family", "wrong"), [
    ("[tools.millctl]\nraed = 'list'\n", "Did you mean read?"),
    ("[tools.millctl]\nread = ['list']\n", "must be text"),
    ("[tools.millctl]\notherwise = 'reads'\n", "no risk"),
    ("[tools.words]\nread = 'delete'\n", "no family of programs"),
    ("[tools]\nmillctl = 'read'\n", "must be a table"),
])
def test_what_is_wrong_is_said(tmp_path: Path, family: str, wrong: str) -> None:
    with pytest.raises(PackError, match="tools") as error:
        load(pack(tmp_path / "mill", PACK + family))
    assert wrong in str(error.value)
