"""A line of output as a terminal would leave it, in colours that can be read."""

from __future__ import annotations

import random
import time

import pytest
from support import hostile

from handrail.text import PLAIN, Style, cells, row

RED = Style(fg=1)


@pytest.mark.parametrize(("codes", "style"), [
    (b"31", RED), (b"91", Style(fg=9)), (b"44", Style(bg=4)), (b"102", Style(bg=10)),
    (b"38;5;208", Style(fg=208)), (b"38:5:208", Style(fg=208)), (b"48;5;20", Style(bg=20)),
    (b"38;2;1;200;3", Style(fg=(1, 200, 3))), (b"38:2::1:200:3", Style(fg=(1, 200, 3))),
    (b"38:2:1:200:3", Style(fg=(1, 200, 3))), (b"38;2;;200;", Style(fg=(0, 200, 0))),
    (b"1;2;3;4;7", Style(bold=True, dim=True, italic=True, underline=True, reverse=True)),
    (b"1;22;3;23;4;24;7;27;31;39;41;49", PLAIN), (b"4:3", Style(underline=True)), (b"4;4:0", PLAIN),
    (b"1;31;0", PLAIN), (b"1;", PLAIN), (b"", PLAIN),
    (b"5;6;8", PLAIN), (b"8;31", RED), (b"58;5;9;31", RED), (b"58:2::1:2:3;31", RED),
    (b"38;5;999", PLAIN), (b"38;2;1;2", PLAIN), (b"38;9;31", RED), (b"38", PLAIN), (b"38;5", PLAIN),
    (b"99999999999999999999", PLAIN), (b";".join([b"31"] * 400), RED),
])
def test_colours_are_kept_and_what_hides_or_blinks_is_not(codes, style):
    assert row(b"\x1b[" + codes + b"mx").spans == (("x", style),)


def test_each_row_begins_plain_and_spans_of_one_style_are_one():
    assert row(b"\x1b[31mre\x1b[31md\x1b]0;x\x07 \x1b[0mplain").spans == (("red ", RED), ("plain", PLAIN))
    assert row(b"next").spans == (("next", PLAIN),)


def test_the_last_writing_wins_with_its_colour():
    assert row(b"\x1b[31mabcdef\r\x1b[32mxy").spans == (("xy", Style(fg=2)), ("cdef", RED))


@pytest.mark.parametrize("codes", [b"30;40", b"37;47", b"38;5;16;48;2;1;1;1", b"38;2;9;9;9;48;2;10;10;10", b"31;7;41"])
def test_text_in_the_colour_of_its_background_is_given_another(codes):
    (text, style), = row(b"\x1b[" + codes + b"mhidden").spans
    assert text == "hidden"
    assert style.fg in (0, 15)


def test_a_long_line_says_how_much_is_not_shown():
    shown = row(b"x" * 5000)
    assert (shown.text, shown.more) == ("x" * 2048, 5000 - 2048)
    assert row(b"x" * 5000, limit=10) == ((("x" * 10, PLAIN),), 4990)
    assert row(b"x" * 2048).more == 0


@pytest.mark.parametrize("limit", range(10, 16))
def test_the_cut_is_never_through_a_character(limit):
    shown = row("日本語é".encode() * 100, limit=limit)
    assert "\ufffd" not in shown.text
    assert len(shown.text.encode()) + shown.more == 1100


def test_a_cut_through_a_sequence_or_among_junk_shows_nothing_of_it():
    assert row(b"abc\x1b]0;" + b"pwned" * 1000, limit=10) == ((("abc", PLAIN),), 4997)
    assert row(b"\x80" * 100, limit=10).text == "\ufffd" * 10


def test_of_a_long_progress_bar_the_last_frame_is_shown():
    frames = b"".join(b"\r\x1b[K%3d%% fetching" % (number // 100) for number in range(10_001))
    assert row(frames) == ((("100% fetching", PLAIN),), 0)
    assert row(frames + b"\r").text == "100% fetching"
    shown = row(b"bar\r" * 2000 + b"y" * 5000)
    assert (shown.text, shown.more) == ("y" * 2048, 5000 - 2048)


def test_as_a_terminal_emulator_leaves_it():
    """Random lines of text, CR, BS, tabs, colours and wide characters, drawn by an emulator of a real terminal."""
    pyte = pytest.importorskip("pyte", reason="pyte, the terminal emulator of the `test` extra, is not installed")
    chance = random.Random(3)
    pieces = ["ab", "cdefgh", " ", "\r", "\r", "\b", "\t", "é", "日", "本語", "\x1b[31m", "\x1b[0m"]
    for _ in range(1500):
        text = "".join(chance.choice(pieces) for _ in range(chance.randrange(1, 16)))
        if "日" in text or "本" in text:  # the emulator leaves halves of wide characters it is written over
            text = text.replace("\r", "").replace("\b", "")
        screen = pyte.Screen(160, 2)
        pyte.Stream(screen).feed(text)
        assert row(text.encode()).text.rstrip() == screen.display[0].rstrip(), repr(text)


def test_fifty_rows_cost_a_few_milliseconds_and_the_worst_ones_no_more_than_a_blink():
    def cost(raw: bytes) -> float:
        row(raw)
        times = []
        for _ in range(5):
            start = time.process_time()
            for _ in range(50):
                row(raw)
            times.append(time.process_time() - start)
        return min(times)

    assert cost(b"2026-11-21 INFO gateway \x1b[32mok\x1b[0m path=/v1/agents served in 12 ms to 10.0.0.4") < 0.01
    for worst in (random.Random(1).randbytes(2048), b"\x1b" * 2048, b"\x9d" * 2048, b"\x1bk" * 1024, b"ab\r\b\t" * 400,
                  b"\x1b[31mx" * 300, ("e" + "\u0301" * 30).encode() * 33):
        assert cost(worst) < 0.2


def test_rows_of_hostile_lines_never_raise_at_any_limit():
    for raw in hostile.fuzz(3000, seed=5):
        for limit in (0, 1, 2, 5, 13):
            shown = row(raw, limit=limit)
            assert hostile.harmless(shown.text)
            assert 0 <= shown.more <= len(raw)
            assert cells(shown.text) <= 8 * limit
