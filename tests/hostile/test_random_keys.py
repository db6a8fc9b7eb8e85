"""Random keys on every screen: nothing breaks, and nothing is changed without the answer to its question."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from support.meanwhile import past_it
from support.settling import quiet
from support.terminal import Terminal

# Each place, and the keys that lead there from the checklist.
PLACES = {
    "incident": "", "watch": "1", "timeline": "]", "help": "?", "declare": "d", "note": "n", "find": "/",
    "palette": ":", "more": "m", "full output": "o", "skip": "s", "confirm": "gj\rr", "output": "\t",
    "status": "ms", "values": "v", "whole text": "t", "lamp": "1\t\r", "mute": "1\t\rm", "runbooks": "3",
    "preview": "3\t", "search": "3/",
}  # fmt: skip
NAMED = (
    "\r", "\x1b", "\t", "\x1b[Z", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~",
    "\x7f", "\x1b[3~", "\x1bOP", "\x1b[15~", "\x03", "\x04", "\x10", "\x1a", "\x13", "\x11", "\x15", "\x0c", "\x00",
    "\x1b[200~touch it\ny\ny\x1b[201~", "\x1b[<0;10;5M\x1b[<0;10;5m", "\x1b[<64;10;5M", "\x1b[I", "\x1b[O", "é", "日",
    "\x1b[99;99~", "\x1bOZ", "\x1by", "\x1b[1;5A",
)  # fmt: skip
LETTERS = tuple("abcdefghijklmnoprstuvwxz0123456789GT!?:/-[]. ")
OFTEN = ("\r",) * 10 + ("\x1b[A", "\x1b[B") * 3
SIZES = ((20, 5), (1, 1), (59, 20), (80, 24), (60, 20), (120, 36), (200, 50))


def begun(text: str) -> bool:
    """Whether the checklist stands on the screen."""
    return "Monkey" in text and "── Step" in text


def asked(text: str) -> bool:
    """Whether the question before a step, or a chain of them, that changes something is on the screen."""
    return ("▌ CHANGES" in text or "▌ PROCEED" in text) and "y do it" in text


class Monkey:
    """Presses keys in bursts and counts what could count as consent.

    Only a burst that holds a `y` and finds a confirm on the screen may start one step that changes something.
    """

    def __init__(self, command: list[str], size: tuple[int, int], env: Mapping[str, str], seed: int, y: bool) -> None:
        self.command, self.size, self.env = command, size, env
        self.chance = random.Random(seed)
        self.y = y
        self.keys = NAMED + LETTERS + OFTEN + (("y",) * 8 if y else ())
        self.pressed = self.confirms = self.consents = 0
        self.last: list[str] = []

    def play(self, places: Iterable[str], count: int) -> None:
        """Press `count` keys at each place or wherever they lead; a console that was left is opened again."""
        ahead, until = list(places), self.pressed + count
        while ahead:
            with Terminal(self.command, self.size, self.env) as terminal:
                past_it(terminal, begun)
                while ahead and self._play(terminal, PLACES[ahead[0]], until):
                    ahead, until = ahead[1:], self.pressed + count
                if ahead:
                    assert terminal.wait() == 0, f"after {self.last}: {terminal.raw[-400:]!r}"
                assert b"error of its own" not in terminal.raw, f"after {self.last}"

    def _play(self, terminal: Terminal, way: str, until: int) -> bool:
        terminal.resize(*self.size)
        for turn in range(10_000):
            if self.pressed >= until:
                return True
            if turn % 12 == 0 and not (self._burst(terminal, "\x1b") and self._burst(terminal, "2" + way)):
                return False
            if self.chance.random() < 0.03:
                terminal.resize(*self.chance.choice(SIZES))
            elif self.chance.random() < 0.3:
                terminal.resize(*self.size)
            burst = [self.chance.choice(self.keys) for _ in range(self.chance.choice((1, 1, 1, 1, 2, 3, 8)))]
            if self.y and asked(terminal.text()) and self.chance.random() < 0.5:
                burst = ["y"]
            self.pressed += len(burst)
            if not self._burst(terminal, "".join(burst)):
                return False
        return True

    def _burst(self, terminal: Terminal, keys: str) -> bool:
        self.last = [*self.last[-6:], keys]
        if "y" in keys:
            quiet(terminal)  # a question whose frame is still on its way counts as asked: it is to be here first
        confirm = asked(terminal.text())
        self.confirms += confirm
        self.consents += confirm and "y" in keys
        try:
            os.write(terminal.fd, keys.encode())
        except OSError:
            return False
        return quiet(terminal, 0.04, 2.0)


def marked(marks: Path) -> list[str]:
    return marks.read_text().split() if marks.exists() else []


def check(monkey: Monkey, marks: Path) -> None:
    crashes = list(Path(monkey.env["HANDRAIL_STATE"]).glob("crashes/*"))
    assert not crashes, crashes[0].read_text()
    assert len(marked(marks)) <= monkey.consents
    assert not marks.with_name("marks.destroyed").exists(), "nobody typed the word"
    assert marks.with_name("marks.precious").exists()


def test_without_a_y_nothing_is_changed(handrail, env, runbook, pack, marks):
    monkey = Monkey([handrail, "--pack", str(pack), str(runbook)], (80, 24), env, seed=3, y=False)
    monkey.play(PLACES, 6)
    while not monkey.confirms and monkey.pressed < 2000:
        monkey.play(["confirm"], 20)
    check(monkey, marks)
    assert marked(marks) == []
    assert monkey.confirms > 0, "the control: questions were asked"


def test_with_y_only_a_question_on_the_screen_is_answered(handrail, env, runbook, marks):
    monkey = Monkey([handrail, str(runbook)], (80, 24), env, seed=5, y=True)
    while not (marked(marks) and monkey.pressed >= 60) and monkey.pressed < 2000:
        monkey.play(["confirm"], 20)
    check(monkey, marks)
    assert monkey.consents > 0, "the control: a question was answered"
    assert marked(marks), "the control: an answered question runs its step"


@pytest.mark.nightly
@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 36)], ids=str)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("y", [False, True], ids=["no y", "y"])
def test_a_thousand_keys(size, place, y, handrail, env, runbook, pack, marks):
    monkey = Monkey([handrail, "--pack", str(pack), str(runbook)], size, env, seed=1000 + y, y=y)
    monkey.play([place], 1000)
    check(monkey, marks)


def press_at_random(wall: Terminal, chance: random.Random, count: int) -> bool:
    """Keys and sizes at the wall; False once it was left."""
    for _ in range(count):
        if chance.random() < 0.05:
            wall.resize(*chance.choice(SIZES))
        try:
            os.write(wall.fd, chance.choice((*NAMED, *LETTERS, "y")).replace("q", "w").encode())
        except OSError:
            return False
        if not quiet(wall, 0.02, 1.0):
            return False
    return True


@pytest.mark.parametrize("count", [60, pytest.param(1000, marks=pytest.mark.nightly)])
def test_no_key_but_its_own_ends_the_wall(count, handrail, env, pack):
    with Terminal([handrail, "wall", "--pack", str(pack)], (80, 24), env) as wall:
        wall.wait_for("handrail wall", 30)
        assert press_at_random(wall, random.Random(7), count), wall.raw[-400:]
        wall.resize(80, 24)
        wall.wait_for("read only", 30)
        assert not Path(env["HANDRAIL_STATE"]).exists(), "nothing was written, not even a report"
        wall.press("q")
        assert wall.wait() == 0
