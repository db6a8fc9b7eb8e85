"""config.toml: other keys, theme and shapes, checked before the screen changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.terminal import Terminal

from handrail.errors import UsageError
from screens.actions import remap as remapping
from screens.actions.remap import named, remap
from screens.actions.table import ALL
from tui.settings import PLAIN, Settings, load


def written(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text)
    return folder


def test_without_a_file_it_is_as_it_comes(tmp_path: Path) -> None:
    assert load(tmp_path) == PLAIN


def test_the_file_is_read_and_the_command_line_wins(tmp_path: Path) -> None:
    text = 'theme = "light"\nascii = true\nbell = false\n[keys]\n"step.skip" = "S"\nstep.later = ["L", "ctrl+l"]\n'
    found = load(written(tmp_path, text))
    assert found == Settings("light", True, False, {"step.skip": ("S",), "step.later": ("L", "ctrl+l")})
    assert load(tmp_path, theme="contrast").theme == "contrast"


@pytest.mark.parametrize(("text", "said", "remedy"), [
    ("theme = 'pink'", "pink", "dark, light, contrast"),
    ("thme = 'dark'", "thme", "'theme'"),
    ("bell = 'loud'", "bell", ""),
    ("theme = ", "config.toml", "Mend"),
    ("keys = 3", "keys", ""),
    ("[keys]\n'step.skip' = 3", "step.skip", ""),
    ("wall = 3", "wall", ""),
    ("[wall]\npages = 3", "wall.pages", "wall.dwell"),
    ("[wall]\ndwell = '1s'", "wall.dwell", ""),
    ("[wall]\ndwell = 20", "wall.dwell", ""),
    ("[wall]\nscreen = 'large'", "wall.screen", ""),
    ("[wall]\ndistance = '4'", "wall.distance", ""),
])
def test_a_slip_is_told_with_the_file(tmp_path: Path, text: str, said: str, remedy: str) -> None:
    with pytest.raises(UsageError) as slip:
        load(written(tmp_path, text))
    assert "config.toml" in slip.value.detail and said in slip.value.detail
    assert remedy in slip.value.remedy


def test_the_walls_own_table_and_what_the_command_line_says_instead(tmp_path: Path) -> None:
    found = load(written(tmp_path, '[wall]\ndwell = "45s"\nscreen = "55in"\ndistance = "4m"\n')).wall
    assert (found.dwell, found.screen, found.distance, found.legible) == (45.0, 55.0, 4.0, 17)
    assert found.seen_from(None, "2m").legible == 34
    with pytest.raises(UsageError, match="--screen"):
        found.seen_from("huge", None)


@pytest.mark.parametrize(("keys", "said", "remedy"), [
    ({"step.skp": ("S",)}, "step.skp", "step.skip"),
    ({"step.skip": ("n",)}, "n would do two things", "another key"),
    ({"step.skip": ("q",)}, "leave", "another key"),
    ({"more.link": ("s",)}, "m, then", "another key"),
])
def test_a_key_that_would_do_two_things_is_refused_and_nothing_changes(
        keys: dict[str, tuple[str, ...]], said: str, remedy: str) -> None:
    before = [(action.id, action.keys) for action in ALL]
    with pytest.raises(UsageError) as slip:
        remap(keys)
    assert said in slip.value.detail and remedy in slip.value.remedy
    assert [(action.id, action.keys) for action in ALL] == before


def test_as_it_comes_no_key_does_two_things_in_one_place() -> None:
    remap({})
    assert len(remapping.PLACES) == 9


def test_two_actions_may_change_keys_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remapping, "object", type("Nobody", (), {"__setattr__": staticmethod(lambda *_: None)}),
                        raising=False)
    remap({"step.skip": ("l",), "step.later": ("s",)})


@pytest.mark.parametrize(("written", "name"), [
    ("?", "question_mark"), ("S", "S"), ("ctrl+k", "ctrl+k"), ("esc", "escape"), ("%", "percent_sign"),
    ("f2", "f2"), ("!", "exclamation_mark"), ("space", "space"), (";", "semicolon")])
def test_keys_are_written_as_people_write_them(written: str, name: str) -> None:
    assert named(written) == name


def test_a_remapped_key_works_and_the_old_one_does_not(handrail: str, env: dict[str, str], tmp_path: Path) -> None:
    written(Path(env["XDG_CONFIG_HOME"]) / "handrail", '[keys]\n"step.skip" = ["K", "f5"]\n"help" = ";"\n')
    runbook = tmp_path / "mill.md"
    runbook.write_text("# Mill\n\n```sh\necho hello\n```\n")
    with Terminal([handrail, str(runbook)], (120, 30), env) as terminal:
        terminal.wait_for("K skip")
        terminal.wait_for("; keys")
        terminal.press("s")
        terminal.press("K")
        terminal.wait_for("SKIP")
        terminal.press("esc")
        terminal.wait_for(lambda text: "SKIP" not in text)
        terminal.press(";")
        assert "K f5" in terminal.wait_for("A step")


def test_a_wrong_file_ends_before_the_screen_changes(handrail: str, env: dict[str, str]) -> None:
    written(Path(env["XDG_CONFIG_HOME"]) / "handrail", '[keys]\n"declare" = "n"\n')
    with Terminal([handrail], (80, 24), env) as terminal:
        assert terminal.wait(20) == 2
        assert "would do two things" in terminal.text()
        assert b"\x1b[?1049h" not in terminal.raw
