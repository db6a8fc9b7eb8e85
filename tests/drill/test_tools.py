"""The stand-ins: what they do in the world, and that they do it nowhere else."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.waiting import wait_until
from support.worlds import ask, shell

import handrail.drill
from handrail.drill.world import World

CURL = Path(handrail.drill.__file__).parent / "tools" / "curl.py"


def test_wsl_runs_the_rest_of_its_words(world: World) -> None:
    assert shell(world, "wsl -d Ubuntu -- printf '%s|' 'a b' c").stdout == "a b|c|"
    assert shell(world, "wsl -d Ubuntu -- false").returncode == 1
    assert shell(world, "wsl echo plain").stdout == "plain\n"
    assert shell(world, "wsl").returncode == 1


def test_a_broken_distribution_starts_nothing(world: World) -> None:
    assert shell(world, "wsl.exe -d Ubuntu -- echo yes").stdout == "yes\n"
    world.inject("distribution-broken")
    wait_until(lambda: shell(world, "wsl.exe -d Ubuntu -- echo yes").returncode == 255, 20, "the fault")
    assert shell(world, "wsl -d Ubuntu -- echo yes").stdout == ""
    world.clear()
    wait_until(lambda: shell(world, "wsl -d Ubuntu -- echo yes").returncode == 0, 20, "mended")


def test_systemctl_answers_as_the_real_one_does(world: World) -> None:
    assert shell(world, "systemctl is-active alwaysclaw-voice").stdout == "active\n"
    assert shell(world, "systemctl stop alwaysclaw-voice.service").returncode == 0
    stopped = shell(world, "systemctl is-active alwaysclaw-voice")
    assert (stopped.stdout, stopped.returncode) == ("inactive\n", 3)
    assert shell(world, "systemctl status alwaysclaw-voice").returncode == 3
    assert shell(world, "systemctl is-active --quiet alwaysclaw-voice").stdout == ""
    assert shell(world, "systemctl restart alwaysclaw-voice && systemctl is-active alwaysclaw-voice").returncode == 0
    unknown = shell(world, "systemctl restart sshd")
    assert unknown.returncode == 5 and "sshd.service could not be found" in unknown.stderr
    assert shell(world, "systemctl is-active sshd").returncode == 4
    assert shell(world, "systemctl poweroff").returncode != 0
    shown = shell(world, "systemctl show --no-pager --property=Id,ActiveState -- alwaysclaw-voice sshd").stdout
    assert [block.splitlines()[:3] for block in shown.strip().split("\n\n")] == [
        ["Id=alwaysclaw-voice.service", "LoadState=loaded", "ActiveState=active"],
        ["Id=sshd.service", "LoadState=not-found", "ActiveState=inactive"]]


def test_a_unit_and_a_setting_are_names_and_never_paths(world: World) -> None:
    kept = world.folder / "home/state/logs/commands.jsonl"
    before = kept.read_bytes()
    for unit in ("../home/state/logs/commands.jsonl", "..", "a/../../x"):
        assert shell(world, f"systemctl stop {unit}").returncode == 1
    assert kept.read_bytes() == before
    for key in ("../logs/commands.jsonl", ".hidden", "a/b"):
        asked = shell(world, f"alwaysclaw config get {key}")
        assert (asked.returncode, asked.stdout) == (2, "")


@pytest.fixture
def decoy() -> Iterator[subprocess.Popen[bytes]]:
    """A process outside the world that every pattern of the runbook would match."""
    cat = shutil.which("cat")
    with subprocess.Popen(["chromium --user-data-dir=/x/alwaysclaw-profile-mine"], executable=cat,
                          stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_pkill_finds_the_worlds_processes_and_no_others(world: World, decoy: subprocess.Popen[bytes]) -> None:
    ask(world, "/api/browser/status")
    listed = shell(world, 'pgrep -af "chromium.*alwaysclaw-profile"').stdout.splitlines()
    assert len(listed) == 3
    assert str(decoy.pid) not in {line.split()[0] for line in listed}
    assert shell(world, 'pkill -9 -f "chromium.*alwaysclaw-profile"').returncode == 0
    wait_until(lambda: ask(world, "/api/browser/status")[1]["processRunning"] is False)
    assert shell(world, 'pkill -f "chromium.*alwaysclaw-profile"').returncode == 1
    assert shell(world, "pkill -f .").returncode == 1
    assert decoy.poll() is None
    assert world.alive()


def test_the_real_pkill_would_have_found_the_decoy(decoy: subprocess.Popen[bytes]) -> None:
    pgrep = shutil.which("pgrep")
    if pgrep is None:
        pytest.skip("this host has no pgrep to compare with")
    found = subprocess.run([pgrep, "-f", "chromium.*alwaysclaw-profile-min[e]"], capture_output=True, text=True,
                           check=False)
    assert str(decoy.pid) in found.stdout.split()


def test_alwaysclaw_keeps_settings_and_shows_no_secret(world: World) -> None:
    assert shell(world, 'alwaysclaw config set twilio.apiKeySid "SK 42"').stdout == "twilio.apiKeySid set\n"
    assert shell(world, "alwaysclaw config get twilio.apiKeySid").stdout == "SK 42\n"
    assert shell(world, "printf '%s\\n' hush | alwaysclaw config set twilio.apiKeySecret -").returncode == 0
    kept = world.folder / "home/state/config/twilio.apiKeySecret"
    assert kept.read_text() == "hush\n"
    assert kept.stat().st_mode & 0o077 == 0
    assert "hush" not in shell(world, "alwaysclaw config get twilio.apiKeySecret").stdout
    assert shell(world, "alwaysclaw config set ../../escape x").returncode == 2
    assert shell(world, "alwaysclaw config set twilio.apiKeySid ''").returncode == 2
    assert shell(world, "alwaysclaw selfdestruct").returncode == 2


CALLS = (
    "-s {url}/api/browser/status",
    "-s -X POST {url}/api/gmail/watch/stop",
    "-sS --fail-with-body --max-time 10 {url}/api/nothing",
    "-sf {url}/api/nothing",
    "-s {url}/api/nothing",
    "-s -o /dev/null -w '%{{http_code}}\\n' {url}/api/nothing",
    "-s -X POST -H 'Content-Type: application/json' -d '{{}}' {url}/api/gmail/watch/stop",
    "-s http://127.0.0.1:1/",
)


@pytest.mark.parametrize("call", CALLS)
def test_the_stand_in_for_curl_answers_as_curl_does(world: World, call: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("this host has no curl to compare with")
    words = call.format(url=world.url)
    real = shell(world, f"curl {words}")
    ours = shell(world, f"'{sys.executable}' -I -S '{CURL}' {words}")
    assert (ours.returncode, ours.stdout) == (real.returncode, real.stdout)


def test_the_stand_in_for_curl_times_out_as_curl_does(world: World) -> None:
    world.inject("gmail-hang")
    assert shell(world, f"'{sys.executable}' -I -S '{CURL}' -s -m 0.5 {world.url}/api/gmail/status").returncode == 28


def test_curl_is_stood_in_only_where_the_host_has_none(world: World, tmp_path: Path,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    from handrail.drill import world as worlds

    stood_in = world.folder / "bin" / "curl"
    assert stood_in.exists() == (shutil.which("curl") is None)
    monkeypatch.setenv("PATH", str(tmp_path))
    bare = worlds.start("alwaysclaw", tmp_path / "bare")
    try:
        assert (bare.folder / "bin" / "curl").exists()
        monkeypatch.undo()
        assert '"connected": true' in shell(bare, f"curl -s {bare.url}/api/gmail/status").stdout
    finally:
        worlds.stop(bare.folder)
