"""What comes in torn by a bad link: nothing of it may press a key."""

from __future__ import annotations

import pytest
from textual import events
from textual.message import Message

from tui.terminal.understanding import Understanding, is_report
from tui.terminal.whole import LONE, OPEN, Kind, Whole


class Ear:
    """Reads as the driver does, on a clock of its own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.whole, self.parser = Whole(), Understanding()
        self.heard: list[Message] = []

    def hear(self, data: str) -> Ear:
        self._take(self.whole.feed(data, self.now))
        return self

    def wait(self, seconds: float, *, awaited: bool = False) -> Ear:
        for _ in range(max(1, round(seconds / 0.05))):
            self.now += 0.05
            self._take(self.whole.tick(self.now, awaited=awaited))
        return self

    def _take(self, pieces: list) -> None:  # type: ignore[type-arg]
        for piece in pieces:
            if not is_report(piece):
                self.heard += self.parser.whole(piece)

    @property
    def keys(self) -> list[str]:
        return [event.key for event in self.heard if isinstance(event, events.Key)]

    @property
    def pasted(self) -> list[str]:
        return [event.text for event in self.heard if isinstance(event, events.Paste)]


REPLIES = {
    "cursor": "\x1b[24;80R",
    "synchronised output": "\x1b[?2026;2$y",
    "in-band size": "\x1b[?2048;0$y",
    "mouse": "\x1b[<35;12;7M",
    "focus": "\x1b[I",
    "device": "\x1b[?62;22c",
    "colour": "\x1b]11;rgb:0000/0000/0000\x1b\\",
    "colour ended by BEL": "\x1b]11;rgb:0000/0000/0000\x07",
    "DCS": "\x1bP>|some terminal 1.2\x1b\\",
    "APC": "\x1b_Gi=31;OK\x1b\\",
    "unknown": "\x1b[99;98;97z",
    "numbers no terminal means": "\x1b[4294967296;2u",
}


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_a_reply_torn_anywhere_presses_no_key(reply: str) -> None:
    for at in range(1, len(reply)):
        ear = Ear().hear(reply[:at]).wait(1.0 if at > 1 else 0.05).hear(reply[at:]).wait(1.0).hear("j")
        assert ear.keys == ["j"], f"torn after {reply[:at]!r}"


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_a_reply_in_single_characters_presses_no_key(reply: str) -> None:
    ear = Ear().hear(reply[0])
    for char in reply[1:]:
        ear.wait(0.05 if char == reply[1] else 2.0).hear(char)
    assert ear.wait(1.0).hear("j").keys == ["j"]


@pytest.mark.parametrize("key", ["]", "P", "q", "?", "X", "_"])
def test_a_key_after_esc_is_a_key_though_an_answer_is_awaited(key: str) -> None:
    ear = Ear().hear("\x1b").wait(0.3, awaited=True).hear(key).wait(1.0)
    assert [event.character for event in ear.heard if isinstance(event, events.Key)] == ["\x1b", key]


def test_an_awaited_report_torn_after_its_first_character_presses_no_key() -> None:
    assert Ear().hear("\x1b").wait(0.5, awaited=True).hear("[24;80R").wait(1.0).keys == []


def test_the_rest_of_a_sequence_after_a_timed_out_escape_presses_nothing_more() -> None:
    assert Ear().hear("\x1b").wait(0.5).hear("[A").wait(0.5).keys == ["escape", "up"]
    assert Ear().hear("\x1b").wait(0.5).hear("[").wait(0.5).keys == ["escape", "left_square_bracket"]


PASTE = "\x1b[200~rm -rf /\n\x1b[31mx\x1b[201 y\x1b[201~"


@pytest.mark.parametrize("pause", [0.05, 0.5, 5.0])
def test_a_paste_torn_anywhere_is_one_paste(pause: float) -> None:
    for at in range(2 if pause > LONE else 1, len(PASTE)):
        ear = Ear().hear(PASTE[:at]).wait(pause).hear(PASTE[at:]).wait(0.5).hear("j")
        assert ear.keys == ["j"], f"torn after {PASTE[:at]!r}"
        assert ear.pasted == ["rm -rf /\n\x1b[31mx\x1b[201 y"]


def test_a_paste_in_single_characters_is_one_paste() -> None:
    ear = Ear()
    for char in PASTE:
        ear.hear(char).wait(0.05)
    assert (ear.keys, len(ear.pasted)) == ([], 1)


def test_a_paste_whose_end_never_comes_is_a_paste_all_the_same() -> None:
    ear = Ear().hear("\x1b[200~rm -rf").wait(OPEN + 0.2).hear("j")
    assert (ear.keys, ear.pasted) == (["j"], ["rm -rf"])


def test_a_huge_paste_is_kept_within_bounds() -> None:
    ear = Ear().hear("\x1b[200~")
    for _ in range(300):
        ear.hear("x" * 10_000)
    ear.hear("\x1b[201~j")
    assert (ear.keys, len(ear.pasted[0])) == (["j"], 1024 * 1024)


def test_an_open_sequence_is_dropped_in_the_end_and_keys_go_on() -> None:
    assert Ear().hear("\x1b[").wait(OPEN + 0.2).hear("j").keys == ["j"]
    assert Ear().hear("\x1b]0;title").wait(OPEN + 0.2).hear("j").keys == ["j"]


def test_a_sequence_broken_off_by_another_gives_way_to_it() -> None:
    assert Ear().hear("\x1b[12;\x1b[A").keys == ["up"]
    assert Ear().hear("\x1b[12\rj").keys == ["enter", "j"]


def test_an_unended_string_keeps_no_more_than_a_little() -> None:
    ear = Ear().hear("\x1b]0;")
    for _ in range(1000):
        ear.hear("title " * 100)
    assert len(ear.whole._held) < 10_000


KEYS = {
    "j": ["j"], "\r": ["enter"], "\x03": ["ctrl+c"], "\x7f": ["backspace"], "é": ["é"],
    "\x1b[A": ["up"], "\x1bOA": ["up"], "\x1b[5~": ["pageup"], "\x1b[1;5C": ["ctrl+right"], "\x1b[Z": ["shift+tab"],
    "\x1b[[A": ["f1"], "\x1bOP": ["f1"], "\x1b[106;1u": ["j"], "\x1bx": ["escape", "x"],
    "jk\x1b[B\x1b[Bl": ["j", "k", "down", "down", "l"],
}  # fmt: skip


@pytest.mark.parametrize(("typed", "keys"), KEYS.items(), ids=[repr(key) for key in KEYS])
def test_keys_stay_keys(typed: str, keys: list[str]) -> None:
    assert Ear().hear(typed).wait(0.5).keys == keys


def test_an_escape_and_the_key_behind_it_that_a_slow_link_sent_together_are_two_keys() -> None:
    assert Ear().hear("\x1bm").wait(0.5).keys == ["escape", "m"]
    assert Ear().hear("\x1b").hear("m").wait(0.5).keys == ["escape", "m"]
    assert Ear().hear("\x1bé").wait(0.5).keys == ["escape", "é"]
    assert Ear().hear("\x1b[109;3u").wait(0.5).keys == ["alt+m"], "where the terminal says so itself"


def test_escape_is_a_key_after_a_moment_and_before_another() -> None:
    assert Ear().hear("\x1b").wait(LONE + 0.05).keys == ["escape"]
    assert Ear().hear("\x1b\x1b").wait(LONE + 0.05).keys == ["escape", "escape"]
    assert Ear().hear("\x1b\x1b[A").wait(0.5).keys == ["escape", "up"]


def test_textual_alone_would_press_keys() -> None:
    """The control: the same torn reply through Textual's own parser."""
    from textual._xterm_parser import XTermParser

    parser = XTermParser()
    pressed = list(parser.feed("\x1b[24;8"))
    parser._timeout_time = 0.0
    pressed += [*parser.tick(), *parser.feed("0R")]
    assert any(isinstance(event, events.Key) and event.key == "R" for event in pressed)


def test_text_is_one_piece_and_sequences_stand_alone() -> None:
    assert [piece.kind for piece in Whole().feed("ab\x1b[Ac", 0.0)] == [Kind.TEXT, Kind.SEQUENCE, Kind.TEXT]
