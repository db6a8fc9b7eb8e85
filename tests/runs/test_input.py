"""Answering a step, and what is kept of the answers."""

from __future__ import annotations

import json
import shlex
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from support.quick import until_within
from support.runs import ended, holds, says, start
from support.waiting import wait_until

from handrail.runs.control import Waker, end_input, resize, stop, type_in
from handrail.runs.record import RunFiles

ASKS_PASSWORD = "read -rs -p 'Password: ' secret; echo; [ \"$secret\" = 'tr0ub4dor&3' ] && echo welcome || echo wrong"
PASSWORD = b"tr0ub4dor&3"


def _log(files: RunFiles) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (files.folder / "in.log").read_text().splitlines()]


def test_an_answer_arrives_and_is_remembered_with_its_name(runs: Path) -> None:
    files = start(runs / "run", "read -p 'Go on? [y/N] ' answer; echo got $answer")
    says(files, b"[y/N] ")
    assert type_in(files.folder, b"y\n", "mara")
    assert ended(files).exit == 0
    assert files.output().splitlines()[-1] == b"got y"
    assert [(answer.by, answer.text) for answer in files.answers()] == [("mara", "y\n")]
    assert abs((files.answers()[0].at - datetime.now(UTC)).total_seconds()) < 60
    with (files.folder / "in.log").open("a") as log:
        log.write('{"at_ns": 1, "by"')
    assert len(files.answers()) == 1


def test_a_question_is_seen_to_wait_after_a_second(runs: Path) -> None:
    prompts = ["Password:", "Continue?", "[y/N]", "Continue connecting (yes/no/[fingerprint])?",
               "\x1b[1mPassphrase for key:\x1b[0m ", "Overwrite (y/n) "]
    asking = {prompt: start(runs / f"run{n}", f"printf '%s' '{prompt}'; read answer")
              for n, prompt in enumerate(prompts)}
    for prompt, files in asking.items():
        says(files, prompt.encode())
        state = wait_until(lambda files=files: (now := files.state()).waits and now, what=prompt)
        assert state.word == "running" and state.silent >= 1 and state.echo
        assert state.waits in prompt and "\x1b" not in state.waits


def test_what_is_no_question_does_not_wait(runs: Path) -> None:
    working = [start(runs / f"run{n}", f"printf '{output}'; sleep 60")
               for n, output in enumerate(["working...", "50%%\\n", "What: it goes on\\n", "ERROR: no\\n", ""])]
    for files in working:
        wait_until(lambda files=files: files.state().silent > 1.2)
        assert files.state().waits == ""


def test_a_hidden_password_is_in_no_file(runs: Path) -> None:
    files = start(runs / "run", ASKS_PASSWORD)
    state = wait_until(lambda: (now := files.state()).waits and now, what="it waits, without a second of silence")
    assert (state.waits, state.echo) == ("Password:", False)
    assert type_in(files.folder, PASSWORD + b"\n", "mara")
    ended(files)
    assert b"welcome" in files.output()
    assert _log(files)[0]["text"] is None and _log(files)[0]["bytes"] == len(PASSWORD) + 1
    for path in files.folder.iterdir():
        if path.is_file() and path.name != "step.sh":  # this step's text holds what it compares with
            assert PASSWORD not in path.read_bytes(), path.name
    assert files.state().echo


def test_an_answer_typed_before_the_terminal_hides_it_is_not_logged(runs: Path) -> None:
    """The question is there, echo is not off yet: the log withholds what a question for a secret is answered with."""
    files = start(runs / "run", "printf 'Enter passphrase: '; sleep 0.5; stty -echo; read -r secret; stty echo")
    says(files, b"passphrase: ")
    assert type_in(files.folder, PASSWORD + b"\n", "mara")
    ended(files)
    assert PASSWORD not in (files.folder / "in.log").read_bytes()


def test_an_editor_that_hides_keys_does_not_wait_for_a_password(runs: Path) -> None:
    files = start(runs / "run", "stty raw -echo; printf 'some text'; sleep 60")
    wait_until(lambda: not files.state().echo)
    wait_until(lambda: files.state().silent > 1.2)
    assert files.state().waits == ""
    stop(files.folder, "mara")


def test_the_end_of_input(runs: Path) -> None:
    files = start(runs / "run", "echo ready; cat; echo after")
    says(files, b"ready")
    type_in(files.folder, b"line\n", "mara")
    says(files, b"line\nline\n")
    assert end_input(files.folder, "mara")
    assert ended(files).exit == 0
    assert files.output().endswith(b"after\n")


def test_a_long_paste_arrives_whole(runs: Path) -> None:
    files = start(runs / "run", "stty -echo -icanon; echo ready; head -c 50000 | md5sum")
    says(files, b"ready")
    text = bytes(97 + n % 26 for n in range(50_000))
    assert type_in(files.folder, text, "mara")
    assert ended(files).exit == 0
    import hashlib
    assert hashlib.md5(text).hexdigest().encode() in files.output()


def test_a_step_that_never_reads_cannot_be_filled_without_end(runs: Path) -> None:
    files = start(runs / "run", "stty raw -echo; echo ready; while :; do echo alive; sleep 0.05; done")
    says(files, b"alive")
    assert not all([type_in(files.folder, b"x" * 8000, "mara") for _ in range(20)])  # noqa: C419
    before = files.state().output_bytes
    assert holds(lambda: files.state().output_bytes > before, 30)
    stop(files.folder, "mara")
    ended(files)


def test_nothing_can_be_typed_into_an_ended_run(runs: Path) -> None:
    files = start(runs / "run", "true")
    ended(files)
    assert not type_in(files.folder, b"y\n", "mara")
    assert not (files.folder / "in.log").exists()


def test_a_resized_terminal(runs: Path) -> None:
    files = start(runs / "run", "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done", size=(80, 24))
    says(files, b"ready")
    assert resize(files.folder, 132, 43)
    ended(files)
    assert b"43 132" in files.output()


def test_a_waker_is_called_for_the_first_byte_the_prompt_and_the_end(runs: Path) -> None:
    folder = runs / "run"
    called = threading.Event()
    waker = Waker(folder, called.set)  # before there is a run
    files = start(folder, "echo first; read -rs -p 'PIN: ' pin; sleep 0.3; exit 3")
    for reached in (lambda: b"first" in files.output(), lambda: files.state().waits, lambda: True):
        while not reached():
            assert called.wait(30)
            called.clear()
    type_in(folder, b"1234\n", "mara")
    while files.state().word == "running":
        assert called.wait(30), "woken until the end is seen"
        called.clear()
    waker.close()


def test_a_waker_wakes_at_once_and_not_too_often(runs: Path) -> None:
    files = start(runs / "run", "while read go && [ -z \"$go\" ]; do echo now; done; sleep 0.3; "
                                "for i in $(seq 200); do echo $i; sleep 0.01; done")
    moments: list[float] = []
    waker = Waker(files.folder, lambda: moments.append(time.monotonic()))
    wait_until(lambda: moments)
    for watch in until_within(0.1):
        wait_until(lambda: files.state().silent > 0.2)
        with watch:
            typed = time.monotonic()
            type_in(files.folder, b"\n", "mara")
            wait_until(lambda typed=typed: moments[-1] > typed)
    type_in(files.folder, b"flood\n", "mara")
    says(files, b"\n200\n")
    flood = [moment for moment in moments if moments[-1] - 2 < moment <= moments[-1]]
    assert 3 <= len(flood) <= 55, len(flood)
    ended(files)
    waker.close()


def test_a_waker_without_a_socket_looks_at_the_files(runs: Path) -> None:
    files = start(runs / "run", "echo one; sleep 0.5; echo two; sleep 0.3")
    says(files, b"one")
    (files.folder / "sock").rename(runs / "away")
    seen: list[bytes] = []
    Waker(files.folder, lambda: seen.append(files.output() + files.state().word.encode()))
    wait_until(lambda: b"one\nrunning" in seen and b"one\ntwo\nended" in seen, what=str(seen))


def test_a_closed_waker_calls_no_more_and_its_thread_ends(runs: Path) -> None:
    before = set(threading.enumerate())
    wakers = [Waker(runs / "never", lambda: None), Waker(start(runs / "run", "sleep 60").folder, lambda: None)]
    threads = [thread for thread in set(threading.enumerate()) - before if thread.name == "handrail-waker"]
    assert len(threads) == 2
    for waker in wakers:
        waker.close()
    wait_until(lambda: not any(thread.is_alive() for thread in threads))
    stop(runs / "run", "mara")


def test_a_host_key_that_nobody_has_seen_is_asked_about_and_answered(runs: Path, sshd: list[str]) -> None:
    """ssh asks on the terminal itself, so the step waits for a person; "no" ends it, "yes" goes in and is logged."""
    known = runs / "known"
    login = [word.replace("StrictHostKeyChecking=no", "StrictHostKeyChecking=ask")
             .replace("UserKnownHostsFile=/dev/null", f"UserKnownHostsFile={known}")
             for word in sshd if word not in ("-tt", "-q")]
    login = [word for at, word in enumerate(login)
             if word != "BatchMode=yes" and not (word == "-o" and login[at + 1] == "BatchMode=yes")]
    for answer, exit in ((b"no\n", 255), (b"yes\n", 0)):
        files = start(runs / answer.strip().decode(), f"{shlex.join(login)} echo inside")
        state = wait_until(lambda files=files: (now := files.state()).waits and now, 30)
        assert "(yes/no" in state.waits and state.echo
        assert type_in(files.folder, answer, "mara")
        assert ended(files, 30).exit == exit
        assert [(said.by, said.text) for said in files.answers()] == [("mara", answer.decode())]
        assert (b"inside" in files.output()) is (exit == 0)
    assert known.exists()
