"""The first use: from `handrail drill` to a verified Gmail kill switch, reading only the screen, by keys alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.newcomer import AGAIN, Newcomer, Rule
from support.pace import crowding
from support.secure_shell import NoServer, a_server, as_words
from support.terminal import Terminal

# What a person takes to read a screen and find the key (s), beside what the program takes.
READING = 2.0
BUDGET = 60.0

DECLARE = (
    Rule(r"■ proposed .* d declares", ("d",), "d declares"),
    Rule(r"What does it look like\?.*^▌ AC P1  Gmail.*enter next", ("enter",), "enter next"),
    Rule(r"What does it look like\?.*enter declare", ("enter",), "enter declare"),
)
LOOP = (
    Rule(r"y do it", ("y",), "y do it"),
    Rule(r"type (\w+) and enter to run it", (r"\1", "enter"), "type the word and enter"),
    Rule(r"^ enter looks right", ("enter",), "enter looks right"),
    Rule(r"^ enter run ", ("enter",), "enter run"),
    Rule(r"esc steps", ("esc",), "esc steps"),
)
COLLECT = Rule(r"EVIDENCE FIRST.*▌ 1  collect first", ("enter",), "1 collect first")
GO_ON = (
    Rule(r"EVIDENCE FIRST.*▌ 1  collect first", ("2",), "2 active harm"),
    Rule(r"EVIDENCE FIRST.*▌ 2  active harm", ("enter",), "enter take it"),
)
DONE = r"✓ kill switch [\d.]+s of 60s.*^ ■ Gmail kill switch ON.*✓ +\d+ Verify that Gmail is disconnected +passed"
COMMAND = ("drill", "--fault", "gmail-compromise")


def walked(newcomer: Newcomer, how: str) -> None:
    """Walk, print the walk, and hold it to its budget with the time a person reads; on a loaded machine, with what the
    program would have taken on another."""
    before = crowding()
    took = newcomer.walk(DONE, 180)
    seconds = took / max(before, crowding())
    with_reading = seconds + newcomer.frames * READING
    print(f"\n{how}: {len(newcomer.pressed)} keys on {newcomer.frames} screens, {took:.1f} s of the program, "
          f"{with_reading:.1f} s with {READING:.0f} s of reading a screen\n{newcomer.report()}")
    assert with_reading < BUDGET, f"{with_reading:.1f} s"


@pytest.mark.parametrize(("how", "evidence"), [("harm goes on", GO_ON), ("collects first", (COLLECT,))])
def test_a_newcomer_reaches_a_verified_kill_switch_in_a_minute(handrail, env, how, evidence) -> None:
    with Terminal([handrail, *COMMAND], (80, 24), env) as terminal:
        newcomer = Newcomer(terminal, (*DECLARE, *evidence, *LOOP))
        walked(newcomer, how)
        assert "Still owed: Gmail kill switch ON" in terminal.wait_for("m c restores")


def test_a_key_too_many_is_not_needed_and_one_too_few_gets_nowhere(handrail, env) -> None:
    """The control: who does not answer the question about evidence runs nothing."""
    with Terminal([handrail, *COMMAND], (80, 24), env) as terminal:
        newcomer = Newcomer(terminal, (*DECLARE, *LOOP))
        newcomer.walk("EVIDENCE FIRST")
        with pytest.raises(AssertionError, match="not there"):
            newcomer.walk(DONE, 2 * AGAIN)
        assert "EVIDENCE FIRST" in terminal.text()
        runs = list(Path(env["HANDRAIL_STATE"]).glob("drill/*/state/runs/*/*/meta.json"))
        assert runs == []


def test_the_same_over_ssh(handrail, env, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    try:
        with a_server(keys) as (login, _):
            remote = f"{as_words({**env, 'TERM': 'xterm-256color'})} {handrail} {' '.join(COMMAND)}"
            with Terminal([*login, remote], (80, 24)) as terminal:
                newcomer = Newcomer(terminal, (*DECLARE, *GO_ON, *LOOP))
                walked(newcomer, "over ssh")
                assert b"\x1b[?1000h" not in terminal.raw, "no mouse over ssh"
    except NoServer as reason:
        pytest.skip(str(reason))
