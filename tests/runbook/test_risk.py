"""What a command can do is judged by its worst part, and what nobody knows counts as a change."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.runbook import tools
from handrail.runbook.model import RISKS
from handrail.runbook.shell import classify


def listed() -> list[tuple[str, str, str]]:
    found = []
    for line in (Path(__file__).parent / "commands.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            risk, rest = line.split(None, 1)
            flags = ""
            head = rest.split(None, 1)
            if len(head) == 2 and head[0] in ("L", "I", "LI"):
                flags, rest = head[0], head[1]
            found.append((risk, flags, rest.strip()))
    return found


@pytest.mark.parametrize(("risk", "flags", "command"), listed())
def test_commands_are_judged(risk: str, flags: str, command: str) -> None:
    judged = classify(command)
    assert (judged.risk, judged.long_running, judged.interactive) == (risk, "L" in flags, "I" in flags), judged.why
    if risk != "read":
        assert judged.why


@pytest.mark.parametrize("command", [command for risk, _, command in listed() if risk == "destructive"])
@pytest.mark.parametrize(
    "around",
    ["{}; echo done", "cd /srv && {}", "x=$({})", "if true; then\n  {}\nfi", "( {} )", "echo a | {}", "! {}"],
)
def test_what_stands_around_a_command_does_not_hide_it(command: str, around: str) -> None:
    if "<<" in command or ("\\;" in command and "$(" in around):
        pytest.skip("a here-document or an escaped semicolon does not fit in there")
    assert classify(around.format(command)).risk == "destructive"


@pytest.mark.parametrize(
    "said", ["{}", "{} -", "{} --", "{} -x", "{} ''", "{} =", "{} <x>", "{} | {}", "PAGER={} {}", "$({})"])
def test_a_program_by_itself_is_judged(said: str) -> None:
    names = {name.rstrip("*") for family, spec in tools.builtin().items() if family not in tools.RESERVED
             for name in str(spec.get("names", family)).split()}
    assert len(names) > 500
    for name in sorted(names):
        assert classify(said.replace("{}", name)).risk in RISKS, name


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_text_is_judged_less_than_read_or_raises(text: str) -> None:
    assert classify(text).risk in RISKS


@given(st.from_regex(r"[a-z]{9,14}( [a-z]{9,14}){0,2}", fullmatch=True))
@settings(max_examples=200, deadline=None)
def test_unknown_words_are_never_a_read(command: str) -> None:
    known = {word for risk in RISKS for word in tools.standard().words("words", risk)}
    if not known & set(command.split()) and tools.standard().family(command.split()[0]) is None:
        assert classify(command).risk != "read"


def test_a_pack_adds_a_tool() -> None:
    table = tools.extended({"brokerctl": {"read": "peek", "destructive": "wring", "otherwise": "change"}})
    assert classify("brokerctl peek q1").risk == "change"
    assert classify("brokerctl peek q1", table=table).risk == "read"
    assert classify("brokerctl wring q1", table=table).risk == "destructive"
    assert classify("kubectl delete pod web-1", table=table).risk == "destructive"


def test_every_family_names_its_programs_once_and_its_risks_only() -> None:
    for name, family in tools.builtin().items():
        for key in ("otherwise", "bare"):
            assert family.get(key, "read") in RISKS, name
        for key in ("read", "change", "destructive"):
            patterns = [pattern.strip() for pattern in str(family.get(key, "")).split(",") if pattern.strip()]
            assert len(patterns) == len(set(patterns)), (name, key)


def test_very_long_commands_are_judged_as_changes_at_least() -> None:
    assert classify("echo " + "a" * 70_000 + "; rm -rf /srv").risk != "read"


def test_deep_nesting_ends() -> None:
    assert classify("$(" * 3000 + "rm x" + ")" * 3000).risk != "read"
    assert classify("ssh a '" * 40 + "rm x").risk in RISKS


@pytest.mark.parametrize(("command", "risk"), [
    ("redis-cli -h cache-0 -p 6379", "read"),  # it opens its prompt and no more
    ("redis-cli -h cache-0 --pipe", "change"),
    ("redis-cli -h cache-0 --odd", "change"),
    ("redis-cli -h cache-0 FLUSHALL", "destructive"),
])
def test_a_client_that_is_only_told_where_to_connect_reads(command: str, risk: str) -> None:
    assert classify(command).risk == risk
