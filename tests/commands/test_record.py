"""Declaring, acknowledging, noting, listing, showing and verifying, from a script."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from support.shells import PROGRAM, Shell

from handrail.clock import SystemClock
from handrail.incident.events import Actor, Draft
from handrail.incident.store import Store

ID = re.compile(r"INC-\d{8}-\d{6}(-\d+)?")
RESPONDED = """\
name = "Mill"
short = "ML"
[scheme.P1]
rank = 1
respond = "5m"
resolve = "30m"
[scheme.P2]
rank = 2
"""


def _declared(shell: Shell, title: str = "Mill on fire", *more: str) -> str:
    said = shell.says("declare", title, "--severity", "P1", *more)
    assert (said.status, said.err) == (0, "")
    return said.out.strip()


def test_an_empty_board_names_its_folder(shell: Shell) -> None:
    said = shell.says("incidents")
    assert (said.status, said.err) == (0, "")
    assert str(shell.state.root) in said.out
    assert shell.says("incidents", "--json").json["incidents"] == []
    assert not shell.state.root.exists(), "looking writes nothing"


def test_declaring_prints_the_id_of_what_is_on_disk(shell: Shell) -> None:
    id = _declared(shell)
    assert ID.fullmatch(id)
    assert (shell.state.active / f"{id}.json").exists()
    (incident,) = shell.says("incidents", "--json").json["incidents"]
    assert (incident["id"], incident["title"], incident["status"]) == (id, "Mill on fire", "investigating")
    assert incident["level"] == {"scheme": "plain", "name": "P1", "rank": 1}
    table = shell.says("incidents").out
    assert id in table
    assert "nobody" in table


@pytest.mark.parametrize("words", [
    ("declare", "x"), ("declare", "x", "--severity", "P9"), ("declare", "", "--severity", "P1"),
    ("declare", "--severity", "P1"), ("declare", "x", "--severity", "P1", "--scenario", "none"),
    ("declare", "x", "--severity", "P1", "--as", "k\x1bim"), ("declare", "x" * 300, "--severity", "P1"),
])
def test_what_cannot_be_declared_is_wrong_usage(shell: Shell, words: tuple[str, ...]) -> None:
    said = shell.says(*words)
    assert said.status == 2
    assert said.out == ""
    assert said.err.startswith("handrail: ")
    assert "\x1b" not in said.err
    assert not list(shell.state.active.glob("*.json"))


def test_a_scenario_brings_its_level_and_its_checklist(shell: Shell) -> None:
    shell.file("pack/mill.md", "# Mill\n\n## Fire\n\n1. Call the brigade\n\n## Flood\n\n1. Close the gate\n")
    shell.file("pack/handrail.toml", RESPONDED + '[[scenario]]\nid = "fire"\ntitle = "Fire"\nseverity = "P2"\n'
               'runbook = "mill.md"\nsection = "Fire"\n')
    said = shell.says("declare", "The mill burns", "--scenario", "fire", "--pack", "pack")
    assert (said.status, said.err) == (0, "")
    shown = shell.says("show", said.out.strip(), "--json").json
    assert shown["level"]["name"] == "P2"
    assert [row["title"] for row in shown["checklist"]] == ["Fire", "Call the brigade"]
    assert (shown["done"], shown["total"]) == (0, 1)


def test_acknowledging_by_a_short_id_and_only_once(shell: Shell) -> None:
    id = _declared(shell)
    said = shell.says("ack", id[-6:].lower(), "--as", "ade")
    assert (said.status, said.out.strip(), said.err) == (0, id, "")
    again = shell.says("ack", id)
    assert again.status == 1
    assert "ade already has it" in again.err


def test_the_options_stand_before_or_after_the_command(shell: Shell) -> None:
    other = shell.home / "elsewhere"
    said = shell.says("--state", other, "--as", "bo", "declare", "x", "--severity", "P1")
    assert (said.status, said.err) == (0, "")
    after = shell.says("show", said.out.strip(), "--state", other, "--json")
    assert after.json["events"][0]["actor"]["name"] == "bo"
    assert shell.says("incidents", "--json").json["incidents"] == []


def test_the_actor_is_recorded_with_the_account(shell: Shell) -> None:
    id = _declared(shell)
    actor = shell.says("show", id, "--json").json["events"][0]["actor"]
    assert actor["name"] == "kim"
    assert actor["account"]
    assert actor["host"] == os.uname().nodename


def test_notes_from_words_and_from_a_pipe(shell: Shell) -> None:
    id = _declared(shell)
    assert shell.says("note", id, "smoke in the loft").status == 0
    assert shell.says("note", id, "-", given="and in the cellar\nas well\n").status == 0
    assert shell.says("note", id, "  ").status == 2
    assert shell.says("note", "999999", "x").status == 2
    shown = shell.says("show", id).out
    assert "smoke in the loft" in shown
    assert "and in the cellar" in shown


def test_a_short_id_must_be_one_of_a_kind(shell: Shell) -> None:
    shell.state.make()
    for id in ("INC-20260101-111111", "INC-20260102-111111", "INC-20260102-222222"):
        (shell.state.active / f"{id}.json").write_text("{}")
    assert shell.says("show", "222222").status == 1, "found, and damaged"
    several = shell.says("show", "111111")
    assert several.status == 2
    assert "INC-20260101-111111" in several.err
    assert "INC-20260102-111111" in several.err
    assert shell.says("show", "0102-111111").status == 1
    assert shell.says("show", "INC-2026").status == 2


def test_show_tells_where_it_stands(shell: Shell) -> None:
    shell.file("pack/handrail.toml", RESPONDED)
    id = _declared(shell, "Mill on fire", "--pack", "pack")
    shown = shell.says("show", id).out
    assert "ML P1" in shown
    assert "respond within 5m: due 20" in shown
    assert "declared P1 Mill on fire" in shown
    data = shell.says("show", id, "--json").json
    assert [clock["state"] for clock in data["deadlines"]] == ["open", "open"]
    assert data["events"][0]["kind"] == "declared"
    assert "respond in " in shell.says("incidents").out


def test_hostile_titles_do_not_reach_the_terminal(shell: Shell) -> None:
    id = _declared(shell, "boo\x1b]0;owned\x07\x1b[2J\u202eevil")
    for words in (("incidents",), ("show", id), ("verify",)):
        out = shell.says(*words).out
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out)


def test_a_sound_record_verifies_and_a_touched_one_does_not(shell: Shell) -> None:
    good, bad = _declared(shell, "good"), _declared(shell, "bad")
    assert shell.says("verify").status == 0
    file = shell.state.active / f"{bad}.json"
    file.write_bytes(file.read_bytes().replace(b'"bad"', b'"mad"', 1))
    said = shell.says("verify")
    assert said.status == 1
    assert f"{good}  ok" in said.out
    assert str(file) in said.out
    report = shell.says("verify", "--json").json
    assert {one["id"]: one["ok"] for one in report["incidents"]} == {good: True, bad: False}
    assert shell.says("verify", good).status == 0
    assert shell.says("verify", bad).status == 1
    assert shell.says("verify", "INC-19990101-000000").status == 2


def test_a_damaged_record_is_named_and_the_board_goes_on(shell: Shell) -> None:
    good = _declared(shell, "good")
    foreign = shell.state.active / "INC-20200101-000000.json"
    foreign.write_text('{"shopping": ["milk"]}')
    said = shell.says("incidents")
    assert said.status == 1
    assert good in said.out
    assert str(foreign) in said.err
    data = shell.says("incidents", "--json").json
    assert [one["id"] for one in data["incidents"]] == [good]
    assert [one["path"] for one in data["bad"]] == [str(foreign)]
    assert shell.says("show", "INC-20200101-000000").status == 1
    assert shell.says("note", "INC-20200101-000000", "x").status == 1
    assert foreign.read_text() == '{"shopping": ["milk"]}'


def test_a_reader_that_leaves_is_no_error(shell: Shell) -> None:
    _declared(shell)
    gone, pipe = os.pipe()
    os.close(gone)
    try:
        done = subprocess.run([*PROGRAM, "incidents"], env=shell.env, cwd=shell.home, stdout=pipe,
                              stderr=subprocess.PIPE, text=True, timeout=30, check=False)
    finally:
        os.close(pipe)
    assert (done.returncode, done.stderr) == (141, "")


# -- two times, corrections, what is over, a damaged file that is accepted


def test_a_claimed_time_is_shown_beside_the_one_it_was_written(shell: Shell) -> None:
    said = shell.says("declare", "Mill on fire", "--severity", "P1", "--detected", "2026-01-02T03:04:05+01:00")
    id = said.out.strip()
    assert shell.says("note", id, "smoke seen", "--at", "2026-01-02T02:00:00Z").status == 0
    shown = shell.says("show", id)
    assert re.search(r"^2026-01-02T02:00:00.000000Z  kim +smoke seen \(recorded 20", shown.out, re.MULTILINE)
    events = shell.says("show", id, "--json").json["events"]
    assert events[0]["data"]["detected_at"] == "2026-01-02T02:04:05.000000Z"
    assert events[-1]["occurred_at"].startswith("2026-01-02T02:00:00")
    assert events[-1]["recorded_at"] > events[-1]["occurred_at"]
    for words in (("note", id, "x", "--at", "yesterday"), ("note", id, "x", "--at", "2026-01-02T02:00:00")):
        wrong = shell.says(*words)
        assert (wrong.status, wrong.out) == (2, "")
        assert "2026-11-21T03:12:00Z" in wrong.err


def test_what_is_over_is_listed_and_found_by_its_words(shell: Shell) -> None:
    store = Store(shell.state, SystemClock())
    for title in ("Mill on fire", "Mill flooded"):
        id = _declared(shell, title)
        store.transact(id, lambda _: [Draft("closed")], actor=Actor("kim"))
    open_one = _declared(shell, "Mill haunted")
    assert "flooded" not in shell.says("incidents").out
    found = shell.says("incidents", "--past", "MILL flood")
    assert (found.status, found.err) == (0, "")
    assert "Mill flooded" in found.out and "CLOSED" in found.out
    assert "on fire" not in found.out and "haunted" not in found.out
    everything = shell.says("incidents", "--all").out
    assert all(word in everything for word in ("flooded", "on fire", "haunted"))
    data = shell.says("incidents", "--all", "--json").json
    assert [one["id"] for one in data["incidents"]] == [open_one]
    assert {one["title"] for one in data["past"]} == {"Mill on fire", "Mill flooded"}
    nothing = shell.says("incidents", "--past", "windmill")
    assert (nothing.status, nothing.out.startswith("Nothing that is over shows 'windmill'")) == (0, True)


def test_a_damaged_file_is_named_by_event_and_field_and_can_be_accepted(shell: Shell) -> None:
    id = _declared(shell, "good")
    shell.says("note", id, "smoke in the loft")
    file = shell.state.active / f"{id}.json"
    spoilt = file.read_bytes().replace(b"in the loft", b"in the barn", 1)
    file.write_bytes(spoilt)
    said = shell.says("verify", id)
    assert said.status == 1
    assert f"{file}, event 2, data: It is not what was recorded" in said.out
    assert shell.says("note", id, "more").status == 1, "a damaged record takes nothing"

    accepted = shell.says("verify", "--accept", id[-6:], "--reason", "the loft is the barn", "--as", "ade")
    assert accepted.status == 0
    assert f"{id}  ok" in accepted.out
    (backup,) = shell.state.backups.iterdir()
    assert str(backup) in accepted.err
    assert backup.read_bytes() == spoilt
    last = shell.says("show", id, "--json").json["events"][-1]
    assert (last["kind"], last["actor"]["name"], last["reason"]) == ("resealed", "ade", "the loft is the barn")
    assert any("event 2, data" in finding for finding in last["data"]["findings"])
    assert shell.says("note", id, "more").status == 0

    again = shell.says("verify", "--accept", id)
    assert (again.status, "nothing had to be accepted" in again.err) == (0, True)
    file.write_text("{}")
    lost = shell.says("verify", "--accept", id)
    assert lost.status == 1
    assert "backups/" in lost.err
    assert file.read_text() == "{}"
