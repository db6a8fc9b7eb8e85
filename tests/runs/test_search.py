"""Looking for something in output: every match, in both directions, whatever is around it and while it grows."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest
from support.waiting import wait_until

from handrail.runs.patterns import Errors, Literal, says_failure
from handrail.runs.search import READ, Search


class Looking:
    """A search that is waited for."""

    def __init__(self, path: Path, pattern: Literal | Errors) -> None:
        self.search = Search(path, pattern, lambda: None)

    def __enter__(self) -> Looking:
        return self

    def __exit__(self, *_: object) -> None:
        self.search.close()

    def matches(self) -> int:
        wait_until(lambda: self.search.complete, 30)
        return self.search.matches

    def seek(self, offset: int, *, forward: bool = True) -> tuple[int | None, int]:
        ticket = self.search.seek(offset, forward=forward)
        found = wait_until(lambda: (f := self.search.found) and f.ticket == ticket and f, 30)
        return found.offset, found.rank


def starts(data: bytes) -> list[int]:
    """Where lines start."""
    return [0, *(at + 1 for at, byte in enumerate(data) if byte == 10 and at + 1 < len(data))]


def line_start(data: bytes, offset: int) -> int:
    return data.rfind(b"\n", 0, offset) + 1


@pytest.fixture
def out(tmp_path):
    chance = random.Random(11)
    words = [b"alpha", b"beta", b"needle", b"gamma", b"\x1b[31mneedle\x1b[0m", b"nee\x1b[1mdle", b"Needle"]
    data = b"".join(
        b" ".join(chance.choice(words[:2] if chance.random() < 0.9997 else words) for _ in range(chance.randrange(20)))
        + b"\n"
        for _ in range(20_000)
    ) + b"the last line has a needle"
    assert len(data) > 2 * READ
    path = tmp_path / "out"
    path.write_bytes(data)
    return path, data


def seen(line: bytes) -> bytes:
    for sequence in (b"\x1b[31m", b"\x1b[0m", b"\x1b[1m"):
        line = line.replace(sequence, b"")
    return line


def test_every_match_is_counted_but_those_of_a_line_that_is_not_ended_yet(out):
    path, data = out
    whole = data[: data.rfind(b"\n")]
    with Looking(path, Literal("needle")) as looking:
        assert looking.matches() == seen(whole).lower().count(b"needle")
    with Looking(path, Literal("Needle")) as looking:
        assert looking.matches() == seen(whole).count(b"Needle")
    with Looking(path, Literal("no such thing")) as looking:
        assert looking.matches() == 0


def test_each_line_with_a_match_is_found_forwards_and_backwards(out):
    path, data = out
    expected, place = [], 0
    for line in data.split(b"\n"):
        if b"needle" in seen(line).lower():
            expected.append(place)
        place += len(line) + 1
    with Looking(path, Literal("needle")) as looking:
        looking.matches()
        found, at = [], 0
        while (answer := looking.seek(at)[0]) is not None:
            found.append(line_start(data, answer))
            end = data.find(b"\n", answer)
            at = end + 1 if end >= 0 else len(data)
        assert found == expected
        back, at = [], len(data)
        while (answer := looking.seek(at, forward=False)[0]) is not None:
            at = line_start(data, answer)
            back.append(at)
        assert back == expected[::-1]


def test_a_match_knows_the_how_manieth_it_is(tmp_path):
    path = tmp_path / "out"
    path.write_bytes(b"".join(b"line %d %s\n" % (n, b"x here and x" if n % 1000 == 0 else b".") for n in range(50_000)))
    with Looking(path, Literal("x")) as looking:
        assert looking.matches() == 100
        assert looking.seek(0)[1] == 1
        size = path.stat().st_size
        assert looking.seek(size, forward=False)[1] in (99, 100)


def test_what_is_written_meanwhile_is_found(tmp_path):
    path = tmp_path / "out"
    path.write_bytes(b"one needle\n")
    with Looking(path, Literal("needle")) as looking:
        assert looking.matches() == 1
        assert looking.seek(11) == (None, 0)
        with path.open("ab") as file:
            file.write(b"hay\nanother needle\n")
        looking.search.grown()
        wait_until(lambda: looking.search.matches == 2, 30)
        assert looking.seek(11)[0] is not None


def test_a_line_of_many_megabytes_is_looked_through(tmp_path):
    path = tmp_path / "out"
    path.write_bytes(b"x" * (3 * READ - 3) + b"needle" + b"x" * READ + b"\nneedle\n")
    with Looking(path, Literal("needle")) as looking:
        assert looking.matches() == 2
        assert looking.seek(0)[0] is not None


def test_a_missing_output_has_no_match(tmp_path):
    with Looking(tmp_path / "none", Literal("x")) as looking:
        assert looking.matches() == 0


def test_the_newest_wish_counts_and_a_closed_search_ends(tmp_path):
    path = tmp_path / "out"
    path.write_bytes(b"hay\n" * 3_000_000 + b"needle\n")
    before = set(threading.enumerate())
    search = Search(path, Literal("needle"), lambda: None)
    for offset in range(0, 4000, 4):
        ticket = search.seek(offset, forward=True)
    assert wait_until(lambda: search.found and search.found.ticket == ticket and search.found.offset, 30) == 12_000_000
    search.close()
    wait_until(lambda: set(threading.enumerate()) <= before)


def test_what_hides_in_a_title_is_not_on_the_screen_and_so_not_found(tmp_path):
    path = tmp_path / "out"
    path.write_bytes(b"a\x1b]0;needle\x07b\n\x1b[31mneedle\n")
    with Looking(path, Literal("needle")) as looking:
        assert looking.matches() == 1
    with Looking(path, Literal("31m")) as looking:
        assert looking.matches() == 0


BAD = [
    "error: cannot open shared object", "2026-11-21 ERROR pool exhausted", "panic: runtime error",
    "curl: (7) Failed to connect", "Traceback (most recent call last):", "java.lang.NullPointerException: null",
    "permission denied", "ls: x: No such file or directory", "Connection refused",
    "FATAL:  password authentication failed", "3 errors", "tests failed: 2", "exit status 1: command not found",
    "Segmentation fault (core dumped)", "valueerror: bad",
]  # fmt: skip
GOOD = [
    "0 errors, 0 failures", "no errors found", "failed=0 changed=1", '"error": null', "errors: 0", "all is well",
    "failover group healthy", "terror level", "2 passed, 0 failed", "error_count=0", "on error: retry", "unfailing",
]


@pytest.mark.parametrize("line", BAD)
def test_a_failure_is_known(line):
    assert says_failure(line.lower().encode())


@pytest.mark.parametrize("line", GOOD)
def test_the_absence_of_failure_is_none(line):
    assert not says_failure(line.lower().encode())


def test_the_first_error_is_found_and_lines_are_counted_once(tmp_path):
    path = tmp_path / "out"
    lines = [line.encode() for pair in zip(GOOD, GOOD, strict=True) for line in pair]
    path.write_bytes(b"\n".join([*lines, b"ok", b"\x1b[31mERROR\x1b[0m error failed", b"more", b"panic: 1", b""]))
    data = path.read_bytes()
    with Looking(path, Errors()) as looking:
        assert looking.matches() == 2
        offset, rank = looking.seek(0)
        assert offset == data.find(b"\x1b[31m") and rank == 1
