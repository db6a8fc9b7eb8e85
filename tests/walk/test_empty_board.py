"""An empty board says what it is, where its state lies, who shares it, and the three keys that matter."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.terminal import Terminal

from tui.nearby import runbooks_nearby


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36), (200, 50)])
def test_what_an_empty_board_says(handrail: str, env: dict[str, str], size: tuple[int, int]) -> None:
    with Terminal([handrail], size, env, cwd=env["HOME"]) as terminal:
        for said in ("nobody else is here now", "No incident is open.", "d  declares one", "3  runbooks", "?  keys",
                     "/state"):
            terminal.wait_for(said, 30)


def test_who_else_is_here_is_said(handrail: str, env: dict[str, str]) -> None:
    with (
        Terminal([handrail], (120, 36), env, cwd=env["HOME"]) as kim,
        Terminal([handrail], (120, 36), {**env, "HANDRAIL_ACTOR": "ade"}, cwd=env["HOME"]) as ade,
    ):
        kim.wait_for("shared with ade, who is here now", 30)
        ade.wait_for("shared with kim, who is here now", 30)


def test_a_folder_of_runbooks_is_offered_and_3_opens_it(handrail: str, env: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "project" / "runbooks"
    folder.mkdir(parents=True)
    (folder / "mill.md").write_text("# Mill on fire\n\n1. Call them\n")
    (folder / "wheel.md").write_text("# Wheel stuck\n\n1. Push it\n")
    with Terminal([handrail], (80, 24), env, cwd=str(folder.parent)) as terminal:
        terminal.wait_for("3  opens one of 2 runbooks in runbooks/", 30)
        terminal.press("3")
        terminal.wait_for("Mill on fire", 30)
        terminal.press("enter")
        terminal.wait_for("Call them", 30)


def test_only_usual_folders_with_markdown_are_offered(tmp_path: Path) -> None:
    assert runbooks_nearby(tmp_path) is None
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "notes.md").write_text("# Not a runbook")
    assert runbooks_nearby(tmp_path) is None
    (tmp_path / "docs" / "runbooks" / "deep").mkdir(parents=True)
    (tmp_path / "docs" / "runbooks" / "deep" / "a.md").write_text("# A")
    found = runbooks_nearby(tmp_path)
    assert found is not None and (found.folder, found.count) == (tmp_path / "docs" / "runbooks", 1)
