"""The defects of the original runbook, and what became of each in the pack: in effect, not as a word in the text."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.requirements import Place
from support.waiting import wait_until
from support.worlds import ask

from handrail.drill.world import World
from handrail.pack import policy
from handrail.pack.pack import Pack, builtin, rewrite
from handrail.runs.record import RunState
from handrail.runs.verdict import judge


@pytest.fixture(scope="module")
def pack() -> Pack:
    return builtin("alwaysclaw")


def steps(pack: Pack, section: str) -> list[str]:
    return Place(pack, section).commands


def bash(script: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("bash")
    if program is None:
        pytest.skip("this host has no bash, which the fences name")
    return subprocess.run([program, "-c", script], cwd=folder, env={"PATH": "/usr/bin:/bin", **env}, text=True,
                          capture_output=True, timeout=60, check=False, stdin=subprocess.DEVNULL)


def test_d5_no_step_of_the_pack_needs_the_windows_side_and_the_originals_lose_their_prefix(pack: Pack) -> None:
    for section in ("kill-switches.md", "rotation.md", "forensics.md", "containment.md"):
        assert not any(re.search(r"\bwsl(\.exe)?\b", command) for command in steps(pack, section))
    led = rewrite("wsl -d Ubuntu -- curl -s http://localhost:3100/api/gmail/status", pack)
    assert led.command == "curl -s http://localhost:3100/api/gmail/status" and led.notes


def test_d6_an_error_of_the_gateway_is_no_success(world: World, pack: Pack, tmp_path: Path) -> None:
    """curl alone ends with 0 whatever the gateway says."""
    if shutil.which("curl") is None:
        pytest.skip("this host has no curl; the stand-in has a test of its own")
    world.inject("gateway-errors")
    as_written = bash(f"curl -s -X POST {world.url}/api/gmail/watch/stop", tmp_path)
    assert as_written.returncode == 0, "the control: so the original takes an error for success"
    mended = steps(pack, "kill-switches.md#gmail-kill-switch")[0].replace("http://localhost:3100", world.url)
    assert bash(mended, tmp_path).returncode == 22


def test_d7_a_refused_gateway_says_nothing_about_voice(world: World, pack: Pack, tmp_path: Path) -> None:
    [*_, last] = [item for item in Place(pack, "kill-switches.md#voice-kill-switch").items if item.runs]
    ask(world, "/api/voice/streams/terminate-all", "POST")
    (world.folder / "services" / "alwaysclaw-voice").write_text("inactive\n")

    def verdict() -> str:
        ended = bash(last.command.replace("http://localhost:3100", world.url), tmp_path)
        return judge(last.expected, RunState(word="ended", exit=ended.returncode), ended.stdout.encode()).word

    wait_until(lambda: verdict() == "passed", 20, "silent, behind a gateway that answers")
    world.inject("gateway-down")
    wait_until(lambda: verdict() == "failed", 20, "a gateway that is down proves nothing")


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """Something whose command line holds the words of the pattern, as an editor's or a console's may."""
    line = "vim notes-on-chromium-and-alwaysclaw-profile.md"
    process = subprocess.Popen([line], executable=shutil.which("cat"), stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


def test_d8_the_browser_kill_switch_ends_no_bystander(
        pack: Pack, bystander: subprocess.Popen[bytes], tmp_path: Path) -> None:
    """The pattern of the original takes the shell that carries it; this one shows what it ends, and ends only that."""
    if shutil.which("pgrep") is None:
        pytest.skip("this host has no pgrep")
    wanted = f"chromium --user-data-dir=/x{tmp_path.name}/alwaysclaw-profile"
    browser = subprocess.Popen([wanted], executable=shutil.which("cat"), stdin=subprocess.PIPE)
    kill = steps(pack, "kill-switches.md#browser-kill-switch")[1]
    # Bounded to this test's own processes: another chromium on this host is none of its business.
    bounded = kill.replace(".*alwaysclaw-profile", f".*x{tmp_path.name}/alwaysclaw-profile")
    try:
        ended = bash(bounded, tmp_path)
        assert ended.returncode == 0, ended.stderr
        assert f"{browser.pid} {wanted}" in ended.stdout, "it is shown before it is ended"
        assert browser.wait(20) == -15
        assert bystander.poll() is None
        again = bash(bounded, tmp_path)
        assert (again.returncode, again.stdout.strip()) == (0, "nothing to end")
    finally:
        browser.kill()
        browser.communicate()


def test_d13_the_secret_is_no_argument_and_is_asked_for_unseen(pack: Pack) -> None:
    [store] = [command for command in steps(pack, "rotation.md#twilio-api-key-rotation") if "apiKeySecret" in command]
    assert "read -r -s" in store and store.rstrip(" )").endswith("apiKeySecret -")
    assert "NEW_SECRET" not in Place(pack, "rotation.md").text


def test_d19_one_collection_has_one_stamp_however_long_it_takes(pack: Pack, tmp_path: Path) -> None:
    """With a clock that moves on at each look: the original asks it once for each file."""
    clock = tmp_path / "bin" / "date"
    clock.parent.mkdir()
    clock.write_text(f"#!{sys.executable}\nimport pathlib\nat = pathlib.Path({str(tmp_path / 'at')!r})\n"
                     "n = int(at.read_text()) + 1 if at.exists() else 0\nat.write_text(str(n))\n"
                     "print(f'20261121-0312{n:02}')\n")
    clock.chmod(0o700)
    script = "\n".join(steps(pack, "forensics.md#full-collection")[:3]).replace("/home/alwaysclaw", str(tmp_path))
    (tmp_path / "state" / "logs").mkdir(parents=True)
    for name in ("state/logs/commands.jsonl", ".bash_history"):
        (tmp_path / name).write_text("x\n")
    ended = bash(script, tmp_path, PATH=f"{clock.parent}:/usr/bin:/bin")
    assert ended.returncode == 0, ended.stderr
    names = [path.name for path in (tmp_path / "state" / "forensics").rglob("*") if path.is_file()]
    assert sorted(names) == ["incident-20261121-031200-commands.jsonl", "incident-20261121-031200-shell-history.txt"]
    assert bash("date; date", tmp_path, PATH=f"{clock.parent}:/usr/bin:/bin").stdout.split()[0] != "20261121-031200"


def test_c1_what_is_volatile_comes_before_the_switch_and_all_of_it_before_the_rotation(pack: Pack) -> None:
    section = Place(pack, "containment.md#credential-compromise")
    [capture] = steps(pack, "forensics.md#volatile-capture")
    assert "POST" not in capture and len(re.findall(r"--max-time 2\b", capture)) == capture.count("curl") == 3
    order = [section.words.index(words) for words in ("volatile capture", "Cut off", "full collection", "Rotate")]
    assert order == sorted(order)


@pytest.mark.parametrize("level", ["P1", "P2", "P3", "P4"])
def test_c9_no_level_makes_up_a_cadence_of_updates(pack: Pack, level: str) -> None:
    due = {deadline.kind for deadline in policy.deadlines(pack, level, datetime(2026, 11, 21, 3, 12, tzinfo=UTC))}
    assert due == {"respond", "resolve"}
