"""Rewrites: what `wsl` stood before runs as itself, everything else stays byte for byte, and the change is told."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.pack.pack import rewrite
from handrail.pack.rewrites import _inside

WSL = "wsl -d Ubuntu -- "


@pytest.fixture(autouse=True)
def plain_linux(monkeypatch):
    monkeypatch.delenv("WSL_DISTRO_NAME", raising=False)


@pytest.mark.parametrize(("command", "runs"), [
    (f"{WSL}curl -s http://h/x", "curl -s http://h/x"),
    ("wsl.exe -d Ubuntu -- ls", "ls"),
    ("WSL --distribution Ubuntu -- ls", "ls"),
    ("wsl --distribution=Ubuntu-22.04 -- ls", "ls"),
    ("wsl -d 'My Distro' -- ls", "ls"),
    ('wsl -d "My Distro" -- ls', "ls"),
    ("wsl -- ls", "ls"),
    ("wsl -d Ubuntu -e ls -l", "ls -l"),
    ("wsl  -d\tUbuntu   --   ls   -l", "ls   -l"),
    (f"{WSL}cp a \\\n  b", "cp a \\\n  b"),
    ("wsl -d Ubuntu -- \\\n  cp a b", "\\\n  cp a b"),
    (f"# first\n{WSL}a\n\n# then\n{WSL}b\n", "# first\na\n\n# then\nb\n"),
    (f"{WSL}a | {WSL}b", "a | b"),
    (f"{WSL}a && {WSL}b || {WSL}c; {WSL}d & {WSL}e", "a && b || c; d & e"),
    (f"({WSL}a); {{ {WSL}b; }}", "(a); { b; }"),
    (f"for c in a b; do {WSL}x $c; done", "for c in a b; do x $c; done"),
    (f"for c in a b\ndo\n  {WSL}x \"$c\" > $c.json\ndone", "for c in a b\ndo\n  x \"$c\" > $c.json\ndone"),
    (f"if {WSL}test -e f; then {WSL}a; else {WSL}b; fi", "if test -e f; then a; else b; fi"),
    (f"while ! {WSL}test -e f; do sleep 1; done", "while ! test -e f; do sleep 1; done"),
    (f"case $x in\n a) {WSL}b;;\nesac", "case $x in\n a) b;;\nesac"),
    (f"x=$({WSL}date +%s)", "x=$(date +%s)"),
    (f'echo "at $({WSL}date)" and `{WSL}id`', 'echo "at $(date)" and `id`'),
    (f'echo "$(echo "$({WSL}id)")"', 'echo "$(echo "$(id)")"'),
    (f"LANG=C {WSL}sort f", "LANG=C sort f"),
    (f"sudo {WSL}rm f", "sudo rm f"),
    (f"time {WSL}rm f", "time rm f"),
    (f"2>/dev/null {WSL}rm f", "2>/dev/null rm f"),
    (f"diff <({WSL}a) <({WSL}b)", "diff <(a) <(b)"),
    (f"cat <<END | {WSL}tee f\nbody\nEND\n{WSL}b", "cat <<END | tee f\nbody\nEND\nb"),
    (f"{WSL}{WSL}ls", "ls"),
    (f"{WSL}bash -c '{WSL}ls'", f"bash -c '{WSL}ls'"),
])
def test_wherever_a_command_starts(command, runs):
    done = rewrite(command, None)
    assert (done.command, done.original) == (runs, command)
    assert done.notes, "what was changed is told"
    assert all(note.startswith("from ") for note in done.notes)


@pytest.mark.parametrize("command", [
    "curl -s 'http://h/x?a=1&b=2' | jq '.wsl'",
    f'echo "{WSL}ls"', f"echo '{WSL}ls'", f"echo {WSL}ls", f"# {WSL}ls", f"ls # {WSL}ls", f"echo a\\;{WSL}ls",
    f"grep '{WSL}' runbook.md", f"cat <<'END'\n{WSL}ls\nEND", f"cat <<-END\n\t{WSL}ls\n\tEND",
    "wsl --list --verbose", "wsl --shutdown", "wsl -d Ubuntu", "wsl", "wsl --", "wslpath -w /tmp",
    "./wsl -d Ubuntu -- ls", "mywsl -d Ubuntu -- ls", "wsl -d Ubuntu -u root -- ls", "wsl -d Ubuntu --cd / -- ls",
    f"echo $'{WSL}ls'", f"echo ${{x:-{WSL}}}", f"cat <<< '{WSL}ls'", "echo \"unclosed wsl -d U -- ls",
    "", "\n\n", "wsl -d Ubuntu --x ls",
])
def test_everything_else_stays_to_the_byte(command):
    done = rewrite(command, None)
    assert (done.command, done.notes) == (command, ())


def test_the_note_names_what_stood_there_once():
    done = rewrite(f"{WSL}a\n{WSL}b\nwsl -- c", None)
    assert done.notes == ("from wsl -d Ubuntu -- …", "from wsl -- …")


def test_on_windows_nothing_changes():
    assert _inside(f"{WSL}ls", "win32", {}) == (f"{WSL}ls", [])


def test_inside_another_distribution_nothing_changes():
    """`wsl -d Debian` from within Ubuntu is another machine's files: that is for a person to see, not to rewrite."""
    assert _inside(f"{WSL}ls", "linux", {"WSL_DISTRO_NAME": "ubuntu"})[0] == "ls"
    assert _inside(f"{WSL}ls", "linux", {"WSL_DISTRO_NAME": "Debian"}) == (f"{WSL}ls", [])
    assert _inside("wsl -- ls", "linux", {"WSL_DISTRO_NAME": "Debian"})[0] == "ls"


def test_the_packs_rules_come_after_and_in_their_order(loaded):
    rules = loaded("""
[[rewrite]]
pattern = 'localhost:(\\d+)'
replace = '127.0.0.1:9\\1'
note = "the practice world"
[[rewrite]]
pattern = '127\\.0\\.0\\.1:93100'
replace = "127.0.0.1:5"
[[rewrite]]
pattern = 'never'
replace = "x"
""")
    done = rewrite(f"{WSL}curl http://localhost:3100/x http://localhost:3101/y", rules)
    assert done.command == "curl http://127.0.0.1:5/x http://127.0.0.1:93101/y"
    assert done.notes == ("from wsl -d Ubuntu -- …", "the practice world", "from 127.0.0.1:93100")


def test_probes_are_led_the_same_way(loaded):
    pack = loaded("""
base = "http://localhost:3100"
""".replace("base", "[vars]\nroot = '/srv'\n#base") + """
[[rewrite]]
pattern = 'localhost:3100'
replace = "127.0.0.1:41000"
[[rewrite]]
pattern = '/srv'
replace = "/tmp/world"
[[probe]]
id = "a"
kind = "http"
url = "http://localhost:3100/x"
[[probe]]
id = "b"
kind = "tcp"
host = "localhost"
port = 3100
[[probe]]
id = "c"
kind = "disk"
path = "{root}/state"
[[probe]]
id = "d"
kind = "command"
argv = ["wsl", "-d", "x"]
""")
    web, tcp, disk, command = pack.probes
    assert web.options["url"] == "http://127.0.0.1:41000/x"
    assert (tcp.options["host"], tcp.options["port"]) == ("127.0.0.1", 41000)
    assert disk.options["path"] == "/tmp/world/state"
    assert list(command.options["argv"]) == ["wsl", "-d", "x"]


@given(st.text("ab '\"`$(){}|;&<>#\\\n=wsl-dU", max_size=60))
def test_any_text_is_survived_and_only_prefixes_ever_vanish(text):
    done = rewrite(text, None)
    if not done.notes:
        assert done.command == text
    else:
        assert len(done.command) < len(text)


@given(st.lists(st.sampled_from(["a", "b 'c d'", 'e "f"', "$(g)", "h > i"]), min_size=1, max_size=5),
       st.sampled_from([" | ", " && ", "; ", "\n", " & "]))
def test_with_and_without_the_prefix_is_the_same_command(commands, between):
    assert rewrite(between.join(WSL + c for c in commands), None).command == between.join(commands)
    assert re.search("wsl", rewrite(between.join(commands), None).command) is None
