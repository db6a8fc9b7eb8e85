"""What ends steps or loses the record is found from the host's own files, and said with the command that mends it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.runs import ended, says, start
from support.terminal import Terminal

from handrail.doctor import logout, programs, storage, terminal
from handrail.doctor.examine import where_it_cannot_hold, worst
from handrail.doctor.finding import Finding
from handrail.paths import State
from handrail.runs import control, logind

HANDRAIL = str(Path(sys.executable).parent / "handrail")
SESSION = "0::/user.slice/user-1000.slice/session-4.scope\n"
MANAGER = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.scope\n"
MOUNTS = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:1 / /mnt/{kind} rw{flags} - {kind} x rw\n"


def host(root: Path, group: str, conf: str = "", drop_in: str = "", linger: bool = False) -> Path:
    """A host's files as systemd lays them out."""
    for folder in ("proc/self", "run/systemd/system", "etc/systemd/logind.conf.d", "var/lib/systemd/linger"):
        (root / folder).mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(group)
    (root / "proc/version").write_text("Linux version 6.8.0-generic\n")
    (root / "etc/systemd/logind.conf").write_text(conf)
    if drop_in:
        (root / "etc/systemd/logind.conf.d/50-mine.conf").write_text(drop_in)
    if linger:
        (root / "var/lib/systemd/linger/kim").touch()
    return root


KILL = "[Login]\nKillUserProcesses=yes\n"
LOGOUT = [
    ("logind kills", {"group": SESSION, "conf": KILL}, "bad", "loginctl enable-linger kim"),
    ("logind kills, lingering on: each step gets a scope", {"group": SESSION, "conf": KILL, "linger": True}, "ok", ""),
    ("in a scope of the lingering user", {"group": MANAGER, "conf": KILL, "linger": True}, "ok", ""),
    ("in a scope of a user who does not linger", {"group": MANAGER}, "bad", "loginctl enable-linger kim"),
    ("logind leaves them", {"group": SESSION, "conf": "[Login]\n#KillUserProcesses=yes\n"}, "ok", ""),
    ("a drop-in turns it on", {"group": SESSION, "drop_in": KILL}, "bad", "loginctl enable-linger kim"),
    ("a drop-in turns it off",
     {"group": SESSION, "conf": KILL, "drop_in": "[Login]\nKillUserProcesses=no\n"}, "ok", ""),
    ("only for others", {"group": SESSION, "conf": KILL + "KillOnlyUsers=ade\n"}, "ok", ""),
    ("not for kim", {"group": SESSION, "conf": KILL + "KillExcludeUsers=root kim\n"}, "ok", ""),
    ("no login at all", {"group": "0::/\n", "conf": KILL}, "ok", ""),
]


@pytest.mark.parametrize(("files", "word", "mend"), [case[1:] for case in LOGOUT], ids=[case[0] for case in LOGOUT])
def test_what_a_logout_does_to_steps(tmp_path: Path, files: dict, word: str, mend: str,
                                     monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, "exit 0")
    found = logout.logout(host(tmp_path, **files), "kim")
    assert (found.word, found.mend) == (word, mend), found
    assert ("die at logout" in found.says) is (word == "bad")


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A systemd-run that is found before any other."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "systemd-run"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")


def test_where_there_is_no_systemd_run_a_lingering_account_is_told(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = logout.logout(host(tmp_path, SESSION, KILL, linger=True), "kim")
    assert found.word == "bad" and "without systemd-run" in found.says and found.mend


def test_a_service_manager_that_does_not_answer_is_told_with_what_it_says(tmp_path: Path, monkeypatch) -> None:
    stand_in(tmp_path, monkeypatch, "echo Failed to connect to bus: No medium found >&2; exit 1")
    found = logout.logout(host(tmp_path, SESSION, KILL, linger=True), "kim")
    assert found.word == "bad" and "(Failed to connect to bus: No medium found)" in found.says
    assert found.mend.startswith("export XDG_RUNTIME_DIR=")


def test_a_step_without_its_scope_says_so_as_long_as_it_runs(tmp_path: Path, monkeypatch) -> None:
    stand_in(tmp_path, monkeypatch, "echo Failed to connect to bus: No medium found >&2; exit 1")
    monkeypatch.setattr(logind, "ROOT", host(tmp_path, SESSION, KILL, linger=True))
    monkeypatch.setattr(logind, "account", lambda: "kim")
    files = start(tmp_path / "runs" / "run", "echo went; read line")
    says(files, b"went")
    assert files.state().remarks == ("a logout ends it: systemd-run gave it no scope of its own "
                                     "(Failed to connect to bus: No medium found)",)
    control.stop(files.folder, "kim")
    assert all("logout" not in remark for remark in ended(files).remarks)


@pytest.mark.parametrize("answers", [True, False])
def test_a_step_gets_a_scope_where_a_logout_would_end_it(tmp_path: Path, monkeypatch, answers: bool) -> None:
    """The service manager's own command is used, and where it does not answer the step is started all the same."""
    script = 'echo "$@" >"$0.said"; while [ "$1" != -- ]; do shift; done; shift; exec "$@"' if answers else (
        'echo "$@" >"$0.said"; exit 1')
    stand_in(tmp_path, monkeypatch, script)
    monkeypatch.setattr(logind, "ROOT", host(tmp_path, SESSION, KILL, linger=True))
    monkeypatch.setattr(logind, "account", lambda: "kim")
    files = start(tmp_path / "runs" / "run", "echo went; sleep 1")
    says(files, b"went")
    assert bool(files.state().remarks) is not answers
    assert (ended(files).exit, files.output()) == (0, b"went\n")
    said = (tmp_path / "bin" / "systemd-run.said").read_text()
    assert said.startswith("--user --scope ") and "supervisor.py" in said


@pytest.mark.parametrize("files", [{"group": SESSION, "conf": KILL}, {"group": SESSION, "linger": True},
                                   {"group": MANAGER, "conf": KILL, "linger": True}])
def test_where_it_is_not_needed_or_would_not_help_there_is_none(tmp_path: Path, monkeypatch, files: dict) -> None:
    stand_in(tmp_path, monkeypatch, "exit 1")
    monkeypatch.setattr(logind, "ROOT", host(tmp_path, **files))
    monkeypatch.setattr(logind, "account", lambda: "kim")
    assert logind.scope() == ()


def test_wsl_stops_when_its_last_window_closes(tmp_path: Path) -> None:
    host(tmp_path, SESSION)
    assert logout.idle({}, tmp_path).word == "ok"
    (tmp_path / "proc/version").write_text("Linux version 5.15.153.1-microsoft-standard-WSL2\n")
    found = logout.idle({"WSL_DISTRO_NAME": "Ubuntu 24"}, tmp_path)
    assert found.word == "warn" and "last window" in found.says
    assert "wsl.exe -d 'Ubuntu 24' -e sleep infinity" in found.mend


@pytest.mark.parametrize(("kind", "word"), [("tmpfs", "bad"), ("nfs4", "bad"), ("9p", "bad"), ("overlay", "warn"),
                                            ("ext4", "ok")])
def test_where_the_record_lies(tmp_path: Path, kind: str, word: str) -> None:
    mounts = tmp_path / "mountinfo"
    folder = Path(f"/mnt/{kind}/state")
    mounts.write_text(MOUNTS.format(kind=kind, flags="").replace(f"/mnt/{kind} ", f"{tmp_path} "))
    found = storage.file_system(tmp_path / "state", mounts)
    assert found.word == word, found
    assert bool(found.mend) is (word != "ok")
    assert folder.name in found.says


def test_a_home_on_the_network_and_a_folder_without_programs(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS.format(kind="nfs", flags=",noexec").replace("/mnt/nfs ", f"{tmp_path} "))
    assert storage.home(tmp_path, mounts).word == "warn"
    assert storage.executable(tmp_path, mounts).word == "warn"
    mounts.write_text("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n")
    assert storage.home(tmp_path, mounts).word == "ok"
    assert storage.executable(tmp_path, mounts).word == "ok"


def test_memory_is_found_on_this_very_host() -> None:
    """By the kernel's own list of mounts, where there is a file system in memory."""
    if not Path("/dev/shm").is_dir():
        pytest.skip("there is no /dev/shm here")
    assert storage.file_system(Path("/dev/shm/handrail")).word == "bad"


def test_the_worst_is_said_first() -> None:
    ok, warn, bad = Finding("a", "ok", "A."), Finding("b", "warn", "B."), Finding("c", "bad", "C.")
    assert worst((ok, warn, bad)) is bad
    assert worst((ok, warn)) is warn
    assert worst((ok,)) is None


@pytest.mark.parametrize(("environ", "word"), [
    ({"TERM": "dumb"}, "bad"), ({}, "bad"), ({"TERM": "xterm"}, "warn"), ({"TERM": "xterm-256color"}, "ok"),
    ({"TERM": "xterm", "COLORTERM": "truecolor"}, "ok"), ({"TERM": "xterm", "NO_COLOR": "1"}, "ok"),
])
def test_what_a_terminal_can_show(environ: dict[str, str], word: str) -> None:
    assert terminal.terminal(environ).word == word


def test_the_encoding_goes_by_the_locale() -> None:
    assert terminal.encoding({"LANG": "de_DE.UTF-8"}).word == "ok"
    assert terminal.encoding({"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.ISO-8859-1"}).word == "warn"
    assert terminal.encoding({}).word == "warn"


def test_a_step_is_really_started_and_nothing_of_it_is_left(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.make()
    before = sorted(state.root.iterdir())
    assert programs.starts(state).word == "ok"
    assert sorted(state.root.iterdir()) == before
    assert where_it_cannot_hold(state)


def doctor(tmp_path: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([HANDRAIL, "doctor", "--state", str(tmp_path / "state"), *words], text=True, timeout=60,
                          env={**os.environ, "TERM": "xterm-256color", "HOME": str(tmp_path), **env},
                          capture_output=True, check=False)


def test_the_command_tells_each_check_and_ends_with_1_when_one_is_bad(tmp_path: Path) -> None:
    told = doctor(tmp_path, "--json")
    answer = json.loads(told.stdout)
    checks = {check["check"]: check for check in answer["checks"]}
    wanted = {"terminal", "clock", "logout", "idle stop", "file system", "noexec", "home", "disk", "a step"}
    assert wanted <= set(checks)
    assert all(check["word"] in ("ok", "warn", "bad") and check["says"].endswith(".") for check in checks.values())
    assert told.returncode == int(any(check["word"] == "bad" for check in checks.values()))
    bad = doctor(tmp_path, TERM="dumb")
    assert bad.returncode == 1
    assert "BAD   terminal" in bad.stdout and "export TERM=xterm-256color" in bad.stdout
    assert doctor(tmp_path, "--strict", TERM="xterm").returncode == 1


def test_the_command_names_programs_that_runbooks_start_and_this_host_lacks(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "handrail.toml").write_text('name = "P"\n[scheme.P1]\nrank = 1\n')
    (pack / "one.md").write_text("# One\n\n## Do\n\n```sh\nsudo no-such-tool-here --now | grep x\n```\n")
    said = doctor(tmp_path, "--pack", str(pack)).stdout
    assert "no-such-tool-here (1 step)" in said and "grep (" not in said


def test_the_console_says_the_worst_in_one_line_when_it_opens(tmp_path: Path) -> None:
    """With its record in memory; the control is the same console on a disk."""
    if not Path("/dev/shm").is_dir():
        pytest.skip("there is no /dev/shm here")
    in_memory = Path(f"/dev/shm/handrail-test-{os.getpid()}")
    env = {"HANDRAIL_ACTOR": "kim", "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    try:
        with Terminal([HANDRAIL], (100, 30), {**env, "HANDRAIL_STATE": str(in_memory)}) as console:
            console.wait_for("The record is gone at the next restart", 30)
            console.wait_for("handrail doctor says what mends it.", 30)
    finally:
        subprocess.run(["rm", "-rf", str(in_memory)], check=False)
