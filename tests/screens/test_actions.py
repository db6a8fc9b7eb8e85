"""One record per action gives everything that names a key."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.actions.bind import hints
from screens.actions.output import OUTPUT
from screens.actions.readme import key_table
from screens.actions.record import Facts
from screens.actions.table import ALL, ANYWHERE, CONSOLE, EVERYWHERE, MORE, ON_INCIDENT, ON_WATCH, WALL
from screens.incident import IncidentScreen
from screens.wall import WallScreen
from screens.watch import WatchScreen

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize("actions", [ON_WATCH, ON_INCIDENT, MORE, WALL])
def test_no_two_actions_of_one_screen_share_a_key(actions):
    keys = [key for action in actions for key in action.keys]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize(("searching", "label"), [(False, "note"), (True, "next")])
def test_the_bottom_row_names_each_key_once_by_what_it_does(searching: bool, label: str):
    shown = hints(OUTPUT + ANYWHERE + EVERYWHERE, Facts(output=True, searching=searching))
    keys = [hint.key for hint in shown]
    assert sorted(keys) == sorted(set(keys))
    assert next(hint.label for hint in shown if hint.key == "n") == label


def test_ids_are_unique():
    assert len({action.id for action in ALL}) == len(ALL)


@pytest.mark.parametrize(
    ("screen", "actions"), [(WatchScreen, ON_WATCH), (IncidentScreen, ON_INCIDENT), (IncidentScreen, MORE)]
)
def test_every_action_of_a_screen_is_done_by_a_method(screen, actions):
    assert [action.id for action in actions if not hasattr(screen, action.method)] == []


@pytest.mark.parametrize("screen", [WatchScreen, IncidentScreen, WallScreen])
def test_bindings_are_made_from_the_records(screen):
    known = {action.id for action in ALL}
    assert {binding.id for binding in screen.BINDINGS} <= known


def test_every_action_is_explained_in_a_sentence():
    assert [action.id for action in ALL if len(action.help.split()) < 2] == []


def test_a_refusal_is_a_sentence():
    nothing = Facts()
    for action in CONSOLE:
        reason = action.refused(nothing)
        assert reason == "" or reason.endswith("."), action.id


def test_the_wall_has_no_action_that_changes_anything():
    assert [action.id for action in WALL if action.changes] == []


def test_the_readme_carries_the_generated_table():
    if not README.exists():
        pytest.skip("there is no README beside the installed package")
    assert key_table() in README.read_text("utf-8")
