"""A run is born whole, does exactly what was asked, and tells exactly how it ended."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import stat
from pathlib import Path

import pytest
from support.quick import until_within
from support.runs import ended, run, says, start, step
from support.waiting import wait_until

from handrail.errors import RunError
from handrail.runs.launch import RunSpec, launch
from handrail.runs.record import RunFiles


@pytest.mark.parametrize("script, exit", [
    ("true", 0), ("false", 1), ("exit 3", 3), ("exit 255", 255), ("nonsense-command", 127), ("(exit 42)", 42),
    ("false; true", 0), ("set -e; false; exit 9", 1), ("return 5", 5), ("if then", 2), ("", 0),
])
def test_exit_status_is_exact(runs: Path, script: str, exit: int) -> None:
    state, _ = run(runs / "run", script)
    assert (state.word, state.exit, state.signal) == ("ended", exit, None)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGSEGV])
def test_signal_is_exact(runs: Path, number: signal.Signals) -> None:
    state, _ = run(runs / "run", f"ulimit -c 0; kill -{number.name[3:]} $$; echo survived")
    assert (state.word, state.exit, state.signal) == ("ended", None, number)


def test_output_is_the_steps_own_and_nothing_else(runs: Path) -> None:
    _, output = run(runs / "run", "echo out; echo err >&2; printf 'no newline'")
    assert output == b"out\nerr\nno newline"


@pytest.mark.parametrize("options", ["set -x", "set -v", "set -xv", "set -eu", "set -o posix", "set -f; IFS=x"])
def test_shell_options_do_not_bring_our_own_commands_into_the_output(runs: Path, options: str) -> None:
    """Tracing shows the step's lines and stops where the step ends."""
    _, output = run(runs / "run", f"{options}\necho hello\n")
    assert b"handrail" not in output
    assert b"hello\n" in output


def test_bytes_arrive_as_they_were_written(runs: Path) -> None:
    """No carriage returns are added, nothing is decoded."""
    _, output = run(runs / "run", r"printf '\x00\xff\x80\r\n\x1b[31mred\n'")
    assert output == b"\x00\xff\x80\r\n\x1b[31mred\n"


def test_two_thousand_lines_arrive_byte_for_byte(runs: Path) -> None:
    wanted = "".join(f"{n}\n" for n in range(1, 2001)).encode()
    for n in range(10):
        state, output = run(runs / f"run{n}", "seq 2000")
        assert output == wanted
        assert (state.output_bytes, state.output_lines) == (len(wanted), 2000)


def test_a_step_that_ends_at_once_is_seen_to_end(runs: Path) -> None:
    """`true` may be over before its supervisor looks: no end may be missed, none may hang."""
    for batch in range(5):
        files = [start(runs / f"run{batch}-{n}", "true") for n in range(10)]
        assert [ended(each).exit for each in files] == [0] * 10


@pytest.mark.nightly
def test_a_step_that_ends_at_once_is_seen_to_end_five_hundred_times(runs: Path) -> None:
    for batch in range(50):
        files = [start(runs / f"run{batch}-{n}", "true") for n in range(10)]
        assert [ended(each).exit for each in files] == [0] * 10


@pytest.mark.nightly
def test_two_thousand_lines_arrive_byte_for_byte_five_hundred_times(runs: Path) -> None:
    wanted = hashlib.sha256("".join(f"{n}\n" for n in range(1, 2001)).encode()).hexdigest()
    for n in range(500):
        _, output = run(runs / f"run{n}", "seq 2000")
        assert hashlib.sha256(output).hexdigest() == wanted


def test_launch_returns_at_once(runs: Path) -> None:
    for n, watch in enumerate(until_within(0.02)):
        with watch:
            start(runs / f"run{n}", "true")


def test_files_are_private_whatever_the_umask(runs: Path) -> None:
    before = os.umask(0)
    try:
        files = start(runs / "deep" / "down" / "run", "umask; read answer; cd /tmp", cwd=runs)
        says(files, b"0000")
        assert _modes(files.folder) == {"0o700"} | {"0o600"}
        os.kill(step(files), signal.SIGKILL)
        ended(files)
    finally:
        os.umask(before)
    assert _modes(files.folder) == {"0o700", "0o600"}
    assert stat.S_IMODE((runs / "deep").stat().st_mode) & 0o077 == 0


def _modes(folder: Path) -> set[str]:
    return {oct(stat.S_IMODE(path.lstat().st_mode)) for path in [folder, *folder.iterdir()]
            if not path.is_socket()}


def test_the_step_gets_the_umask_of_the_console(runs: Path) -> None:
    before = os.umask(0o027)
    try:
        _, output = run(runs / "run", "umask")
    finally:
        os.umask(before)
    assert output == b"0027\n"


def test_one_run_runs_once(runs: Path) -> None:
    """Two consoles that launch the same run: the folder can be born once, and the step runs once."""
    script = "echo x >> count; sleep 0.2"
    spec = RunSpec(folder=runs / "run", script=script, cwd=runs)
    launch(spec)
    for _ in range(2):
        with contextlib.suppress(RunError):  # one that comes late is refused before it is launched
            launch(spec)
    ended(RunFiles(spec.folder))
    with pytest.raises(RunError, match="exists already"):
        launch(spec)
    wait_until(lambda: not [path for path in runs.iterdir() if path.name.startswith(".")], what="no half-born run")
    assert (runs / "count").read_text() == "x\n"


def test_a_directory_that_is_not_there_is_said(runs: Path) -> None:
    launch(RunSpec(folder=runs / "run", script="echo ran", cwd=runs / "nowhere"))
    state = ended(RunFiles(runs / "run"))
    assert state.word == "did not start"
    assert "nowhere" in state.why and "No such file" in state.why


def test_a_shell_that_is_not_there_gives_way_to_bash(runs: Path) -> None:
    _, output = run(runs / "run", "echo ${BASH_VERSION:+bash}", shell="fancy-shell-nobody-has")
    assert output == b"bash\n"


def test_another_language_runs_without_carrying(runs: Path) -> None:
    state, output = run(runs / "run", "print(6 * 7)", shell="python3")
    assert (state.exit, output, state.captured) == (0, b"42\n", False)


def test_the_terminal_is_a_terminal_of_the_given_size(runs: Path) -> None:
    _, output = run(runs / "run", "[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && stty size; echo ${COLUMNS-unset}",
                    size=(97, 31), env={"X": "1"})
    assert output.startswith(b"31 97\n")


def test_environment_speaks_of_the_step_not_of_the_console(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    monkeypatch.setenv("COLUMNS", "33")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("KEPT", "as it was")
    _, output = run(runs / "run", "echo ${TMUX-none} $TERM $KEPT $ADDED ${PATH%%:*} $PAGER",
                    env={"ADDED": "by the pack"}, path=("/opt/pack/tools",))
    assert output == b"none xterm-256color as it was by the pack /opt/pack/tools cat\n"


def test_signals_and_descriptors_start_fresh(runs: Path) -> None:
    """A step must not inherit what a console or supervisor ignores, nor files that they hold open."""
    script = "grep -E 'SigIgn|SigBlk' /proc/self/status | cut -f2; ls /proc/self/fd"
    _, output = run(runs / "run", script)
    assert output.split() == [b"0" * 16, b"0" * 16, b"0", b"1", b"2", b"3"]  # 3 is ls reading the folder


def test_a_large_script_runs(runs: Path) -> None:
    script = "\n".join(f": {'x' * 100} {n}" for n in range(20_000)) + "\necho end"
    assert run(runs / "run", script)[1] == b"end\n"


def test_a_very_long_folder_name_still_has_a_working_socket(runs: Path) -> None:
    """A socket address holds 107 bytes; state folders can be longer."""
    from handrail.runs.control import stop

    files = start(runs / ("d" * 120) / ("e" * 120) / "run", "sleep 60", cwd=runs)
    step(files)
    assert stop(files.folder, "mara")
    assert ended(files).stopped_by == "mara"


def test_no_zombie_is_left_in_the_console(runs: Path) -> None:
    for n in range(5):
        ended(start(runs / f"run{n}", "true"))
    wait_until(lambda: not _zombies(), what="every launcher is reaped")


def _zombies() -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] == "Z" and int(fields[1]) == os.getpid():
                found.append(entry.name)
    return found


def test_meta_tells_what_ran_and_no_value_of_the_environment(runs: Path) -> None:
    state, _ = run(runs / "run", "true", actor="mara", incident="INC-1", item="c1:abc", title="Stop the watch",
                   env={"API_TOKEN": "value-of-the-token"})
    files = RunFiles(runs / "run")
    meta = files.meta()
    assert meta is not None
    assert [meta[key] for key in ("actor", "incident", "item", "title")] == [
        "mara", "INC-1", "c1:abc", "Stop the watch"]
    assert "API_TOKEN" in meta["environment"]
    assert "value-of-the-token" not in (files.folder / "meta.json").read_text()
    assert 0 < state.seconds < 5
