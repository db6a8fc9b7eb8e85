"""Monitors and service starts as child programs of a real supervisor: what ends them, what they say, what is left."""

from __future__ import annotations

import json
import shlex
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.runs import belonging_to, end_all, ended, run, says, start, supervisor
from support.waiting import wait_until

import handrail
from handrail.runs.chain import Wanted
from handrail.runs.control import stop
from handrail.runs.record import RunFiles
from handrail.runs.tree import tree
from handrail.runs.verdict import judge

DEFAULTS = {"every": 0.05, "until": "", "hold": 0, "limit": 0, "tries": 0, "ready": "", "wanted": None,
            "flavour": "bash", "shell": "/bin/bash"}


def begin(folder: Path, form: str, command: str, **given: Any) -> RunFiles:
    carry_from = given.pop("carry_from", None)
    settings = json.dumps({**DEFAULTS, **given, "command": command})
    code = (f"import sys; sys.path.append({str(Path(handrail.__file__).parents[1])!r}); "
            f"from handrail.runs.{form} import main; sys.exit(main())")
    return start(folder, shlex.join([sys.executable, "-I", "-S", "-c", code]), form=form, carry_from=carry_from,
                 secrets=tuple(given.get("secrets", ())), env={f"HANDRAIL_{form.upper()}": settings})


def verdict(files: RunFiles) -> tuple[str, str]:
    said = judge(None, ended(files, 30), files.output())
    return said.word, said.why


COUNTS = 'n=$(($(cat count 2>/dev/null) + 1)); echo $n >count; '


def rounds(files: RunFiles) -> int:
    return int((files.folder.parent / "count").read_text())


def test_it_retries_until_what_is_expected_holds(runs: Path) -> None:
    files = begin(runs / "run", "monitor", COUNTS + "[ $n -ge 3 ] && echo up || echo down", until="expected",
                  wanted=("text", "up"), tries=10)
    assert verdict(files) == ("passed", 'the output says "up", 3 rounds')
    assert rounds(files) == 3
    assert files.state().exit == 0


def test_it_gives_up_after_so_many_tries(runs: Path) -> None:
    files = begin(runs / "run", "monitor", COUNTS + "echo down", until="expected", wanted=("text", "up"), tries=3)
    assert verdict(files) == ("failed", 'not so in 3 rounds: the output does not say "up"')
    assert (rounds(files), files.state().exit) == (3, 1)


def test_one_red_restarts_what_has_to_stay_true(runs: Path) -> None:
    """Green, green, red in the third round, green from then on: the time counts from the fourth."""
    for n in range(5):  # a machine that stands still for the time it has to stay true ends it before the third round
        command = COUNTS + "[ $n != 3 ] && echo ok || echo bad; date +%s%N >>times"
        files = begin(runs / str(n) / "run", "monitor", command, until="expected", wanted=("text", "ok"),
                      hold=0.5)
        word, why = verdict(files)
        assert word == "passed" and "true for" in why
        if rounds(files) > 3:
            break
    green = int((files.folder.parent / "times").read_text().split()[3])  # ns
    assert json.loads((files.folder / "exit.json").read_text())["at_ns"] - green >= 500_000_000
    assert b"red, starts over" in files.output()


def test_what_stays_true_from_the_start_passes_after_its_time(runs: Path) -> None:
    began = time.monotonic()
    assert verdict(begin(runs / "run", "monitor", "true", until="succeeds", hold=0.4))[0] == "passed"
    assert time.monotonic() - began >= 0.4


def test_without_an_expectation_a_person_judges_and_red_rounds_are_told(runs: Path) -> None:
    assert verdict(begin(runs / "good", "monitor", "echo fine", tries=3))[0] == "ran"
    word, why = verdict(begin(runs / "bad", "monitor", COUNTS + "[ $n != 2 ]", tries=3))
    assert (word, why) == ("failed", "red in 1 of 3 rounds, the last exit 0")


@pytest.mark.parametrize("until, command", [
    ("fails", "[ $n -lt 3 ]"), ("succeeds", "[ $n -ge 3 ]"), ("changes", "[ $n -ge 3 ] && echo b || echo a"),
])
def test_it_ends_when_the_command_does_what_is_waited_for(runs: Path, until: str, command: str) -> None:
    files = begin(runs / "run", "monitor", COUNTS + command, until=until)
    assert verdict(files)[0] == "passed"
    assert rounds(files) == 3


def test_how_far_it_is_can_be_seen_and_a_stop_ends_it(runs: Path) -> None:
    files = begin(runs / "run", "monitor", "echo up", until="expected", wanted=("text", "up"), hold=600)
    state = wait_until(lambda: (now := files.state()).progress and now, 30)
    assert state.word == "running" and "of 10m00s" in state.progress
    assert stop(files.folder, "mara")
    assert verdict(files) == ("stopped", "by mara")
    assert belonging_to(files.folder) == []


def test_a_round_that_hangs_is_red_and_ended(runs: Path) -> None:
    files = begin(runs / "run", "monitor", "sleep 100", until="succeeds", tries=2, answer_within=0.2)
    assert verdict(files) == ("failed", "not so in 2 rounds: exit 124")
    assert belonging_to(files.folder) == []


def test_what_steps_before_have_left_is_there_in_each_round(runs: Path) -> None:
    run(runs / "before", "plain=5; f() { echo f$plain; }; cd /")
    files = begin(runs / "run", "monitor", "f; pwd", tries=1, carry_from=runs / "before")
    assert verdict(files)[0] == "ran"
    assert b"f5\n  /\n" in files.output()


def test_no_control_bytes_reach_the_transcript_and_the_same_output_is_not_repeated(runs: Path) -> None:
    files = begin(runs / "run", "monitor", "printf '\\033[2J\\033[?1049hred\\007\\r\\n'", tries=3)
    assert verdict(files)[0] == "ran"
    assert files.output().count(b"red") == 1
    assert not set(files.output()) & (set(range(32)) - {10})


def test_a_forged_result_beside_a_failing_exit_is_no_good_news(runs: Path) -> None:
    """The step itself can write into its folder: a green word needs a green exit status."""
    forge = 'echo {\\"word\\": \\"passed\\", \\"why\\": \\"trust me\\"} >$HANDRAIL_RUN/result.json; exit 3'
    files = start(runs / "run", forge, form="monitor")
    assert verdict(files)[0] == "failed"
    plain = start(runs / "plain", forge.replace("exit 3", "exit 0"))
    assert verdict(plain) == ("ran", "exit 0, and nothing says what to expect")


def test_a_monitor_goes_on_without_whoever_began_it_and_its_expectation_decides(runs: Path) -> None:
    files = begin(runs / "run", "monitor", COUNTS + "[ -e go ]", until="succeeds")
    wait_until(lambda: files.state().progress, 30)
    (runs / "go").touch()
    assert verdict(files)[0] == "passed"
    assert judge(Wanted("text", "never there"), files.state(), files.output()).word == "passed"


# -- services


SERVER = ("import http.server, sys, time\n"
          "time.sleep(0.3)\n"
          "s = http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler)\n"
          "print('serving now', flush=True)\n"
          "s.serve_forever()\n")


@pytest.fixture
def server(runs: Path) -> Iterator[str]:
    """The command of a server that needs a moment, on a free port; what runs of it is killed."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    (runs / "server.py").write_text(SERVER)
    yield f"{sys.executable} server.py {port}"
    end_all([folder for folder in runs.iterdir() if folder.is_dir()])


def answers(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("ready", ["", "PORT", "http://127.0.0.1:PORT/", "serving now"])
def test_a_service_start_ends_when_it_is_ready_and_the_server_lives_on(runs: Path, server: str, ready: str) -> None:
    port = server.split()[-1]
    files = begin(runs / "run", "service", server, ready=ready.replace("PORT", port), limit=30)
    guard = supervisor(files)
    word, why = verdict(files)
    assert word == "passed" and " s, as pid " in why, why
    assert files.state().left, "what is left running is named"
    wait_until(lambda: not Path(f"/proc/{guard}").exists(), 10, "the supervisor has nothing left to do")
    assert answers(int(port))
    assert b"serving now" in (files.folder / "service.out").read_bytes()


def test_a_server_that_ends_before_it_is_ready_failed(runs: Path) -> None:
    files = begin(runs / "run", "service", "echo no such module; exit 3", limit=30)
    assert verdict(files) == ("failed", "it ended by itself before it was ready: exit 3")
    assert b"no such module" in files.output()


def test_not_ready_is_not_ready(runs: Path) -> None:
    files = begin(runs / "run", "service", "echo not ready yet; sleep 100", ready="ready", limit=0.6)
    assert verdict(files)[0] == "failed"
    end_all([files.folder])


def test_what_never_opens_a_port_is_not_called_ready(runs: Path) -> None:
    files = begin(runs / "run", "service", "sleep 100", limit=0.5)
    word, why = verdict(files)
    assert word == "inconclusive" and "nothing shows that it is ready" in why
    end_all([files.folder])


def test_a_port_that_somebody_else_opened_is_not_its_own(runs: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        files = begin(runs / "run", "service", "sleep 100", limit=0.5)
        assert verdict(files)[0] == "inconclusive"
    end_all([files.folder])


def test_a_stop_before_it_is_ready_ends_the_server(runs: Path) -> None:
    files = begin(runs / "run", "service", "echo up; sleep 100", ready="never", limit=60)
    says(files, b"up")
    assert stop(files.folder, "mara")
    assert verdict(files) == ("stopped", "by mara")
    wait_until(lambda: belonging_to(files.folder) == [], 10)


# -- secrets


@pytest.mark.parametrize("form", ["monitor", "service"])
def test_a_secret_is_in_no_file_of_what_runs_apart_and_in_no_argument(runs: Path, form: str) -> None:
    """What it says comes through a mask, in halves that come apart too; the command is not in the shell's arguments."""
    canary = "siskin-7f3a"
    command = f"printf siskin-; sleep 0.01; echo '7f3a of {canary}'; sleep 0.4; echo again {canary}; sleep 2"
    expecting = {"until": "expected", "wanted": ("text", "another"), "tries": 1} if form == "monitor" else {
        "ready": canary, "limit": 30}
    files = begin(runs / "run", form, command, secrets=[canary], **expecting)
    seen: list[str] = []

    def over() -> bool:
        seen.extend(process.command for process in tree(files))
        return files.state().word == "ended"
    wait_until(over, 30)
    assert any("/proc/" in line for line in seen), "its shell was seen"
    assert [line for line in seen if "siskin" in line] == []
    if form == "service":
        out = files.folder / "service.out"
        wait_until(lambda: b"again [secret]" in out.read_bytes(), 30, "what it says later comes through as well")
    kept = [path.name for path in files.folder.iterdir() if path.is_file() and b"siskin-" in path.read_bytes()]
    assert kept == []
    assert b"[secret] of [secret]" in files.output()
    end_all([files.folder])
