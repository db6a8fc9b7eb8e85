"""However a command is dressed, its risk is seen: the one error that hurts is a change that passes for a look."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.runbook.model import RISKS
from handrail.runbook.shell import classify

DESTROYS = (
    "rm -rf /srv/flour", "kubectl delete pod mill-0", "systemctl kill mill", "redis-cli FLUSHALL", "dropdb mill",
    "helm uninstall mill",
)
CHANGES = ("systemctl restart mill", "kubectl apply -f mill.yaml", "touch /etc/mill", "unheard-of thing", "curl -X POST http://weir/gate")


def rows(name: str) -> list[str]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in lines if line and not line.startswith("#")]


WRAPPERS = rows("wrappers.txt")
UNQUOTED = [one for one in WRAPPERS if not any(sign in one for sign in "'\n`")]
#: What may stand behind sudo; the others are shell of their own and stand outside.
PREFIXES = [one for one in UNQUOTED if one.endswith(" {}") and not one.startswith(("!", "true", "false", "sleep"))]


def listed() -> list[tuple[str, str]]:
    return [(risk, command) for risk, command in (row.split(None, 1) for row in rows("hidden.txt"))]


@pytest.mark.parametrize(("risk", "command"), listed())
def test_hidden_commands_are_judged(risk: str, command: str) -> None:
    judged = classify(command)
    assert judged.risk == risk, judged.why
    assert judged.why or risk == "read"


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_whatever_runs_a_command_shows_what_it_does(wrapper: str) -> None:
    for command in DESTROYS:
        assert classify(wrapper.replace("{}", command)).risk == "destructive", command
    for command in CHANGES:
        assert classify(wrapper.replace("{}", command)).risk != "read", command


@given(st.lists(st.sampled_from(PREFIXES), max_size=3), st.sampled_from(UNQUOTED), st.sampled_from(DESTROYS))
@settings(max_examples=300, deadline=None)
def test_commands_in_commands_in_commands(wrappers: list[str], outermost: str, command: str) -> None:
    text = command
    for wrapper in (*wrappers, outermost):
        text = wrapper.replace("{}", text)
    assert RISKS.index(classify(text).risk) >= 1, text


@pytest.mark.parametrize(
    "command",
    [
        'ls',
        'kubectl get pods',
        "echo 'SELECT 1' | psql mill",
        "printf 'stats\\r\\n' | nc cache 11211",
        'echo PING | redis-cli',
        "ssh weir 'df -h'",
        'docker exec mill df -h',
        "awk -F: '{print $1}' /etc/passwd",
        "sed -n '/wheel/,/gate/p' log",
        "sed 's/a/b/' log",
        'date +%F',
        'date -d @0',
        'tar -I zstd -tf a.tar',
        'git -c color.ui=never log',
        'gh api /repos/mill/wheel',
        "alias ll='ls -l'",
        'strace -p 12',
        'psql -c "EXPLAIN DELETE FROM wheel"',
        'az vm list -o table',
        'redis-cli INFO memory',
        'http weir/state q==1',
    ],
)
def test_what_only_looks_stays_a_look(command: str) -> None:
    """The control: a judge who calls everything a change would pass the tests above."""
    assert classify(command).risk == "read"
