"""Input that no hand types: it costs neither memory nor the processor, and a paste is none of it."""

from __future__ import annotations

from tui.terminal.floods import FEW, LASTS, RATE, Floods
from tui.terminal.whole import Kind, Piece, Whole


def text(data: str) -> list[Piece]:
    return [Piece(Kind.TEXT, data)]


def test_what_a_hand_types_goes_through():
    floods = Floods()
    for now in range(100):
        assert floods.admit(text("jjk\x04\x04"), now / 30) == (text("jjk\x04\x04"), 0.0)


def test_one_control_key_without_end_becomes_a_trickle():
    floods, now, keys = Floods(), 0.0, 0
    while now < 20:
        pieces, rest = floods.admit(text("\x04" * 1024), now)
        keys += sum(len(piece.text) for piece in pieces)
        assert rest > 0
        now += rest
    assert keys < 600


def test_any_keys_without_end_become_a_trickle_in_the_end():
    floods, now, late = Floods(), 0.0, 0
    while now < 20:
        pieces, rest = floods.admit(text("abcdefgh" * 128), now)
        keys = sum(len(piece.text) for piece in pieces)
        assert keys <= rest * RATE + 1
        late += keys if now > LASTS + 1 else 0
        now += rest
    assert late <= 2 * 20 * FEW


def test_a_text_pasted_as_keys_comes_whole():
    floods, now, came = Floods(), 0.0, ""
    wanted = "ls -l /var/log\n" * 400
    for at in range(0, len(wanted), 1024):
        pieces, rest = floods.admit(text(wanted[at : at + 1024]), now)
        came += "".join(piece.text for piece in pieces)
        now += rest
    assert came == wanted


def test_a_paste_is_never_held_up():
    floods, whole = Floods(), Whole()
    data = "\x1b[200~" + "x" * 500_000 + "\x1b[201~"
    for at in range(0, len(data), 1024):
        assert floods.admit(whole.feed(data[at : at + 1024], 0.0), 0.0)[1] == 0.0


def test_after_a_quiet_second_all_is_forgotten():
    floods, now = Floods(), 0.0
    while now < 10:
        now += floods.admit(text("abcd" * 256), now)[1]
    pieces, _ = floods.admit(text("abcd" * 256), now + 5)
    assert len(pieces[0].text) == 1024
