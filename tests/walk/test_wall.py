"""The wall: what hangs in a public place, what it never shows, and that it changes nothing."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from support.desks import Desk, a_desk, done
from support.still import LAMPS, NOW, operator
from support.terminal import Terminal
from support.waiting import wait_until

from handrail.health.monitor import Poll
from handrail.snapshot import Snapshot
from handrail.wall_facts import CRITICAL, OK, UNKNOWN, WARNING, step_without_its_words, verdict

SECRETS = ("hunter2", "Bearer", "+49 170 5550199", "oncall@example.org", "curl -H", "unlock code", "cellar door")
RUNBOOK = """# Mill

```sh
curl -H 'Authorization: Bearer hunter2' http://127.0.0.1:9/; printf 'cellar door\\nunlock code? '; read code
```
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A P1 whose step waits for input, with secrets in its command, its output and its notes."""
    with a_desk(tmp_path, RUNBOOK) as made:
        incident = done(made.operator.declare("Mill down", "plain", "P1"))
        incident = done(made.operator.open_in(incident.id, made.runbook))
        done(made.operator.note(incident.id, "call +49 170 5550199 or oncall@example.org"))
        key = next(row.key for row in made.operator.watcher.checklist_of(incident).rows if row.item)
        done(made.operator.start_step(incident.id, key, made.consent(incident, key)))
        look, now = made.operator.watcher.refresh, made.operator.watcher.now
        wait_until(lambda: look() or now().cards[0].waits, 30, "it waits")
        yield made


def environment(desk: Desk) -> dict[str, str]:
    return {"HANDRAIL_STATE": str(desk.state.root), "HOME": str(desk.state.root.parent), "TZ": "UTC"}


def listing(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file below, as it is; what a running step writes of its own is not the wall's."""
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
            for path in sorted(folder.rglob("*")) if "runs" not in path.parts and not path.is_socket()}


def once(handrail: str, desk: Desk) -> subprocess.CompletedProcess[str]:
    return subprocess.run([handrail, "wall", "--once"], env={**environment(desk), "PATH": "/usr/bin:/bin"},
                          capture_output=True, text=True, timeout=30, check=False)


def test_it_shows_the_worst_incident_and_no_secret_command_output_or_contact(handrail: str, desk: Desk) -> None:
    with Terminal([handrail, "wall"], (120, 36), environment(desk)) as wall:
        screen = wall.wait_for("a step waits for its operator")
        assert "Mill down" in screen and "INVESTIGATING" in screen
        assert "╭─╮" in screen, "how long it lasts is drawn large"
        wire = wall.raw.decode("utf-8", "replace")
    printed = once(handrail, desk).stdout
    assert "Mill down" in printed and "a step waits for its operator" in printed
    assert [word for word in SECRETS for text in (screen, wire, printed) if word in text] == []


def test_a_step_whose_title_is_its_command_is_named_by_its_number() -> None:
    assert step_without_its_words("step 12 curl -H 'token: x, y' http://h, ade") == "step 12 runs, ade"
    assert step_without_its_words("curl http://h, ade") == "a step runs"


def test_it_changes_nothing_not_even_a_time(handrail: str, desk: Desk) -> None:
    wait_until(lambda: listing(desk.state.root) == listing(desk.state.root), 10, "nobody else writes")
    before = listing(desk.state.root)
    with Terminal([handrail, "wall"], (80, 24), environment(desk)) as wall:
        wall.wait_for("Mill down")
        for key in ("d", "enter", "y", "x", "n", "1", "9", "space"):
            wall.press(key)
            wall.wait_for(lambda text: "Mill down" in text)
            wall.read(0.3)
        wall.press("1")
        wall.wait_for("held")
        once(handrail, desk)
    assert listing(desk.state.root) == before


def test_it_works_on_a_folder_that_cannot_be_written(handrail: str, desk: Desk, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir()
    made = subprocess.run(["mount", "--bind", desk.state.root, shut], capture_output=True, text=True, check=False)
    made = made if made.returncode else subprocess.run(
        ["mount", "-o", "remount,ro,bind", shut], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"nothing can be mounted here (this needs root): {made.stderr.strip()}")
    try:
        with pytest.raises(OSError, match="Read-only"):
            (shut / "probe").touch()
        with Terminal([handrail, "wall"], (80, 24), {**environment(desk), "HANDRAIL_STATE": str(shut)}) as wall:
            wall.wait_for("Mill down")
            wall.press("q")
            assert wall.wait() == 0
    finally:
        subprocess.run(["umount", "-l", shut], check=True)


def test_locked_it_is_left_only_by_a_signal(handrail: str, desk: Desk) -> None:
    with Terminal([handrail, "wall", "--locked"], (80, 24), environment(desk)) as wall:
        wall.wait_for("Mill down")
        wall.press("q", "esc", "ctrl+c", "ctrl+d", "q")
        wall.wait_for("This wall is locked")
        wall.kill(signal.SIGTERM)
        assert wall.wait() == 128 + signal.SIGTERM
        assert b"\x1b[?1049l" in wall.raw, "the terminal is given back"


def sent_a_second(wall: Terminal, *, after: float, over: float) -> float:
    """Bytes a second that it writes over `over` s, once `after` s have passed."""
    settled = time.monotonic() + after
    while time.monotonic() < settled:
        wall.read(0.1)
    before, began = len(wall.raw), time.monotonic()
    while time.monotonic() - began < over:
        wall.read(0.1)
    return (len(wall.raw) - before) / (time.monotonic() - began)


def test_an_idle_wall_sends_at_most_four_kilobytes_a_second(handrail: str, desk: Desk) -> None:
    with Terminal([handrail, "wall"], (120, 36), environment(desk)) as wall:
        wall.wait_for("Mill down")
        rate = sent_a_second(wall, after=1, over=4)
        print(f"an idle wall of 120x36 with one incident: {rate:.0f} B/s")
        assert 0 < rate < 4096


def test_once_ends_as_monitoring_systems_read_it(handrail: str, desk: Desk, tmp_path: Path) -> None:
    assert once(handrail, desk).returncode == CRITICAL, "a P1 is open"
    empty = {"HANDRAIL_STATE": str(tmp_path / "none"), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done_ = subprocess.run([handrail, "wall", "--once"], env=empty, capture_output=True, text=True, check=False)
    assert (done_.returncode, done_.stdout.split("   ")[0]) == (UNKNOWN, "NO LAMPS"), "nothing measured is not well"
    assert not (tmp_path / "none").exists(), "looking makes no folder"


def facts(**changes: object) -> Snapshot:
    base = operator("empty").watcher.now()
    return replace(base, **{"lamps": LAMPS[:1], "polls": (Poll("p", "ade", 1.0),), **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(("changes", "words", "status"), [
    ({}, "ALL OK 1/1", OK),
    ({"lamps": LAMPS}, "1 CRIT", CRITICAL),
    ({"lamps": LAMPS[2:3]}, "1 WARN", WARNING),
    ({"lamps": LAMPS[4:]}, "1 STALE", UNKNOWN),
    ({"lamps": ()}, "NO LAMPS", UNKNOWN),
    ({"polls": ()}, "NOBODY POLLS", UNKNOWN),
    ({"polls": (Poll("p", "ade", 9.9),)}, "ALL OK 1/1", OK),
    ({"polls": (Poll("p", "ade", 250.0),)}, "WALL STALE 4m10s", UNKNOWN),
    ({"cards": operator().watcher.now().cards[1:]}, "1 INCIDENT", WARNING),
    ({"cards": operator().watcher.now().cards}, "2 INCIDENTS", CRITICAL),
    ({"cards": operator().watcher.now().cards, "lamps": LAMPS[2:3]}, "1 WARN", CRITICAL),
    ({"bad": operator("bad").watcher.now().bad}, "1 INCIDENT", CRITICAL),
])
def test_one_verdict_for_the_room(changes: dict[str, object], words: str, status: int) -> None:
    said = verdict(facts(**changes), NOW)
    assert (said.words, said.status) == (words, status)


def test_a_picture_that_nobody_refreshes_goes_stale_by_itself() -> None:
    assert verdict(facts(), NOW + timedelta(seconds=10)).words == "ALL OK 1/1"
    assert verdict(facts(), NOW + timedelta(seconds=11)).words == "WALL STALE 11s"


CROWD = 'name = "Crowd"\n[scheme.P1]\nrank = 1\nrespond = "5m"\n' + "".join(
    f'[[probe]]\nid = "p{n}"\nkind = "file"\ntitle = "mill {n}"\npath = "/nonexistent/{n}"\ninterval = "2s"\n'
    'timeout = "1s"\nconfirm_bad = 1\nlevel = [{ severity = "P1", when = "not exists" }]\n' for n in range(20))


def test_a_busy_wall_takes_no_more_of_a_link_than_an_idle_one_may(handrail: str, tmp_path: Path) -> None:
    """Twenty lamps that are bad, eight incidents whose clocks run, at the size of a large screen."""
    env = {"HANDRAIL_STATE": str(tmp_path / "state"), "HOME": str(tmp_path), "TZ": "UTC", "HANDRAIL_ACTOR": "kim",
           "PATH": "/usr/bin:/bin"}
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "handrail.toml").write_text(CROWD)
    pack = ["--pack", str(tmp_path / "pack")]
    for n in range(8):
        subprocess.run([handrail, "declare", f"Mill {n}", "--severity", "P1", *pack], env=env, capture_output=True,
                       check=True)
    polls = subprocess.Popen([handrail, "watch", *pack], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        far = {**env, "SSH_CONNECTION": "192.0.2.7 1 192.0.2.8 22"}
        with Terminal([handrail, "wall", *pack], (200, 50), far) as wall:
            wall.wait_for("20 CRIT", 30)
            wall.wait_for("Mill 7", 30)
            rate = sent_a_second(wall, after=3, over=8)
            print(f"a busy wall of 200x50 over ssh: {rate:.0f} B/s")
            assert 0 < rate < 4096
    finally:
        polls.terminate()
        polls.wait(30)
