"""Who acts, and who else is here."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import pytest
from support.presences import SPAWN, open_console
from support.record import ADE, KIM
from support.waiting import wait_until

from handrail import actor
from handrail.errors import UsageError
from handrail.paths import State
from handrail.presence import Presence, WallPresence, consoles, walls


@pytest.fixture
def state(tmp_path: Path) -> State:
    state = State(tmp_path / "state")
    state.make()
    return state


@pytest.fixture(autouse=True)
def _nobody_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HANDRAIL_ACTOR", raising=False)
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 50022 192.0.2.1 22")


def test_the_account_stands_in_until_somebody_is_named(state: State) -> None:
    who, named = actor.identify(None, state)
    assert not named
    assert who.name == who.account
    assert who.ssh == "192.0.2.7"
    assert who.host == os.uname().nodename


def test_a_flag_goes_before_the_environment(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_ACTOR", "ade")
    assert actor.identify(None, state)[0].name == "ade"
    assert actor.identify("kim", state) == (actor.identify("kim", state)[0], True)
    assert actor.identify("kim", state)[0].name == "kim"


def test_a_name_is_remembered_for_this_login_only(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    who, _ = actor.identify("kim", state)
    actor.remember(who, state)
    assert actor.identify(None, state) == (who, True)
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.8 50022 192.0.2.1 22")
    assert actor.identify(None, state)[1] is False


def test_the_remembered_name_is_private(state: State) -> None:
    before = os.umask(0)
    try:
        actor.remember(actor.identify("kim", state)[0], state)
    finally:
        os.umask(before)
    (file,) = state.logins.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.logins.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["", "   ", "kim\x1b[2J", "k" * 41, "ki\u202em"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        actor.checked(name)


def test_a_name_becomes_one_line() -> None:
    assert actor.checked(" Kim \n Larsen ") == "Kim Larsen"


def test_a_console_is_seen_from_its_start_to_its_end(state: State) -> None:
    mine = Presence(state)
    mine.enter(KIM)
    here, there = SPAWN.Pipe()
    other = SPAWN.Process(target=open_console, args=(str(state.root), "ade", there), daemon=True)
    other.start()
    assert here.poll(20) and here.recv() == "here"
    assert [console.name for console in consoles(state)] == ["ade", "kim"]
    assert {console.pid for console in consoles(state)} == {os.getpid(), other.pid}
    here.send("leave")
    other.join(10)
    assert [console.name for console in consoles(state)] == ["kim"]
    mine.leave()
    assert consoles(state) == ()


def test_a_console_that_is_killed_is_gone_though_its_file_is_left(state: State) -> None:
    here, there = SPAWN.Pipe()
    other = SPAWN.Process(target=open_console, args=(str(state.root), "ade", there), daemon=True)
    other.start()
    assert here.poll(20) and here.recv() == "here"
    os.kill(other.pid or 0, signal.SIGKILL)
    other.join(10)
    assert list(state.consoles.glob("*.json")), "the killed console could not tidy up"
    assert consoles(state) == ()
    mine = Presence(state)
    mine.enter(KIM)
    assert [console.name for console in consoles(state)] == ["kim"]
    assert len(list(state.consoles.glob("*.json"))) == 1, "the next console tidies up"
    mine.leave()


def test_a_new_name_is_seen_at_once(state: State) -> None:
    mine = Presence(state)
    mine.enter(KIM)
    mine.enter(ADE)
    assert [console.name for console in consoles(state)] == ["ade"]
    mine.leave()


def test_walls_are_counted_and_write_nothing(state: State) -> None:
    before = {path: path.stat().st_mtime_ns for path in state.root.rglob("*")}
    first, second = WallPresence(state), WallPresence(state)
    assert walls(state) == 2
    first.leave()
    assert walls(state) == 1
    second.leave()
    assert walls(state) == 0
    assert {path: path.stat().st_mtime_ns for path in state.root.rglob("*")} == before


def test_a_wall_needs_no_state_folder(tmp_path: Path) -> None:
    nowhere = State(tmp_path / "nowhere")
    WallPresence(nowhere).leave()
    assert walls(nowhere) == 0
    assert not nowhere.root.exists()


def test_presence_never_stops_a_console(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    presence = Presence(State(tmp_path / "state"))
    presence.enter(KIM)
    presence.leave()


def test_a_console_is_seen_by_a_poll(state: State) -> None:
    mine = Presence(state)
    mine.enter(KIM)
    assert wait_until(lambda: consoles(state))[0].host == "edge-3"
    mine.leave()
