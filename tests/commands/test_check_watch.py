"""Health on the command line: what is said, to whom, and with which exit status."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.faulty import FaultyServer, faulty
from support.shells import Shell
from support.waiting import wait_until

SCHEME = 'name = "Shop"\n' + "".join(f"[scheme.P{n}]\nrank = {n}\nrespond = \"1s\"\n" for n in (1, 2, 3, 4))
QUICK = '[defaults]\ninterval = "1s"\nretry_every = "1s"\ntimeout = "900ms"\nconfirm_bad = 1\nconfirm_good = 1\n'


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty() as found:
        yield found


def pack(shell: Shell, server: FaultyServer, more: str = "", severity: str = "P2") -> Path:
    shell.file("handrail.toml", SCHEME + QUICK + f'''
[[probe]]
id = "watch"
kind = "http"
title = "mail watch"
url = "{server.url}"
values = {{ active = ".watchActive" }}
words = {{ true = "active", false = "inactive" }}
show = "{{active}}"
level = [{{ severity = "{severity}", when = "active == false", note = "the watch has lapsed" }}]
''' + more)
    return shell.home / "handrail.toml"


def test_check_asks_each_probe_once_and_says_what_it_means(shell: Shell, server: FaultyServer) -> None:
    pack(shell, server)
    said = shell.says("check")
    assert said.status == 0 and server.requests == 1
    assert "ok        mail watch               active" in said.out
    assert f"GET {server.url} every 1s: HIGH (P2) when active == false" in said.out
    assert not shell.state.root.exists(), "check writes nothing"


@pytest.mark.parametrize(("severity", "answer", "status"), [
    ("P1", {"watchActive": False}, 2), ("P2", {"watchActive": False}, 2), ("P3", {"watchActive": False}, 1),
    ("P4", {"watchActive": False}, 1), ("P1", {"other": 1}, 3), ("P1", {"watchActive": True}, 0),
])
def test_the_exit_status_is_that_of_a_monitoring_plugin(
        shell: Shell, server: FaultyServer, severity: str, answer: object, status: int) -> None:
    pack(shell, server, severity=severity)
    server.answer = answer
    assert shell.says("check").status == status


def test_check_json_holds_everything(shell: Shell, server: FaultyServer) -> None:
    file = pack(shell, server, '[[probe]]\nid = "by-hand"\nkind = "disk"\npath = "/"\nwhen_run = "manual"\n')
    server.answer = {"watchActive": False}
    said = shell.says("check", "--json")
    assert said.status == 2 and said.json["status"] == "critical"
    [shown] = said.json["packs"]
    assert (shown["id"], shown["file"], shown["slips"]) == ("shop", str(file), [])
    watch, by_hand = shown["probes"]
    assert watch["lamps"][0] | {"age": 0} == {
        "id": "watch", "title": "mail watch", "group": "watch", "pack": "shop", "word": "HIGH", "rank": 2,
        "severity": "P2", "value": "inactive", "want": "want active", "why": "the watch has lapsed: active == false",
        "since": watch["lamps"][0]["since"], "age": 0, "runbook": None,
    }
    assert by_hand["lamps"] == [] and "only by hand" in by_hand["meaning"]


def test_a_configuration_that_cannot_be_used_names_file_line_key_and_the_nearest_one(
        shell: Shell, server: FaultyServer) -> None:
    file = pack(shell, server)
    file.write_text(file.read_text().replace("words =", "wrods ="))
    line = 1 + file.read_text().partition("wrods")[0].count("\n")
    for words in (("check",), ("check", "--config")):
        said = shell.says(*words)
        assert (said.status, said.out, server.requests) == (3, "", 0)
        assert f"{file}, line {line}: probe[0].wrods: no such key." in said.err
        assert "Did you mean words?" in said.err
    told = shell.says("check", "--json")
    assert told.status == 3 and f"line {line}" in told.json["error"]["detail"]


def test_a_slip_is_a_warning_and_config_only_asks_nothing(shell: Shell, server: FaultyServer) -> None:
    file = pack(shell, server)
    assert shell.says("check", "--config").status == 0
    file.write_text(file.read_text().replace('severity = "P2",', 'severity = "P2", for = "600ms",'))
    said = shell.says("check", "--config")
    assert said.status == 1
    assert "SLIP  line 29: watch: 600ms is less than two answers apart" in said.out
    assert server.requests == 0


def test_a_link_that_leads_nowhere_is_a_warning(shell: Shell, server: FaultyServer) -> None:
    file = pack(shell, server)
    file.write_text(file.read_text().replace('title = "mail watch"\n', 'title = "mail watch"\nrunbook = "#nowhere"\n'))
    said = shell.says("check", "--config")
    assert said.status == 1
    assert "SLIP  line " in said.out and "watch: no runbook of this pack has a section 'nowhere'." in said.out


def test_a_pack_without_probes_is_no_good_news(shell: Shell) -> None:
    said = shell.says("--pack", "plain", "check")
    assert said.status == 3 and "has no probes" in said.out
    assert shell.says("--pack", "plain", "watch", "--once").status == 3


def test_watch_once_says_how_all_stand_and_ends(shell: Shell, server: FaultyServer) -> None:
    pack(shell, server)
    said = shell.says("watch", "--once")
    assert said.status == 0 and "ok        mail watch               active" in said.out
    server.answer = {"watchActive": False}
    told = shell.says("--state", shell.home / "another", "watch", "--once", "--json")
    assert told.status == 2 and told.json["lamps"][0]["word"] == "HIGH"


def test_watch_streams_each_change_until_a_signal(shell: Shell, server: FaultyServer) -> None:
    pack(shell, server)
    with shell.starts("watch", "--json") as process:
        assert process.stdout is not None

        def line() -> dict[str, object]:
            return json.loads(process.stdout.readline())  # type: ignore[union-attr,no-any-return]

        first = line()
        while "lamp" not in first or first["lamp"]["word"] != "OK":  # type: ignore[index]
            first = line()
        server.answer = {"watchActive": False}
        begun = time.monotonic()
        bad = line()
        assert (bad["lamp"]["word"], bad["was"]) == ("HIGH", "OK")  # type: ignore[index]
        assert time.monotonic() - begun < 20
        server.answer = {"watchActive": True}
        assert (again := line())["lamp"]["word"] == "OK" and again["was"] == "HIGH"  # type: ignore[index]
        assert not list(shell.state.consoles.glob("*")), "who only watches is no console"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr is not None and process.stderr.read() == ""


def test_watch_says_also_a_further_part_of_a_lamp_that_is_bad_already(shell: Shell, server: FaultyServer) -> None:
    file = pack(shell, server)
    server.answer = {"watchActive": True, "sites": [{"name": "a", "up": False}, {"name": "b", "up": True}]}
    file.write_text(file.read_text() + f'''
[[probe]]
id = "sites"
kind = "http"
url = "{server.url}"
each = {{ items = ".sites[]", key = ".name" }}
words = {{ true = "up", false = "down" }}
show = "{{item.up}}"
level = [{{ severity = "P2", when = "item.up == false" }}]
''')
    once = shell.says("--state", shell.home / "another", "watch", "--once")
    assert once.status == 2 and "sites                    a down" in once.out and "  ● ok        b" in once.out
    with shell.starts("watch", "--json") as process:
        assert process.stdout is not None

        def sites(value: str) -> dict[str, object]:
            while True:
                found = json.loads(process.stdout.readline())  # type: ignore[union-attr]
                if found.get("lamp", {}).get("id") == "sites" and found["lamp"]["value"] == value:
                    return found  # type: ignore[no-any-return]

        assert [part["word"] for part in sites("a down")["lamp"]["parts"]] == ["HIGH", "OK"]  # type: ignore[index]
        server.answer = {"watchActive": True, "sites": [{"name": "a", "up": False}, {"name": "b", "up": False}]}
        assert sites("2 of 2 not well")["was"] == "HIGH"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_watch_keeps_the_deadlines(shell: Shell, server: FaultyServer) -> None:
    pack(shell, server)
    id = shell.says("declare", "Mail is gone", "--severity", "P1").out.strip()
    with shell.starts("watch") as process:
        assert process.stdout is not None
        for text in process.stdout:
            if "respond deadline BREACHED: Mail is gone" in text:
                break
        process.terminate()
        process.wait(20)
    wait_until(lambda: "BREACHED" in shell.says("show", id).out, 20, "the breach on record")
