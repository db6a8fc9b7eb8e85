"""Themes, sixteen colours, no colour, ASCII: whatever the screen wears, a status is told apart and nothing is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem
from support.sight import EYES, contrast, distance, nearest
from support.terminal import Terminal

import screens
import tui
import widgets
from tui.dress import ASCII, NAMES, THEMES
from widgets import look

STATUS = ("OK", "WARN", "CRIT", "UNKNOWN", "STALE")
COLOR = re.compile(rb"\x1b\[[0-9;:]*?(?:\b3[0-9]|\b4[0-9]|\b9[0-7]|\b10[0-7])[0-9;:]*m")


@pytest.mark.parametrize("theme", THEMES)
def test_every_two_statuses_stay_apart_to_every_eye(theme: str) -> None:
    found = nearest({name: THEMES[theme][name] for name in STATUS})
    print(f"{theme}: nearest are {found[1]} and {found[2]}, {found[0]:.1f} to {found[3]}")
    assert found[0] >= 20
    assert len(EYES) == 4


def test_the_simulation_sees_what_it_should() -> None:
    """The control: a red and a green that are famous for it come together, and stay apart to normal eyes."""
    assert distance("#a03c00", "#5f5f00", "normal") > 40
    assert distance("#a03c00", "#5f5f00", "deuteranopia") < 20
    assert distance("#000000", "#ffffff", "protanopia") > 95


@pytest.mark.parametrize("theme", THEMES)
def test_words_can_be_read_on_their_ground(theme: str) -> None:
    palette = THEMES[theme]
    assert set(palette) == set(NAMES)
    for ground in ("BACKGROUND", "SURFACE", "CURSOR"):
        assert contrast(palette["TEXT"], palette[ground]) >= 6, ground
        assert contrast(palette["STRONG"], palette[ground]) >= 7, ground
    assert contrast(palette["QUIET"], palette["BACKGROUND"]) >= 4.5
    for name in ("OK", "WARN", "CRIT", "UNKNOWN"):
        assert contrast(palette[name], palette["BACKGROUND"]) >= 3.5, name


def test_the_contrast_theme_has_more_of_it() -> None:
    def least(theme: str) -> float:
        return min(contrast(THEMES[theme][name], THEMES[theme]["BACKGROUND"]) for name in ("TEXT", "QUIET", "OK"))
    assert least("contrast") > max(least("dark"), least("light"))


def test_sixteen_colours_keep_what_needs_a_person_apart_from_what_does_not() -> None:
    found = {name: Color.parse(getattr(look, name)).downgrade(ColorSystem.STANDARD).number for name in STATUS}
    print(f"in 16 colours: {found}")
    assert len({found["OK"], found["WARN"], found["CRIT"], found["STALE"]}) == 4
    assert found["UNKNOWN"] not in (found["OK"], found["WARN"], found["CRIT"])


def test_no_two_statuses_share_a_shape_even_in_ascii() -> None:
    lamps = {word: mark.shape.translate(ASCII) for word, mark in look.LAMPS.items()}
    items = {word: mark.shape.translate(ASCII) for word, mark in look.ITEMS.items()}
    assert all(shape.isascii() and len(shape) == 1 for shape in (*lamps.values(), *items.values()))
    assert len(set(lamps.values())) == len(lamps)
    assert [shape for shape in items.values() if list(items.values()).count(shape) > 1] == ["?", "?"], "unknown, lost"


def test_colours_come_from_the_one_table_so_that_a_theme_reaches_all_of_them() -> None:
    own = {"look.py", "dress.py"}
    folders = [Path(package.__file__).parent for package in (widgets, screens, tui) if package.__file__]
    wild = [f"{file.name}: {found}" for folder in folders for file in folder.rglob("*.py") if file.name not in own
            for found in re.findall(r"[\"' ]#[0-9a-fA-F]{6}\b", file.read_text("utf-8"))]
    assert wild == []


def walk(terminal: Terminal) -> list[str]:
    """Some screens of a console without a pack."""
    seen = [terminal.wait_for("consoles: kim")]
    for key, shown in (("d", "What does it look like?"), ("esc", "Nothing was declared"), ("?", "From any screen"),
                       ("esc", "No incident is open"), (":", "accept")):
        terminal.press(key)
        seen.append(terminal.wait_for(shown))
    return seen


def test_ascii_is_ascii_everywhere(handrail: str, env: dict[str, str]) -> None:
    with Terminal([handrail, "--ascii"], (120, 30), env) as terminal:
        strange = {character for text in walk(terminal) for character in text if not character.isascii()}
    assert strange == set()


def test_no_color_sends_none(handrail: str, env: dict[str, str]) -> None:
    with Terminal([handrail], (80, 24), {**env, "NO_COLOR": "1"}) as terminal:
        walk(terminal)
        assert COLOR.findall(bytes(terminal.raw)) == []
        assert b"\x1b[1m" in terminal.raw or b";1m" in terminal.raw, "bold stays"
    with Terminal([handrail], (80, 24), env) as terminal:
        terminal.wait_for("No incident is open")
        assert COLOR.findall(bytes(terminal.raw)), "the control: otherwise there is colour"


def test_a_theme_draws_in_its_own_colours(handrail: str, env: dict[str, str]) -> None:
    def ground(words: list[str]) -> str:
        with Terminal([handrail, *words], (80, 24), env) as terminal:
            terminal.wait_for("No incident is open")
            return str(terminal.screen.buffer[4][40].bg)
    assert [ground(words) for words in ([], ["--theme", "light"], ["--theme", "contrast"])] == [
        THEMES[theme]["BACKGROUND"].removeprefix("#") for theme in ("dark", "light", "contrast")]
