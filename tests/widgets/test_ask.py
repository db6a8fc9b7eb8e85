"""A question is answered by its own key, after it could be read, and by nothing else."""

from __future__ import annotations

from time import monotonic

from rich.text import Text
from support.pilots import readable
from textual import events
from textual.app import App, ComposeResult

from widgets.ask import Ask
from widgets.question import Choice, Question


class OneQuestion(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.answers: list[str] = []
        self.said: list[str] = []
        self.left = 0

    def compose(self) -> ComposeResult:
        yield Ask()

    def on_ask_answered(self, event: Ask.Answered) -> None:
        self.answers.append(event.value)

    def on_ask_stale(self, event: Ask.Stale) -> None:
        self.said.append(event.sentence)

    def on_ask_left(self) -> None:
        self.left += 1


YES = Question("q", "yes", (Text("CHANGES step 1"),))


async def test_only_y_answers_a_confirm():
    app = OneQuestion()
    async with app.run_test() as pilot:
        app.query_one(Ask).open(YES)
        await readable(pilot)
        await pilot.press("enter", "space", "Y", "n")
        assert app.answers == []
        assert len(app.said) == 4
        await pilot.press("y")
        assert app.answers == ["y"]


async def test_a_key_typed_before_the_question_was_painted_is_never_consent():
    app = OneQuestion()
    async with app.run_test() as pilot:
        early = events.Key("y", "y")
        early.time = monotonic()
        app.query_one(Ask).open(YES)
        await readable(pilot)
        app.query_one(Ask).post_message(early)
        await pilot.pause()
        assert app.answers == []
        assert "before the question" in app.said[0]
        await pilot.press("y")
        assert app.answers == ["y"], "the control: the same key, pressed after reading, answers"


async def test_esc_leaves():
    app = OneQuestion()
    async with app.run_test() as pilot:
        app.query_one(Ask).open(YES)
        await readable(pilot)
        await pilot.press("escape")
        assert (app.left, app.answers) == (1, [])


async def test_a_word_has_to_be_typed_exactly():
    app = OneQuestion()
    async with app.run_test() as pilot:
        app.query_one(Ask).open(Question("q", "word", (Text("DESTROYS"),), word="gmail-tokens.json"))
        await readable(pilot)
        await pilot.press(*"gmail-tokens", "enter")
        assert app.answers == []
        assert "gmail-tokens.json" in app.said[0]
        await pilot.press("full_stop", *"json", "enter")
        assert app.answers == ["gmail-tokens.json"]


async def test_digits_only_highlight_and_enter_takes_the_choice():
    app = OneQuestion()
    choices = (Choice("1", "first", "a"), Choice("2", "second", "b", refused="Not yet."), Choice("3", "third", "c"))
    async with app.run_test() as pilot:
        app.query_one(Ask).open(Question("q", "choice", (Text("which"),), choices=choices))
        await readable(pilot)
        await pilot.press("2", "enter")
        assert (app.answers, app.said) == ([], ["Not yet."])
        await pilot.press("3")
        assert app.answers == []
        await pilot.press("enter")
        assert app.answers == ["c"]


async def test_typing_into_a_program_hands_over_ctrl_c_and_keeps_the_line_open():
    sent: list[bytes] = []

    class Typing(OneQuestion):
        def on_ask_control(self, event: Ask.Control) -> None:
            sent.append(event.data)

    app = Typing()
    async with app.run_test() as pilot:
        app.query_one(Ask).open(Question("q", "text", (Text("type"),), keep=True, required=False, secret=True))
        await readable(pilot)
        await pilot.press(*"yes", "enter", "ctrl+c", "ctrl+d", *"no", "enter")
        assert app.answers == ["yes", "no"]
        assert sent == [b"\x03", b"\x04"]
