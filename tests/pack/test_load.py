"""Finding and opening packs, what a change of content means, and files that are none."""

from __future__ import annotations

import os

import pytest

from handrail.errors import PackError
from handrail.pack import pack

SMALLEST = 'name = "Small"\n[scheme.P1]\nrank = 1\n'


def test_the_hash_is_of_the_toml_and_of_every_runbook(written):
    folder = written(SMALLEST, one="# One", two="# Two")
    first = pack.load(folder).sha256
    assert pack.load(folder).sha256 == first
    (folder / "one.md").write_text("# One.")
    second = pack.load(folder).sha256
    (folder / "one.md").rename(folder / "three.md")
    third = pack.load(folder).sha256
    (folder / "handrail.toml").write_text(SMALLEST + "# a word\n")
    fourth = pack.load(folder).sha256
    (folder / "notes.txt").write_text("no part of it")
    assert pack.load(folder).sha256 == fourth
    assert len({first, second, third, fourth}) == 4


def test_runbooks_may_lie_in_their_own_folder(written):
    folder = written(SMALLEST, one="# One")
    (folder / "runbooks" / "deep").mkdir(parents=True)
    (folder / "runbooks" / "deep" / "two.md").write_text("# Two")
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "three.md").write_text("# Three")
    assert [path.name for path in pack.load(folder).runbooks] == ["one.md", "two.md"]


def test_levels_stand_worst_first_whatever_their_order(loaded):
    assert list(loaded("[scheme.P4]\nrank = 4\n[scheme.P0]\nrank = 1\n[scheme.P2]\nrank = 2\n").scheme) == [
        "P1", "P0", "P2", "P4"]


def test_flags_come_first_then_here_then_the_users_then_plain(tmp_path, monkeypatch):
    here, theirs, flagged = tmp_path / "here", tmp_path / "config" / "handrail", tmp_path / "flagged"
    for folder in (here, theirs, flagged):
        folder.mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def name() -> list[str]:
        return [found.name for found in pack.find()]

    assert name() == ["Plain"]
    (theirs / "packs" / "b").mkdir(parents=True)
    (theirs / "packs" / "b" / "handrail.toml").write_text(SMALLEST.replace("Small", "One of several"))
    assert name() == ["One of several"]
    (theirs / "handrail.toml").write_text(SMALLEST.replace("Small", "Theirs"))
    assert name() == ["Theirs"]
    (here / "handrail.toml").write_text(SMALLEST.replace("Small", "Here"))
    assert name() == ["Here"]
    (flagged / "handrail.toml").write_text(SMALLEST.replace("Small", "Flagged"))
    flags = [str(flagged), str(flagged / "handrail.toml"), "plain"]
    assert [found.name for found in pack.find(flags)] == ["Flagged", "Flagged", "Plain"]


@pytest.mark.parametrize(("make", "said"), [
    (lambda folder: None, "No such file or directory"),
    (lambda folder: (folder / "handrail.toml").mkdir(), "Is a directory"),
    (lambda folder: (folder / "handrail.toml").write_text("name = \n"), "line 1"),
    (lambda folder: (folder / "handrail.toml").write_text('name = "a"\nname = "b"\n'), "line 2"),
    (lambda folder: (folder / "handrail.toml").write_bytes(b'a = 1\nname = "\xff"\n'), "line 2: not UTF-8"),
    (lambda folder: (folder / "handrail.toml").write_text(""), "has no name"),
    (lambda folder: (folder / "handrail.toml").write_text("a = " + "[" * 5000 + "]" * 5000), "nested too deeply"),
])
def test_files_that_are_no_pack(tmp_path, make, said):
    make(tmp_path)
    with pytest.raises(PackError) as caught:
        pack.load(tmp_path)
    assert str(tmp_path / "handrail.toml") in caught.value.detail
    assert said in caught.value.detail
    assert caught.value.remedy


def test_a_runbook_that_cannot_be_read(written):
    if os.getuid() == 0:
        pytest.skip("root reads every file")
    folder = written(SMALLEST, one="# One")
    (folder / "one.md").chmod(0)
    with pytest.raises(PackError, match=r"one\.md"):
        pack.load(folder)


def test_an_unknown_shipped_pack():
    with pytest.raises(PackError) as caught:
        pack.builtin("plian")
    assert caught.value.remedy == "Did you mean plain?"


@pytest.mark.parametrize("name", pack.shipped())
def test_every_shipped_pack_loads(name):
    assert pack.builtin(name).scheme
