"""Links from handrail.toml into the runbooks: one that leads nowhere is said, before somebody has to follow it."""

from __future__ import annotations

from pathlib import Path

import pytest

from handrail.pack import pack as packs
from handrail.pack_links import broken_links

TEXT = '''name = "Shop"
[scheme.P1]
rank = 1
[[scenario]]
id = "down"
title = "Down"
severity = "P1"
runbook = "shop.md"
section = "Bring it back"
[[condition]]
id = "off"
text = "Off"
engage = "shop.md#switch-it-off"
clear = "shop.md#bring-it-back"
[[probe]]
id = "here"
kind = "file"
path = "/"
runbook = "#bring-it-back:2"
[[probe]]
id = "there"
kind = "file"
path = "/"
runbook = "shop.md#switch-it-off"
'''
RUNBOOK = "# Shop\n\n## Bring it back (5 min)\n\n1. Do it\n\n## Switch it off\n\n1. Do that\n"


def links(folder: Path, text: str) -> list[tuple[int, str, str]]:
    (folder / "shop.md").write_text(RUNBOOK)
    (folder / "handrail.toml").write_text(text)
    return [(one.line, one.message, one.remedy) for one in broken_links(packs.load(folder))]


def test_links_that_lead_somewhere_are_not_mentioned(tmp_path: Path) -> None:
    assert links(tmp_path, TEXT) == []


@pytest.mark.parametrize(("old", "new", "line", "said"), [
    ('section = "Bring it back"', 'section = "Bring it bakc"', 9, "Did you mean 'Bring it back (5 min)'?"),
    ('clear = "shop.md#bring-it-back"', 'clear = "shop.md#bring"', 14, "has no section 'bring'"),
    ('runbook = "#bring-it-back:2"', 'runbook = "#back"', 19, "here: no runbook of this pack has a section 'back'."),
    ('runbook = "shop.md#switch-it-off"', 'runbook = "shopping.md#switch-it-off"', 24, "has no runbook 'shopping.md'"),
])
def test_one_that_leads_nowhere_is_named_with_its_line(
        tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    [(found, message, remedy)] = links(tmp_path, TEXT.replace(old, new))
    assert found == line
    assert said in f"{message} {remedy}"


@pytest.mark.parametrize("name", packs.shipped())
def test_the_shipped_packs_have_none(name: str) -> None:
    assert broken_links(packs.builtin(name)) == ()
