"""Every shell fence of the pack, and of the original runbook, run in a world: it does what it says and nothing else."""

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator

import pytest
from support.decoys import REAL_PORTS, Beside, beside
from support.runbook_corpus import ALWAYSCLAW
from support.waiting import wait_until
from support.worlds import ask, refuses

from handrail.bounds import outside
from handrail.drill.world import World
from handrail.pack import pack as packs

__all__ = ["beside"]
SECRET = "a-new-practised-secret"


FENCE = re.compile(r"(?ms)^#{2,3} (?P<heading>.+?)(?: \(\d+ min\))?$"
                   r"|^(?P<indent> *)```(?:bash|powershell)\n(?P<script>.*?)^(?P=indent)```")


@pytest.fixture
def bash() -> str:
    found = shutil.which("bash")
    if found is None:
        pytest.skip("this host has no bash, which the fences name")
    return found


def fences(text: str) -> Iterator[tuple[str, str]]:
    """(heading, script) of each shell fence, in order."""
    heading = ""
    for part in FENCE.finditer(text):
        if part["heading"]:
            heading = part["heading"]
        else:
            yield heading, part["script"]


def run(world: World, bash: str, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script as the console would: rewritten, within the world's bounds, with its tools and its home."""
    pack = world.pack
    command = packs.rewrite(script, pack).command
    assert outside(command, "command", pack) is None, command
    env = {**os.environ, "HOME": pack.world["folder"], "PATH": f"{pack.path[0]}:{os.environ['PATH']}"}
    return subprocess.run([bash, "-c", command], cwd=pack.world["folder"], env=env, input=f"{SECRET}\n",
                          capture_output=True, text=True, timeout=30, check=False)


def expected(script: str) -> list[str]:
    return re.findall(r"(?m)^# Expected: (.+)$", script)


def told(wanted: str, output: str) -> bool:
    """Whether an output says what the runbook expects: some JSON object that holds it, or the text itself."""
    if not wanted.startswith("{"):
        return wanted.strip('"') in output
    objects = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return any(json.loads(wanted).items() <= found.items() for found in objects)


def names_of_pack() -> list[str]:
    """The runbooks that run something."""
    return [path.name for path in packs.builtin("alwaysclaw").runbooks if list(fences(path.read_text("utf-8")))]


@pytest.mark.parametrize("name", names_of_pack())
def test_every_fence_of_the_pack_does_what_it_says(world: World, beside: Beside, bash: str, name: str) -> None:
    done = 0
    for heading, script in fences((world.pack_folder / name).read_text("utf-8")):
        if name == "rotation.md" and heading.startswith("Gmail") and "gmail/status" in script:
            ask(world, "/auth/gmail/consent", "POST")  # what the two ticks before it stand for
        if name == "rotation.md" and "sessions/health" in script:
            ask(world, "/api/browser/sessions/login", "POST")
        ended = run(world, bash, script)
        assert ended.returncode == 0, f"{heading}: {ended.stderr}"
        for wanted in expected(script):
            assert told(wanted, ended.stdout), f"{heading}: {wanted}\n{ended.stdout}"
        assert beside.untouched(), heading
        done += 1
    assert done >= 2


def test_the_full_collection_leaves_eleven_artefacts_of_one_stamp(world: World, bash: str) -> None:
    for heading, script in fences((world.pack_folder / "forensics.md").read_text("utf-8")):
        if heading == "Full collection":
            assert run(world, bash, script).returncode == 0
    [folder] = (world.folder / "home/state/forensics").iterdir()
    artefacts = sorted(path for path in folder.iterdir() if path.name != "MANIFEST.sha256")
    assert len(artefacts) == 11
    assert {path.name.removeprefix(folder.name)[0] for path in artefacts} == {"-"}
    assert folder.stat().st_mode & 0o077 == 0
    for path in artefacts:
        if path.suffix == ".json":
            assert json.loads(path.read_text()), path.name
    assert (folder / f"{folder.name}-commands.jsonl").read_bytes() == (
        world.folder / "home/state/logs/commands.jsonl").read_bytes()
    events = json.loads((folder / f"{folder.name}-voice-events.json").read_text())
    assert {event["channel"] for event in events} == {"voice"}


def test_a_rotated_secret_stands_in_its_own_file_and_nowhere_else(world: World, bash: str) -> None:
    for heading, script in fences((world.pack_folder / "rotation.md").read_text("utf-8")):
        if heading == "Twilio API key rotation":
            ended = run(world, bash, script)
            assert ended.returncode == 0
            assert SECRET not in ended.stdout + ended.stderr
    for heading, script in fences((world.pack_folder / "forensics.md").read_text("utf-8")):
        assert run(world, bash, script).returncode == 0, heading
    holding = [path for path in world.folder.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert holding == [world.folder / "home/state/config/twilio.apiKeySecret"]


def test_one_channel_that_cannot_be_had_does_not_stop_the_others(world: World, bash: str) -> None:
    world.inject("loops-down")
    wait_until(lambda: refuses(world, world.loops), what="the loop kernel gone")
    for heading, script in fences((world.pack_folder / "forensics.md").read_text("utf-8")):
        if heading == "Full collection":
            ended = run(world, bash, script)
    assert "9 artefacts" in ended.stdout


@pytest.mark.parametrize(("fault", "heading"), [
    ("gmail-compromise", "Gmail kill switch"), ("twilio-compromise", "Twilio kill switch"),
    ("browser-hijack", "Browser kill switch"), ("voice-leak", "Voice kill switch"),
])
def test_each_kill_switch_answers_its_fault(world: World, bash: str, fault: str, heading: str) -> None:
    world.inject(fault)
    for found, script in fences((world.pack_folder / "kill-switches.md").read_text("utf-8")):
        if found == heading:
            ended = run(world, bash, script)
            assert ended.returncode == 0
            assert all(told(wanted, ended.stdout) for wanted in expected(script))


def test_a_gateway_that_lies_makes_the_check_fail_though_curl_ends_well(world: World, bash: str) -> None:
    world.inject("wrong-body")
    [script] = [script for heading, script in fences((world.pack_folder / "kill-switches.md").read_text("utf-8"))
                if heading == "Gmail kill switch"]
    ended = run(world, bash, script)
    assert ended.returncode == 0
    assert not told(expected(script)[0], ended.stdout)


def test_voice_is_inconclusive_when_the_gateway_is_down(world: World, bash: str) -> None:
    world.inject("gateway-down")
    wait_until(lambda: refuses(world), what="the gateway gone")
    scripts = [script for heading, script in fences((world.pack_folder / "kill-switches.md").read_text("utf-8"))
               if heading == "Voice kill switch"]
    ended = run(world, bash, scripts[-1])
    assert "inconclusive" in ended.stdout
    assert not told(expected(scripts[-1])[0], ended.stdout)


def test_every_fence_of_the_original_runbook_can_be_walked(world: World, beside: Beside, bash: str) -> None:
    if not ALWAYSCLAW.exists():
        pytest.skip("the original runbook is not beside this checkout")
    world.inject("gmail-compromise")
    headings = []
    for heading, script in fences(ALWAYSCLAW.read_text("utf-8")):
        ended = run(world, bash, script)
        assert ended.returncode == 0, f"{heading}: {ended.stderr}"
        for wanted in expected(script):
            # The original expects a refused connection of a gateway that answers: that one cannot hold.
            assert told(wanted, ended.stdout) or "connection refused" in wanted, f"{heading}: {ended.stdout}"
        assert beside.untouched(), heading
        headings.append(heading)
    assert len(headings) == 9
    assert len(list((world.folder / "home/state/forensics").iterdir())) == 11


@pytest.mark.parametrize("harm", ["file", "process", "port"])
def test_the_decoys_would_notice(beside: Beside, harm: str) -> None:
    assert beside.untouched()
    if harm == "file":
        (beside.files / ".bash_history").unlink()
    elif harm == "process":
        beside.process.kill()
    else:
        socket.create_connection(("127.0.0.1", REAL_PORTS[0])).close()
    wait_until(lambda: not beside.untouched(), what="the decoy's word")
