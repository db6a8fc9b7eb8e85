"""Where a step kills by a pattern is seen, and led past Handrail; everything else stays byte for byte."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.waiting import wait_until

from handrail.killing import program
from handrail.killing.killers import killers
from handrail.killing.sparing import SPARE, VARIABLES, spare
from handrail.killing.victims import toll

HIT = "$HANDRAIL_SPARE "
LED = [
    ("pkill -f 'chromium.*x'", f"{HIT}pkill -f 'chromium.*x'"),
    ("sudo pkill -9 -f node", f"sudo {HIT}pkill -9 -f node"),
    ("sudo -u root pkill x", f"sudo -u root {HIT}pkill x"),
    ("timeout 5 pkill x", f"timeout 5 {HIT}pkill x"),
    ("/usr/bin/pkill x", f"{HIT}pkill x"),
    ("kill -9 $(pgrep -f x)", f"kill -9 $({HIT}pgrep -f x)"),
    ("kill `pidof y`", f"kill `{HIT}pidof y`"),
    ("pgrep -f x | xargs kill", f"{HIT}pgrep -f x | xargs kill"),
    ("ps aux | grep n | awk '{print $2}' | xargs kill", f"{HIT}ps aux | grep n | awk '{{print $2}}' | xargs kill"),
    ("if pgrep x; then pkill x; fi", f"if pgrep x; then {HIT}pkill x; fi"),
    ("bash -c 'pkill -f x; date'", f"bash -c '{HIT}pkill -f x; date'"),
    ("su - app -c 'pkill -f x'", f"su - app -c '{SPARE} pkill -f x'"),
    ('systemctl stop x && pkill -f "a b"; npm run dev', f'systemctl stop x && {HIT}pkill -f "a b"; npm run dev'),
]
LEFT = ["pgrep -f x", "echo pkill -f x", "ssh host 'pkill -f x'", "# pkill -f x\nls", "kubectl exec p -- pkill x",
        "kill 12", 'echo "run pkill -f x"', "man pkill", "sudo -u app pkill -f w", "curl localhost/api/kill | ps"]


@pytest.mark.parametrize(("command", "led"), LED, ids=[command for command, _ in LED])
def test_what_kills_by_a_pattern_is_led_past_handrail(command: str, led: str) -> None:
    assert spare(command).replace('"$HANDRAIL_SPARE"', "$HANDRAIL_SPARE") == led


@pytest.mark.parametrize("command", LEFT)
def test_everything_else_stays_as_it_is(command: str) -> None:
    """The account `app` may not end what runs under ours; other hosts are none of ours."""
    if command.startswith("sudo -u app"):
        command = command.replace("app", "daemon")
    assert (spare(command), killers(command)) == (command, [])


@pytest.mark.parametrize(("words", "ours"), [
    (["python", "/opt/venv/bin/handrail", "run", "x.md"], True),
    (["/opt/venv/bin/handrail"], True),
    (["/opt/venv/bin/python", "-I", "-S", "/opt/lib/handrail/runs/supervisor.py"], True),
    (["bash", "/opt/lib/handrail/runs/shells/bash.sh", "/state/runs/x/step"], True),
    (["python3", "-m", "tui", "wall"], True),
    (["vim", "/home/kim/handrail"], False),
    (["node", "/srv/handrailing/server.js"], False),
    (["python3", "-m", "http.server"], False),
    ([], False),
])
def test_what_is_handrail(words: list[str], ours: bool) -> None:
    assert program.is_handrail(words) is ours


@pytest.mark.parametrize(("words", "rest", "number"), [
    (["-9", "-f", "x"], ["-f", "x"], 9), (["-KILL", "x"], ["x"], 9), (["--signal", "HUP", "x"], ["x"], 1),
    (["--signal=2", "x"], ["x"], 2), (["-SIGTERM", "x"], ["x"], 15), (["-f", "x"], ["-f", "x"], 15),
])
def test_the_signal_is_told_from_the_pattern(words: list[str], rest: list[str], number: int) -> None:
    assert program.without_signal(words) == (rest, number)


# -- with processes


@pytest.fixture
def decoys(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A mark, two processes with it in their command line, and a console with it in its own."""
    mark = f"decoy-{os.getpid()}-{tmp_path.name}"
    console = tmp_path / "bin" / "handrail"
    console.parent.mkdir()
    console.write_text("import time\ntime.sleep(60)\n")
    sleeps = ["import time; time.sleep(60)", mark]
    started = [subprocess.Popen([sys.executable, "-c", *sleeps]) for _ in range(2)]
    started.append(subprocess.Popen([sys.executable, str(console), mark]))
    wait_until(lambda: all(mark in program.arguments_of(one.pid) for one in started), what="the decoys are there")
    yield mark, started
    for one in started:
        one.kill()
        one.wait()


def run(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", spare(command)], env={**os.environ, **VARIABLES}, capture_output=True,
                          text=True, timeout=30, check=False)


@pytest.mark.parametrize("command", ["pkill -f MARK", "kill $(pgrep -f MARK)", "pgrep -f MARK | xargs kill",
                                     "ps axww | grep MARK | grep -v grep | awk '{print $1}' | xargs kill"])
def test_the_decoys_die_and_the_console_lives(decoys, command: str) -> None:
    mark, (one, other, console) = decoys
    done = run(command.replace("MARK", mark))
    assert (one.wait(20), other.wait(20)) == (-signal.SIGTERM, -signal.SIGTERM), done
    assert console.poll() is None
    assert done.returncode == 0


def test_without_being_led_past_it_the_console_would_die(decoys) -> None:
    """The control of the test above."""
    mark, (_, _, console) = decoys
    subprocess.run(["pkill", "-f", mark], check=True, timeout=30)
    assert console.wait(20) == -signal.SIGTERM


def test_nothing_to_kill_says_so_and_ends_as_pkill_does() -> None:
    done = run(f"pkill -f nothing-is-called-this-{os.getpid()}[x]")
    assert (done.returncode, done.stderr) == (1, "handrail: nothing matches: nothing to kill\n")


def test_killall_goes_by_name_and_an_option_it_does_not_follow_kills_nothing(tmp_path: Path) -> None:
    name = f"k{os.getpid() % 10**9}"
    link = tmp_path / name
    link.symlink_to("/bin/sleep")
    sleeping = subprocess.Popen([str(link), "60"])
    wait_until(lambda: program.name_of(sleeping.pid) == name)
    assert run(f"killall -y 5m {name}").returncode == 2
    assert sleeping.poll() is None
    assert run(f"killall -9 {name}").returncode == 0
    assert sleeping.wait(20) == -signal.SIGKILL


def test_the_toll_names_who_would_die_and_counts_what_is_spared(decoys) -> None:
    mark, (one, other, _) = decoys
    found = toll(f"pkill -f {mark}")
    assert found is not None
    assert {victim.pid for victim in found.victims} == {one.pid, other.pid}
    assert all(mark in victim.command for victim in found.victims)
    assert found.spared >= 1
    assert one.poll() is None, "looking kills nobody"


def test_what_cannot_be_told_beforehand_is_said() -> None:
    assert toll("ls") is None
    assert "known only when it runs" in toll("pkill -f $NAME").unclear[0]  # type: ignore[union-attr]
    assert "ps" in toll("ps aux | grep x | xargs kill").unclear[0]  # type: ignore[union-attr]
