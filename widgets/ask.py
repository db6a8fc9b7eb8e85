"""The line that asks: it stands above the bottom row, never over the output, and names what it is about.

Keys typed before its first frame was on the screen are stale: they are never an answer.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Vertical
from textual.events import Key
from textual.message import Message
from textual.widgets import Input

from widgets import look
from widgets.line import Line
from widgets.question import Question, drawn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events
    from textual.widget import Widget

class Ask(Vertical, can_focus=True):
    """Shows one Question at a time; hidden otherwise."""

    DEFAULT_CSS = f"""
    Ask {{ height: auto; max-height: 20; display: none; background: {look.SURFACE}; }}
    Ask.-open {{ display: block; }}
    Ask > #ask-lines {{ height: auto; }}
    Ask > Input {{ height: 1; padding: 0 1; background: {look.CURSOR}; display: none; }}
    Ask.-typing > Input {{ display: block; }}
    """

    class Answered(Message):
        """The question was answered: `value` is "y", the typed text, or the chosen value."""

        def __init__(self, question: Question, value: str) -> None:
            super().__init__()
            self.question = question
            self.value = value

    class Left(Message):
        """esc: nothing was decided."""

        def __init__(self, question: Question) -> None:
            super().__init__()
            self.question = question

    class Stale(Message):
        """A key came too early, or was no answer; `sentence` says so."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    class Control(Message):
        """While typing into a program: ctrl+c or ctrl+d, meant for the program."""

        def __init__(self, question: Question, data: bytes) -> None:
            super().__init__()
            self.question = question
            self.data = data

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.question: Question | None = None
        self._refreshed_at = float("inf")
        self._painted_at: float | None = None
        self._highlight = 0
        self._last_key: events.Key | None = None
        self._behind: Widget | None = None

    def on_mount(self) -> None:
        # A text field takes a while to make and is not needed for the first frame.
        self.call_after_refresh(self._furnish)

    def _furnish(self) -> None:
        if not self.children:
            self.mount(_Lines(id="ask-lines"), _Field(id="ask-input", compact=True))

    def open(self, question: Question) -> None:
        """Ask. Answers count from the frame that shows the question on."""
        self._furnish()
        self.question = question
        self._refreshed_at, self._painted_at = float("inf"), None
        self.query_one(_Lines).draw_anew()
        self._highlight = next((i for i, c in enumerate(question.choices) if c.value == question.value), 0)
        typing = question.kind in ("word", "text")
        self.set_class(typing, "-typing")
        self.add_class("-open")
        field_ = self.query_one(Input)
        if typing:
            field_.password = question.secret
            field_.placeholder = question.placeholder
            field_.select_on_focus = not question.goes_on
            field_.value = question.value if question.kind == "text" else ""
            field_.cursor_position = len(field_.value)
        if (before := self.screen.focused) is not None and self not in before.ancestors_with_self:
            self._behind = before
        # At once, not when its turn comes: a key that is on its way belongs to the question, never to what is below.
        self.screen.set_focus(field_ if typing else self)
        self._draw()
        self.call_after_refresh(self._note_refresh)

    def show_lines(self, lines: tuple[Text, ...]) -> None:
        """Other lines above the same question: facts that have come or changed since it was asked."""
        if self.question is not None:
            self.question = replace(self.question, lines=lines)
            self._draw()

    def close(self) -> None:
        """Take the question away."""
        self.question = None
        self.remove_class("-open", "-typing")

    def mask(self, secret: bool) -> None:
        """Mask the typed text, or show it, as the program's echo goes off and on."""
        if self.question is not None:
            self.question = replace(self.question, secret=secret)
        self.query_one(Input).password = secret

    @property
    def typed(self) -> str:
        """What stands in the field."""
        return self.query_one(Input).value

    def on_resize(self) -> None:
        self._draw()

    def take_if_missed(self, event: events.Key) -> bool:
        """Take a key that was on its way to another widget when the question opened: it belongs to the question."""
        if self.question is None or event is self._last_key:
            return False
        again = Key(event.key, event.character)  # one that has come all the way up is used up
        again.time = event.time
        typing = self.question.kind in ("word", "text")
        (self.query_one(Input) if typing else self)._forward_event(again)
        return True

    def on_key(self, event: events.Key) -> None:
        self._last_key = event
        question = self.question
        if question is None:
            return
        if event.key == "escape":
            self._take(event)
            self._leave(question)
            return
        if question.kind in ("word", "text"):
            if event.key in ("ctrl+c", "ctrl+d") and question.keep:
                self._take(event)
                self.post_message(self.Control(question, b"\x03" if event.key == "ctrl+c" else b"\x04"))
            if not self.is_early(event):
                return
        self._take(event)
        if self.is_early(event):
            self.post_message(self.Stale("That key came before the question was on the screen: it does not count."))
        elif question.kind == "yes":
            self._yes(question, event)
        elif question.kind == "choice":
            self._choose(question, event)
        else:
            self._letter(question, event)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        question, value = self.question, event.value
        if question is None:
            return
        if question.kind == "word" and value.strip() != question.word:
            self.post_message(self.Stale(f"To go on, type {question.word} exactly; esc leaves it undone."))
        elif question.kind == "text" and question.required and not question.keep and not value.strip():
            self.post_message(self.Stale("Write something, or leave with esc."))
        else:
            if question.keep:
                event.input.value = ""
            self.post_message(self.Answered(question, value))

    def _yes(self, question: Question, event: events.Key) -> None:
        if event.key != "y":
            self.post_message(self.Stale("y does it, esc leaves it undone. Nothing else answers."))
        else:
            self.post_message(self.Answered(question, "y"))

    def _choose(self, question: Question, event: events.Key) -> None:
        if event.key in ("up", "k", "down", "j"):
            step = -1 if event.key in ("up", "k") else 1
            self._highlight = min(max(self._highlight + step, 0), len(question.choices) - 1)
            self._draw()
        elif event.key == "enter":
            choice = question.choices[self._highlight]
            self.post_message(self.Stale(choice.refused) if choice.refused else self.Answered(question, choice.value))
        elif (at := next((i for i, c in enumerate(question.choices) if c.key == event.character), None)) is not None:
            self._highlight = at
            self._draw()
        else:
            self.post_message(self.Stale("A digit highlights, enter takes it, esc leaves."))

    def _letter(self, question: Question, event: events.Key) -> None:
        choice = next((c for c in question.choices if c.key == event.character), None)
        if choice is None:
            self.post_message(self.Stale("No such key here. esc leaves."))
        elif choice.refused:
            self.post_message(self.Stale(choice.refused))
        else:
            self.post_message(self.Answered(question, choice.value))

    def _leave(self, question: Question) -> None:
        """Go at once: a key right behind esc is meant for what stands below."""
        if self._behind is not None and self._behind.is_attached and self._behind.region.width:
            self.close()
            self.screen.set_focus(self._behind)
        self.post_message(self.Left(question))

    def _take(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()

    def is_early(self, event: events.Key | events.Paste) -> bool:
        """Whether it cannot be meant as an answer. A sentence may be typed ahead; consent may not."""
        consents = self.question is not None and self.question.kind != "text" and not self.question.ahead
        return consents and event.time < self._armed()

    def _armed(self) -> float:
        """From when on keys count (monotonic, s): when the frame with the question went out, or when it must have."""
        if self._painted_at is None:
            frames: Iterable[float] = getattr(self.app, "painted", ())
            drawn_at = self.query_one(_Lines).drawn_at
            self._painted_at = next((frame for frame in frames if frame >= drawn_at), None)
        return self._refreshed_at if self._painted_at is None else self._painted_at

    def _note_refresh(self) -> None:
        self._refreshed_at = monotonic()

    def _draw(self) -> None:
        question = self.question
        if question is None:
            return
        rows = drawn(question, self._highlight, max(20, self.app.size.width - 1))
        widget = self.query_one("#ask-lines", Line)
        widget.styles.height = len(rows)
        widget.show(Text("\n").join(rows))


class _Lines(Line):
    """What is asked; `drawn_at` is when it was last drawn for the first time (monotonic, s)."""

    drawn_at = float("inf")

    def draw_anew(self) -> None:
        self.drawn_at = float("inf")
        self.refresh()

    def render(self) -> Text:
        self.drawn_at = min(self.drawn_at, monotonic())
        return super().render()


class _Field(Input):
    """A text field that leaves ctrl+c and ctrl+d to the question, and what is too early for it."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("ctrl+c", "ctrl+d") or (isinstance(self.parent, Ask) and self.parent.is_early(event)):
            event.prevent_default()
            return
        await super()._on_key(event)

    def _on_paste(self, event: events.Paste) -> None:
        if isinstance(self.parent, Ask) and self.parent.is_early(event):
            event.prevent_default()
            event.stop()
