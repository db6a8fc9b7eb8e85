"""A secret reaches the step and nothing else: no file, no argument of ours, no output."""

from __future__ import annotations

import base64
import os
import random
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.quick import until_within
from support.runs import belonging_to, ended, run, says, start, supervisor
from support.waiting import wait_until

from handrail.runs.control import type_in
from handrail.runs.supervision.masking import MASK, Mask

CANARY = "canary-7f3a'9c\"$x"  # with what shells quote
KEY = "AKIA" + "ABCDEFGHIJKLMNOP"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
PEM = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY/PuoAoGCCqGSM49\n" \
      "-----END EC PRIVATE KEY-----"


def _everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def _arguments() -> bytes:
    found = b""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found += (entry / "cmdline").read_bytes()
            except OSError:
                continue
    return found


@pytest.mark.parametrize("shell", ["bash", "dash", "zsh"])
def test_a_canary_is_nowhere(runs: Path, shell: str) -> None:
    """In a variable, in the step's text, printed, exported, in a function, typed, in the title: nowhere on disk."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed here")
    quoted = "'" + CANARY.replace("'", "'\\''") + "'"
    script = (f"echo \"$TOKEN\"; A=$TOKEN; export B=\"x $TOKEN y\"; C={quoted}\n"
              f"f() {{ echo {quoted}; }}\nprintf '%s' \"$TOKEN\"; read answer; echo \"$answer\" >&2; KEPT=yes")
    files = start(runs / "one", script, shell=shell, env={"TOKEN": CANARY}, secrets=(CANARY,), title=f"use {CANARY}")
    wait_until(lambda: files.state().output_bytes)
    assert CANARY.encode() not in _arguments()
    assert type_in(files.folder, CANARY.encode() + b"\n", "mara")
    state = ended(files)
    assert state.exit == 0 and state.captured
    assert CANARY.encode() not in _everything(runs)
    assert CANARY.encode().translate(None, b"'\"\\$") not in _everything(runs).translate(None, b"'\"\\$")
    assert files.output().count(MASK) >= 3
    again, output = run(runs / "two", "echo ${A-gone} ${B-gone} $KEPT", shell=shell, carry_from=runs / "one",
                        secrets=(CANARY,))
    assert (again.exit, output) == (0, b"gone gone yes\n")


def test_without_the_mask_the_canary_would_be_found(runs: Path) -> None:
    """The control of the test above."""
    run(runs / "one", "echo \"$TOKEN\"; A=$TOKEN", env={"TOKEN": CANARY})
    assert CANARY.encode() in _everything(runs)


def test_a_secret_written_slowly_is_masked_and_nothing_is_held_for_long(runs: Path) -> None:
    """Halves that come within 50 ms are still one secret; an ordinary half line comes through in that time."""
    script = "printf 'canary-'; sleep 0.01; printf '7f3a\\n'; printf 'go on? can'; read x"
    seen = []
    for n in range(10):  # on a machine that stands still the halves come later than that
        files = start(runs / f"run{n}", script, secrets=("canary-7f3a",))
        says(files, b"go on? can")
        seen.append(files.output())
        os.kill(supervisor(files), 9)
        if seen[-1] == MASK + b"\ngo on? can":
            return
    raise AssertionError(seen)


@pytest.mark.parametrize("secret", [KEY, TOKEN, PEM])
def test_what_looks_like_a_secret_is_masked(runs: Path, secret: str) -> None:
    _, output = run(runs / "run", f"cat <<'EOF'\nbefore\n{secret}\nafter\nEOF")
    assert output == b"before\n" + MASK + b"\nafter\n"


def test_a_secret_in_a_url_and_in_a_header_is_masked(runs: Path) -> None:
    """As `curl -v` shows them: percent-encoded, and in the base64 of `user:password`."""
    secret = "p@ss w/rd+longer"
    encoded = [base64.b64encode(f"{user}:{secret}".encode()).decode() for user in ("a", "bc", "def")]
    script = "\n".join(f"echo '{text}'" for text in (
        *encoded, "k=p%40ss%20w%2Frd%2Blonger", "k=p%40ss+w%2Frd%2Blonger"))
    output = run(runs / "run", script, secrets=(secret,))[1].splitlines()
    assert len(output) == 5 and all(MASK in line for line in output)
    assert run(runs / "control", script)[1].splitlines()[0].decode() == encoded[0]


WORD = "pä<ss> & w'o\"r$d"
LONG = "tok-" + "".join(chr(97 + at * 7 % 26) for at in range(160))
OF_LINES = "".join(f"line {at} of a key {at * 7919}\n" for at in range(6))
WRITTEN = [
    ("printf %q", WORD, "printf '%q\\n' \"${S#p?}\"", "w\\'o\\\"r\\$d"),
    ("JSON in ASCII", WORD, "python3 -c 'import json, os; print(json.dumps(os.environ[\"S\"]))'", "p\\u00e4<ss>"),
    ("XML", WORD, "python3 -c 'import html, os; print(html.escape(os.environ[\"S\"]))'", "&lt;ss&gt;"),
    ("base64 on several lines", LONG, "printf %s \"$S\" | base64", "dG9rL"),
    ("base64 of several lines", OF_LINES, "printf %s \"$S\" | base64 -w0", "bGluZSAwIG9m"),
    ("base64 of several lines on several lines", OF_LINES, "printf %s \"$S\" | base64", "bGluZSAwIG9m"),
]


@pytest.mark.parametrize(("how", "secret", "script", "part"), WRITTEN, ids=[how for how, *_ in WRITTEN])
def test_a_secret_is_masked_however_programs_write_it(
        runs: Path, how: str, secret: str, script: str, part: str) -> None:
    entered = (secret, secret.removeprefix("pä"))
    output = run(runs / "run", script, env={"S": secret}, secrets=entered)[1]
    assert MASK in output
    assert part.encode() not in output
    assert len(output.replace(MASK, b"").strip(b'"\n')) < 6, "nothing of it stands there but the end of a line"
    assert part.encode() in run(runs / "control", script, env={"S": secret})[1], how


def test_masking_costs_ordinary_output_nothing(runs: Path) -> None:
    text = "AKI eyes-----BEGIN nothing\nAKIA short\neyJ\n" * 50
    _, output = run(runs / "run", f"cat <<'EOF'\n{text}EOF")
    assert output == text.encode()


@given(st.binary(max_size=200), st.lists(st.integers(1, 40), max_size=30), st.integers(0, 5))
def test_however_the_stream_is_cut_no_secret_gets_through(noise: bytes, cuts: list[int], count: int) -> None:
    secrets = [b"abcabd", b"bdxyz-long-secret", b"KEY\nLINE2"]
    dice = random.Random(len(noise) + count)
    data = b"".join(noise[:dice.randrange(len(noise) + 1)] + dice.choice(secrets) for _ in range(count)) + noise
    mask, written, rest = Mask(secrets), b"", data
    for cut in cuts:
        written += mask.feed(rest[:cut])
        rest = rest[cut:]
    written += mask.feed(rest) + mask.rest()
    assert not any(secret in written for secret in secrets)
    if not any(secret in data for secret in (*secrets, b"LINE2", b"AKIA", b"eyJ", b"-----BEGIN ")):
        assert written == data


def test_masking_a_flood_is_fast() -> None:
    mask = Mask([b"canary-7f3a", b"another secret", PEM.encode()])
    block = b"an ordinary line of a log with AK and ey and ----- in it, 2026-11-21T03:12:04Z\n" * 800
    for watch in until_within(len(block) * 100 / 50e6, clock=time.process_time):  # 50 MB/s
        with watch:
            for _ in range(100):
                mask.feed(block)


def test_the_request_is_neither_a_file_nor_an_argument(runs: Path) -> None:
    """While a step runs, its supervisor's arguments and environment hold nothing of it."""
    files = start(runs / "run", "echo up; sleep 60", secrets=(CANARY,), env={"TOKEN": CANARY})
    says(files, b"up")
    proc = Path(f"/proc/{supervisor(files)}")
    assert CANARY.encode() not in (proc / "cmdline").read_bytes() + (proc / "environ").read_bytes()
    assert any(CANARY.encode() in (Path(f"/proc/{pid}") / "environ").read_bytes()
               for pid in belonging_to(files.folder)), "the step itself has it"
