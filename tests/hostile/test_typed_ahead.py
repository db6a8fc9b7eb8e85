"""Keys that were on their way before a question was on the screen are no consent, not even the right word."""

from __future__ import annotations

import os
import time
from pathlib import Path
from time import monotonic
from typing import ClassVar

import pytest
from rich.text import Text
from support.pilots import until
from support.settling import quiet
from support.terminal import Terminal
from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Button, Input

from widgets.ask import Ask
from widgets.question import Choice, Question

DESTROYS = """# Tidy

## Remove

```bash
# Step 1: Remove it
rm -rf FOLDER/precious
```
"""


class OneQuestion(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.answers: list[str] = []
        self.said: list[str] = []

    def compose(self) -> ComposeResult:
        yield Ask()

    def on_ask_answered(self, event: Ask.Answered) -> None:
        self.answers.append(event.value)

    def on_ask_stale(self, event: Ask.Stale) -> None:
        self.said.append(event.sentence)


async def test_the_word_typed_or_pasted_before_the_question_was_painted_is_dropped():
    app = OneQuestion()
    async with app.run_test() as pilot:
        on_their_way: list[events.Key | events.Paste] = [events.Key(letter, letter) for letter in "drop"]
        on_their_way += [events.Paste("drop"), events.Key("enter", "\r")]
        for event in on_their_way:
            event.time = monotonic()
        app.query_one(Ask).open(Question("q", "word", (Text("DESTROYS"),), word="drop"))
        await pilot.pause()
        for event in on_their_way:
            app.query_one(Input).post_message(event)
        await pilot.pause()
        assert (app.answers, app.query_one(Ask).typed) == ([], "")
        assert "before the question" in app.said[0]
        await pilot.press(*"drop", "enter")
        assert app.answers == ["drop"], "the control: the same word, typed after reading, answers"


async def test_a_sentence_may_be_typed_ahead():
    """A note is no consent: what was typed while its line opened is kept."""
    app = OneQuestion()
    async with app.run_test() as pilot:
        letter = events.Key("a", "a")
        letter.time = monotonic()
        app.query_one(Ask).open(Question("q", "text", (Text("NOTE"),)))
        await pilot.pause()
        app.query_one(Input).post_message(letter)
        await pilot.press("b", "enter")
        assert app.answers == ["ab"]


class Below(OneQuestion):
    """A question over a field that has a key of its own."""

    BINDINGS: ClassVar = [("b", "below")]

    def compose(self) -> ComposeResult:
        yield Button("here first")
        yield Ask()

    def action_below(self) -> None:
        self.said.append("below")


async def test_a_key_right_behind_esc_is_meant_for_what_stands_below():
    app = Below()
    async with app.run_test() as pilot:
        app.query_one(Button).focus()
        await pilot.pause()
        app.query_one(Ask).open(Question("q", "keys", (Text("MORE"),), choices=(Choice("s", "status"),), ahead=True))
        await pilot.pause()
        for event in (events.Key("escape", "\x1b"), events.Key("b", "b")):
            app.post_message(event)  # both in one breath, as from a link that stalls
        await until(pilot, lambda: app.said, what="the key acts")
        assert app.said == ["below"]
        assert app.query_one(Ask).question is None and app.focused is app.query_one(Button)


def destroys(folder: Path) -> tuple[Path, Path]:
    """A runbook whose one step removes a folder, and that folder."""
    folder.mkdir(parents=True)
    precious = folder / "precious"
    precious.mkdir()
    runbook = folder / "tidy.md"
    runbook.write_text(DESTROYS.replace("FOLDER", str(folder)))
    return runbook, precious


@pytest.mark.parametrize("milliseconds", (0, 1, 2))
def test_a_burst_with_the_right_word_in_it_destroys_nothing(handrail, env, tmp_path: Path, milliseconds: int):
    for attempt in range(50):
        runbook, precious = destroys(tmp_path / str(attempt))
        with Terminal([handrail, str(runbook)], (80, 24), env) as terminal:
            terminal.wait_for("enter run")
            began = monotonic()
            os.write(terminal.fd, b"\r")
            time.sleep(milliseconds / 1000)  # faster than a frame: the moment is the test's subject
            os.write(terminal.fd, b"precious\r")
            if monotonic() - began > 0.004:
                continue  # this machine was busy: the word may have come when the question was there
            terminal.wait_for("type precious and enter")
            quiet(terminal)
            assert precious.exists()
            return
    pytest.fail("no burst was as fast as it was meant to be")


def test_the_same_word_typed_at_the_question_does_run_it(handrail, env, tmp_path: Path):
    """The control."""
    runbook, precious = destroys(tmp_path / "control")
    with Terminal([handrail, str(runbook)], (80, 24), env) as terminal:
        terminal.wait_for("enter run")
        terminal.press("enter")
        terminal.wait_for("type precious and enter")
        terminal.press("precious", "enter")
        terminal.wait_for("Output ── ran")
        assert not precious.exists()


def test_one_esc_too_many_does_not_end_the_console(handrail, env):
    with Terminal([handrail], (80, 24), env) as terminal:
        terminal.wait_for("consoles: kim")
        terminal.press("?")
        terminal.wait_for("here first")
        terminal.press("esc")
        terminal.wait_for(lambda text: "here first" not in text)
        terminal.press("esc")
        terminal.wait_for("q leaves Handrail")
        terminal.press("q")
        assert terminal.wait(30) == 0
