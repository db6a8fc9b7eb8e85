"""Programs that paint over their own lines, on a small screen: beside a real terminal emulator."""

from __future__ import annotations

import random

import pytest
from support import hostile

from handrail.runs.replay import Replay

PULL = (
    b"Using default tag: latest\nlatest: Pulling from library/x\n"
    b"a1b2: Pulling fs layer \nc3d4: Pulling fs layer \n"
    + b"".join(
        b"\x1b[2A\x1b[2K\ra1b2: Downloading [%s>%s] %d MB\r\x1b[2B" % (b"=" * n, b" " * (9 - n), n)
        + b"\x1b[1A\x1b[2K\rc3d4: Waiting \r\x1b[1B"
        for n in range(10)
    )
    + b"\x1b[2A\x1b[2K\ra1b2: Pull complete \r\x1b[2B\x1b[1A\x1b[2K\rc3d4: Pull complete \r\x1b[1BDigest: sha256:77\n"
)


def shown(data: bytes, columns: int = 40, lines: int = 8) -> list[str]:
    replay = Replay(columns, lines)
    replay.feed(data)
    return [row.text for row in replay.rows()]


def test_a_pull_of_layers_looks_as_it_does_in_a_terminal():
    assert shown(PULL) == [
        "Using default tag: latest", "latest: Pulling from library/x", "a1b2: Pull complete", "c3d4: Pull complete",
        "Digest: sha256:77",
    ]  # fmt: skip


def test_a_spinner_with_erased_lines():
    spinner = b"".join(b"\x1b[1G\x1b[0K%c installing %d" % (char, n) for n, char in enumerate(b"|/-\\"))
    assert shown(b"npm\n" + spinner + b"\x1b[1G\x1b[0Kadded 3 packages\n") == ["npm", "added 3 packages"]


def test_it_scrolls_and_wraps():
    assert shown(b"".join(b"%d\n" % n for n in range(20)), lines=4) == ["17", "18", "19"]
    assert shown(b"abcdefghij", columns=4) == ["abcd", "efgh", "ij"]


def test_lines_are_put_in_and_taken_out():
    assert shown(b"a\nb\nc\x1b[2;1H\x1b[Lnew") == ["a", "new", "b", "c"]
    assert shown(b"a\nb\nc\x1b[1;1H\x1b[2M") == ["c"]
    assert shown(b"a\nb\nc\x1b[1S") == ["b", "c"]


def test_colours_stay_beside_the_text():
    replay = Replay()
    replay.feed(b"a\x1b[31mred\x1b[0m b")
    assert [(text, style.fg) for text, style in replay.rows()[0].spans] == [("a", None), ("red", 1), (" b", None)]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_it_makes_no_difference_where_the_bytes_are_parted(size):
    data = PULL + "wide 漢字 e\u0301\x1b]0;title\x07 end\x1b[3D!".encode()
    replay = Replay(40, 8)
    for at in range(0, len(data), size):
        replay.feed(data[at : at + size])
    assert [row.text for row in replay.rows()] == shown(data)


def test_nothing_hostile_comes_out_and_it_never_fails():
    replay = Replay(30, 6)
    for raw in [*(line.raw for line in hostile.LINES), *hostile.fuzz(3000, seed=5)]:
        replay.feed(raw)
        assert len(replay._rest) < 5000
    for row in replay.rows():
        assert hostile.harmless(row.text)
    replay.feed(b"\x1b]0;" + b"x" * 20_000 + b"\x07\x1bcstill here")
    assert replay.rows()[0].text.endswith("still here")


def test_it_agrees_with_a_terminal_emulator():
    pyte = pytest.importorskip("pyte", reason="pyte, the terminal emulator of the `test` extra, is not installed")
    chance = random.Random(8)
    parts = [b"word ", b"\r", b"\n", b"\b", b"\x1b[A", b"\x1b[2B", b"\x1b[3C", b"\x1b[D", b"\x1b[K", b"\x1b[1K",
             b"\x1b[2K", b"\x1b[J", b"\x1b[3;5H", b"\x1b[7G", b"\x1b[2P", b"\x1b[2@", b"\x1b[3X"]
    for _ in range(150):
        data = b"".join(chance.choice(parts) for _ in range(60))
        screen = pyte.Screen(200, 40)  # wide enough never to wrap, where terminals differ
        pyte.ByteStream(screen).feed(data.replace(b"\n", b"\r\n"))
        expected = [line.rstrip() for line in screen.display]
        got = [text.rstrip() for text in shown(data, 200, 40)]
        assert got + [""] * (40 - len(got)) == expected, data
