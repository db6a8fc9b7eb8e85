"""The library at a terminal: what is typed in one breath with / is searched for, all of it."""

from __future__ import annotations

from pathlib import Path

from support.terminal import Terminal


def test_letters_in_one_breath_with_the_slash_belong_to_the_search(handrail, env, tmp_path: Path):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "wheel.md").write_text("# Restart the wheel\n\n- [ ] Look\n")
    (docs / "dam.md").write_text("# Open the dam\n\n- [ ] Look\n")
    with Terminal([handrail, str(docs)], (80, 24), env) as terminal:
        terminal.wait_for("2 of 2")
        terminal.press("/", "r")  # no time between them, then as one types
        terminal.wait_for("/ r ")
        terminal.press("estart")
        terminal.wait_for("/ restart ")
        terminal.wait_for(lambda text: "1 of 2" in text and "Restart the wheel" in text and "Open the dam" not in text)
