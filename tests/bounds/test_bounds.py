"""A practice world's limits: what a drill step names after all rewrites must lie inside."""

from __future__ import annotations

from pathlib import Path

import pytest

from handrail.bounds import outside
from handrail.pack.pack import Pack

WORLD = Pack(id="alwaysclaw", name="AlwaysClaw", short="AC", folder=Path("/w/pack"), sha256="", scheme={}, world={
    "folder": "/w/home", "ports": [4000, 4001], "paths": ["/w/home", "/dev/null"],
    "programs": ["curl", "rm", "cat", "find", "grep", "sed", "jq", "awk", "systemctl", "cp", "date", "kill",
                 "sort", "tar", "hostname", "pgrep"],
})

INSIDE = [
    "curl -s -X POST http://127.0.0.1:4000/api/gmail/watch/stop",
    "curl -s http://localhost:4001/api/loops/state-dump > state/dump.json",
    "curl -H 'Accept: application/json' -d '{\"path\": \"/etc\"}' http://127.0.0.1:4000/api/x",
    "rm /w/home/state/auth/gmail-tokens.json",
    "cd state && rm -rf profiles/*/cookies 2> /dev/null",
    "grep '/api/' state/logs/x.log | sed -n '/a/p'",
    "STAMP=$(date +%s); cp state/a \"state/$STAMP-a\"",
    "for f in state/*; do cat \"$f\"; done",
    "find . -name '*.log' -exec rm {} \\;",
    "systemctl restart alwaysclaw-twilio",
    "if [ -f state/x ]; then echo there; fi",
    "pids=$(pgrep -f '[c]hromium'); kill $pids",
    "kill -s TERM $(pgrep chromium); kill %1",
    "date -u +%Y%m%d; hostname; sort -n state/x; tar -czf state/x.tgz state/logs",
    "sed -n '1,20p;/ew /p' state/x; sed -e 's/new/w old/g' state/x",
]
OUTSIDE = [
    ("curl -s http://localhost:3100/api/gmail/status", "localhost:3100"),
    ("curl -s http://example.com/", "example.com"),
    ("curl -s example.com", "example.com"),
    ("curl -o /etc/motd http://127.0.0.1:4000/x", "/etc/motd"),
    ("rm -rf /w/homes", "/w/homes"),
    ("rm ../../etc/passwd", "../../etc/passwd"),
    ("cat /w/home/../../etc/passwd", "/etc/passwd"),
    ("cat x > /etc/passwd", "/etc/passwd"),
    ("cat ~/.ssh/id_ed25519", "~"),
    ("FROM=/etc/shadow; cat $FROM", "/etc/shadow"),
    ("sudo rm state/x", "sudo"),
    ("ssh db1 uptime", "ssh"),
    ("bash -c 'rm x'", "bash"),
    ("/usr/bin/rm state/x", "/usr/bin/rm"),
    ("find . -exec python3 {} \\;", "python3"),
    ("awk '{system(\"reboot\")}' state/x", "awk"),
    ("echo $(shutdown -h now)", "shutdown"),
    ("kill -9 4711", "process 4711"),
    ("kill -9 -1", "process -1"),
    ("kill -s TERM 1", "process 1"),
    ("date --set=2020-01-01", "date --set"),
    ("hostname practice", "practice"),
    ("sort --compress-program=ssh x", "--compress-program"),
    ("tar --to-command=sh -xf x", "--to-command"),
    ("sed '1e reboot' state/x", "sed"),
    ("sed -n '1w other' state/x", "sed"),
    ("sed 's/.*/reboot/e' state/x", "sed"),
    ("trap 'ssh db1' EXIT", "trap"),
    ("alias ls=reboot", "alias"),
    ("cat ${HOME}/../x", "/w/home/../x"),
    ("cat state/x | mail root", "mail"),
]


@pytest.mark.parametrize("command", INSIDE)
def test_what_stays_inside_may_run(command: str) -> None:
    assert outside(command, "command", WORLD) is None


@pytest.mark.parametrize(("command", "named"), OUTSIDE, ids=[command for command, _ in OUTSIDE])
def test_what_leaves_the_world_is_refused_by_name(command: str, named: str) -> None:
    refusal = outside(command, "command", WORLD)
    assert refusal is not None
    assert refusal.code == "outside-the-world"
    assert named in refusal.sentence


def test_a_request_must_go_to_a_port_of_the_world() -> None:
    assert outside("POST http://127.0.0.1:4000/api/x", "http", WORLD) is None
    refusal = outside("POST http://localhost:3100/api/x", "http", WORLD)
    assert refusal is not None
    assert "localhost:3100" in refusal.sentence


def test_without_a_world_nothing_is_refused() -> None:
    real = Pack(id="p", name="p", short="P", folder=Path("/"), sha256="", scheme={})
    assert outside("sudo rm -rf /", "command", real) is None
    assert outside("sudo rm -rf /", "command", None) is None
