"""The AlwaysClaw pack: the runbook's facts, its defects mended, and the copy that is led to a world."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.worlds import ask

from handrail.acts.sections import anchor, find
from handrail.drill.layout import led
from handrail.drill.world import World
from handrail.health.lint import findings
from handrail.pack import pack as packs
from handrail.pack import policy
from handrail.pack.pack import Pack
from handrail.runbook.reader import read


@pytest.fixture(scope="module")
def pack() -> Pack:
    return packs.builtin("alwaysclaw")


def texts(pack: Pack) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in pack.runbooks}


def commands(pack: Pack) -> list[str]:
    """The lines of all shell fences that are no comments."""
    lines = []
    for text in texts(pack).values():
        for fence in re.findall(r"```bash\n(.*?)```", text, re.DOTALL):
            lines += [line for line in fence.splitlines() if line.strip() and not line.startswith("#")]
    return lines


# level -> respond, resolve, review, how many examples the runbook gives
LEVELS = {
    "P1": ("5m", "30m", "required", 4),
    "P2": ("15m", "1h", "required", 5),
    "P3": ("1h", "24h", "if the operator wants one", 5),
    "P4": ("next business day", "1w", "", 4),
}


def test_the_scheme_has_the_runbooks_levels_and_times(pack: Pack) -> None:
    assert list(pack.scheme) == list(LEVELS)
    for name, (respond, resolve, review, examples) in LEVELS.items():
        level = pack.scheme[name]
        assert (level.respond, level.resolve, level.review) == (respond, resolve, review)
        assert len(level.examples) == examples
        assert level.escalate


def test_no_level_invents_an_update_cadence(pack: Pack) -> None:
    assert {level.update for level in pack.scheme.values()} == {""}


@pytest.mark.parametrize(("level", "respond", "resolve"), [
    ("P1", timedelta(minutes=5), timedelta(minutes=30)), ("P2", timedelta(minutes=15), timedelta(hours=1)),
    ("P3", timedelta(hours=1), timedelta(hours=24)),
])
def test_the_clocks_of_each_level_run_from_detection(
        pack: Pack, level: str, respond: timedelta, resolve: timedelta) -> None:
    detected = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)
    due = {deadline.kind: deadline.due_at - detected for deadline in policy.deadlines(pack, level, detected)}
    assert due == {"respond": respond, "resolve": resolve}


def test_a_p4_of_friday_evening_is_due_on_monday(pack: Pack) -> None:
    friday = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    due = {deadline.kind: deadline.due_at for deadline in policy.deadlines(pack, "P4", friday)}
    assert due["respond"].strftime("%A") == "Monday" and due["respond"] - friday < timedelta(days=4)
    assert due["resolve"] == friday + timedelta(weeks=1)


def test_every_scenario_opens_a_section_that_is_there(pack: Pack) -> None:
    assert pack.scenarios
    for scenario in pack.scenarios:
        assert find(read(texts(pack)[scenario.runbook]), scenario.section), scenario.id


def test_the_quick_reference_and_the_four_containment_types_are_scenarios(pack: Pack) -> None:
    assert {"gmail-compromise", "twilio-compromise", "browser-hijack", "voice-leak", "crash-loop", "disk-critical",
            "memory-exhaustion", "credential-compromise", "data-leak", "integration-failure",
            "service-crash"} == {scenario.id for scenario in pack.scenarios}


def test_there_is_a_message_for_every_level_with_its_blanks(pack: Pack) -> None:
    text = texts(pack)["messages.md"]
    for level in pack.scheme:
        [message] = re.findall(rf"## {level} message.*?```text\n(.*?)```", text, re.DOTALL)
        assert re.search(r"\[[A-Za-z ]+\]", message), level
    assert text.count("Next update: [timestamp]") == 2
    assert "INCIDENT: AlwaysClaw Full Outage\nSeverity: P1 - Critical\n" in text


def test_the_review_asks_for_what_the_runbook_asks(pack: Pack) -> None:
    text = texts(pack)["review.md"]
    asked = text.partition("## Review document")[0].split("\n## ")[1:]
    assert {part.splitlines()[0]: part.count("\n- ") for part in asked} == {
        "Timeline": 6, "Root cause": 5, "Action items": 5, "Blameless": 6}
    for line in ("Duration: [start] to [end] ([total minutes])", "| Item | Owner | Priority | Due Date | Status |"):
        assert line in text


def test_every_link_leads_somewhere(pack: Pack) -> None:
    found = texts(pack)
    anchors = {name: {anchor(section.title) for section in read(text).sections} for name, text in found.items()}
    links = [(name, target) for name, text in found.items() for target in re.findall(r"\]\(([^)]+)\)", text)]
    links += [("handrail.toml", probe.runbook) for probe in pack.probes]
    assert len(links) > 20
    for name, target in links:
        file, _, place = target.partition("#")
        assert not place or place in anchors[file or name], f"{name}: {target}"
        assert (file or name) in found, f"{name}: {target}"


def test_no_curl_can_hang_or_pass_on_an_error_unseen(pack: Pack) -> None:
    curls = [call for line in commands(pack) for call in re.findall(r"\bcurl\b[^;|&)]*", line)]
    assert len(curls) > 30
    for call in curls:
        assert "--max-time" in call, call
    changes = [call for call in curls if "-X POST" in call]
    assert changes and all("--fail-with-body" in call for call in changes)


def test_the_known_defects_are_not_in_the_commands(pack: Pack) -> None:
    """D5 wsl, D8 pkill -f, D13 a secret as argument, D19 a stamp per file, D3 an unquoted &."""
    for line in commands(pack):
        assert not re.search(r"\bwsl\b|\bpkill\b", line), line
        assert not re.search(r"apiKeySecret (?!-)", line), line
        assert "&last" not in line or re.search(r'"http[^"]*&last[^"]*"', line), line
    forensics = texts(pack)["forensics.md"]
    assert "date" not in "".join(re.findall(r"-o \S+", forensics))
    full = forensics.partition("## Full collection")[2]
    assert full.count("$(date") == 1 and "mkdir -p" in full and "sha256sum" in full


def test_stopped_voice_is_never_proved_by_a_refused_gateway(pack: Pack) -> None:
    section = texts(pack)["kill-switches.md"].partition("## Voice kill switch")[2].partition("\n## ")[0]
    assert "systemctl is-active alwaysclaw-voice" in section
    assert "# Expected: inactive" in section
    assert "# Expected: connection refused" not in section


def test_evidence_comes_before_rotation_and_capture_before_the_kill_switch(pack: Pack) -> None:
    section = texts(pack)["containment.md"].partition("## Credential compromise")[2].partition("\n## ")[0]
    order = [section.index(word) for word in ("volatile capture", "Cut off the integration", "Collect the evidence",
                                              "Rotate the credential")]
    assert order == sorted(order)


def test_each_containment_type_has_the_runbooks_seven_steps(pack: Pack) -> None:
    runbook = read((pack.folder / "containment.md").read_bytes(), "containment.md")
    for heading in ("Credential compromise", "Data leak", "Integration failure", "Service crash"):
        path = next(section.path for section in runbook.sections if section.title == heading)
        assert len(runbook.under(path)) >= 7, heading


def test_what_hangs_on_a_condition_is_asked(pack: Pack) -> None:
    runbook = read((pack.folder / "containment.md").read_bytes(), "containment.md")
    asked = [item.title for item in runbook.items if item.kind == "decision"]
    for words in ("data has left", "personal data or secrets", "authentication fails", "webhook fails",
                  "limits our rate", "no longer syncs", "restart budget is not spent", "If it is spent",
                  "can be reproduced"):
        assert any(words in title for title in asked), words


def test_every_step_a_person_is_told_to_do_is_an_item(pack: Pack) -> None:
    for path in pack.runbooks:
        text = path.read_text("utf-8")
        items = " ".join(f"{item.title} {' '.join(item.text.split())}" for item in read(text, path.name).items)
        for step in re.findall(r"(?m)^ *(?:\d+\.|- \[ \]) (.+)$", text):
            assert plain(step) in plain(items), f"{path.name}: {step}"


def plain(text: str) -> str:
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)


def test_the_kill_switch_of_gmail_is_three_steps_and_the_last_one_is_judged(pack: Pack) -> None:
    runbook = read((pack.folder / "kill-switches.md").read_bytes(), "kill-switches.md")
    section = next(section for section in runbook.sections if section.title.startswith("Gmail kill switch"))
    steps = [item for item in runbook.under(section.path) if item.runs]
    assert [step.risk == "read" for step in steps] == [False, False, True]
    assert steps[2].expected is not None
    assert json.loads(steps[2].expected.value) == {"connected": False, "watchActive": False}


def test_every_expectation_is_one_that_is_compared(pack: Pack) -> None:
    found = [item.expected for path in pack.runbooks for item in read(path.read_bytes(), path.name).items
             if item.runs and item.expected is not None]
    assert len(found) > 12
    assert {expected.kind for expected in found} == {"json", "text"}


def test_only_what_is_meant_to_be_asked_is_a_blank(pack: Pack) -> None:
    blanks = {blank.name for path in pack.runbooks for item in read(path.read_bytes(), path.name).items
              if item.runs for blank in item.placeholders}
    assert blanks == {"NEW_SID"}


def test_the_quick_reference_says_when_to_collect(pack: Pack) -> None:
    text = texts(pack)["containment.md"]
    crash, disk, memory = (text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
                           for heading in ("Service crash", "Disk space critical", "Memory exhaustion"))
    assert "Collect the evidence meanwhile" in crash
    assert disk.startswith("\nNo collection first") and disk.index("Clear space") < disk.index("Collect afterwards")
    assert memory.index("memory/snapshot") < memory.index("systemctl restart")


def test_voice_has_no_rotation_and_the_pack_says_so(pack: Pack) -> None:
    section = texts(pack)["rotation.md"].partition("## Voice\n")[2]
    assert "no credential of its own" in section and "two minutes" in section
    assert "```" not in section


def test_the_configuration_has_no_slips(pack: Pack) -> None:
    assert findings(pack.folder) == ()


def test_the_pack_is_clean_utf8(pack: Pack) -> None:
    for name, text in {**texts(pack), "handrail.toml": (pack.folder / "handrail.toml").read_text("utf-8")}.items():
        assert not re.search("[�â€Ãð]", text), name


# -- the copy that a world writes


def test_a_worlds_pack_is_led_to_its_ports_and_files(world: World) -> None:
    pack = world.pack
    assert pack.id == "alwaysclaw"
    assert pack.base == world.url
    ports = {str(world.gateway), str(world.loops)}
    for probe in pack.probes:
        if probe.kind == "http":
            assert re.match(r"http://127\.0\.0\.1:(\d+)/", probe.options["url"])[1] in ports, probe.id  # type: ignore[index]
        elif probe.kind == "tcp":
            assert (probe.options["host"], str(probe.options["port"])) == ("127.0.0.1", str(world.loops))
        elif probe.kind == "disk":
            assert probe.options["path"] == f"{world.folder}/home/state"
        assert probe.interval in ("6s", "20s") and probe.confirm_bad == 1
    assert pack.path == (f"{world.folder}/bin",)
    assert pack.world["ports"] == [world.gateway, world.loops]


@pytest.mark.parametrize(("command", "wanted"), [
    ("wsl -d Ubuntu -- curl -s http://localhost:3100/api/gmail/status", "curl -s {url}/api/gmail/status"),
    ("curl -s http://127.0.0.1:3101/api/loops/state-dump", "curl -s http://127.0.0.1:{loops}/api/loops/state-dump"),
    ("rm /home/alwaysclaw/state/auth/gmail-tokens.json", "rm {folder}/home/state/auth/gmail-tokens.json"),
    ("cp ~/.bash_history /home/alwaysclaw/x", "cp {folder}/home/.bash_history {folder}/home/x"),
    ("ls /srv/home/alwaysclaw", "ls /srv/home/alwaysclaw"),
    ("curl -s http://localhost:31000/", "curl -s http://localhost:31000/"),
])
def test_a_worlds_commands_reach_the_world(world: World, command: str, wanted: str) -> None:
    changed = packs.rewrite(command, world.pack)
    assert changed.command == wanted.format(url=world.url, loops=world.loops, folder=world.folder)
    assert bool(changed.notes) == (changed.command != command)


def test_what_a_person_is_told_to_open_is_the_worlds(world: World) -> None:
    text = (world.pack_folder / "rotation.md").read_text("utf-8")
    [address] = re.findall(r"(?m)^- \[ \] Open (\S+) in a browser", text)
    assert address == f"{world.url}/auth/gmail/start"
    assert ask(world, "/auth/gmail/start")[0] == 200


def test_rewriting_twice_changes_nothing_more(world: World) -> None:
    once = packs.rewrite("cp ~/x /home/alwaysclaw/y && curl -s localhost:3100", world.pack).command
    assert packs.rewrite(once, world.pack).command == once


def test_the_shipped_pack_is_not_touched_by_a_world(world: World, pack: Pack) -> None:
    assert packs.builtin("alwaysclaw") == pack
    assert pack.world == {} and pack.path == ()


def test_leading_keeps_whatever_else_the_pack_says(tmp_path: Path) -> None:
    text = 'name = "X"\n[defaults]\ninterval = "60s"\n\n[[probe]]\nid = "a"\ninterval = "5m"\n'
    changed = led(text, tmp_path, gateway=1, loops=2)
    assert 'name = "X"' in changed and 'id = "a"' in changed
    assert "60s" not in changed and "5m" not in changed
